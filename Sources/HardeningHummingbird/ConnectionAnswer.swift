import ErrorCatalog
import HTTPHardening
import HardeningCore
import Hummingbird
import NIOCore

/// Makes the catalogue's answers for requests that never reach the router, and so none of its middleware.
struct ConnectionAnswer: Sendable {
    let responder: ErrorResponder
    let headers: SecurityHeaders
    let time: TimeSource

    /// - Returns: a head with every field of a usual error, and its body.
    func parts(for error: CatalogError, _ allocator: ByteBufferAllocator) -> (head: HTTPResponse, body: ByteBuffer) {
        let now = time.timestamp
        let id = RequestIdentifier(at: now)
        let answer = responder.answer(to: error, request: [:], requestID: id, at: now)
        var head = answer.head
        head.headerFields[.xRequestID] = id.description
        headers.apply(to: &head.headerFields, isSecure: false, isAuthenticated: false)
        head.headerFields[.contentLength] = String(answer.body.count)
        return (head, allocator.buffer(bytes: answer.body))
    }
}
