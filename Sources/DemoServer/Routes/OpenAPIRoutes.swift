import HTTPTypes
import HardeningHummingbird
import Hummingbird
import NIOCore

/// `GET /openapi.json`: what this server does, for programs that read.
struct OpenAPIRoutes: Sendable {
    static let path = "/openapi.json"

    /// A description changes with the binary, so an hour is as good as a minute.
    private static let caching = "public, max-age=3600"

    private let bytes: ByteBuffer
    private let entityTag: EntityTag

    init(_ document: OpenAPIDocument) {
        let bytes = document.tree.bytes
        self.bytes = ByteBuffer(bytes: bytes)
        entityTag = EntityTag(of: bytes)
    }

    func document(_ request: Request, _ context: DemoContext) -> Response {
        let headers: HTTPFields = [.eTag: entityTag.description, .cacheControl: Self.caching]
        if let known = request.headers[.ifNoneMatch], entityTag.isIn(known) { return Response(status: .notModified, headers: headers) }
        var response = Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
        response.headers[.contentType] = "application/json"
        return response
    }
}
