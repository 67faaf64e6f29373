import CostTracker
import ErrorCatalog
import Foundation
import HTTPHardening
import HardeningCore
import HardeningHummingbird
import Hummingbird
import Logging
import NIOCore

/// A streamed answer as server-sent events (WHATWG HTML §9.2).
///
/// `delta` with a piece of text, many times; then `done` with usage and cost, or `error` with the catalogue's body.
struct ChatEvents: Sendable {
    private struct Delta: Encodable {
        let text: String
    }

    let reply: StreamedReply
    let request: Request
    let context: DemoContext
    let time: TimeSource

    var response: Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody { writer in try await write(to: &writer) })
    }

    /// A client that went away is noticed at the next write; leaving the stream closes the provider's connection.
    @concurrent private func write(to writer: inout any ResponseBodyWriter) async throws {
        do {
            try await writeEvents(to: &writer)
        } catch {
            _ = try await reply.settle()
            throw error
        }
        try await writer.finish(nil)
    }

    @concurrent private func writeEvents(to writer: inout any ResponseBodyWriter) async throws {
        do {
            while let text = try await reply.next() {
                // The provider's signs of life are passed on as comments, which also show whether the client is there.
                let delta = try text.isEmpty ? nil : event("delta", AnswerEncoder.shared.encode(Delta(text: text)))
                try await writer.write(delta ?? ByteBuffer(string: ":\n\n"))
            }
        } catch let error as CatalogError {
            _ = try await reply.settle()
            return try await writer.write(failure(error))
        }
        let entry = try await reply.settle()
        var body = ChatAnswerBody(
            reply.question, model: reply.question.model, cost: try await reply.cost(of: entry))
        body.stopped = await reply.stopped?.rawValue
        try await writer.write(event("done", AnswerEncoder.shared.encode(body)))
    }

    private func failure(_ error: CatalogError) -> ByteBuffer {
        let now = time.timestamp
        let requestID = context.hardening.requestID ?? RequestIdentifier(at: now)
        context.logger.warning("a streamed answer failed", metadata: ["error.code": "\(error.definition.code)"])
        return event("error", ErrorResponder.demo.answer(to: error, request: request.headers, requestID: requestID, at: now).body)
    }

    /// JSON without line breaks is one line of data.
    private func event(_ name: String, _ json: some Sequence<UInt8>) -> ByteBuffer {
        var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
        buffer.writeBytes(json)
        buffer.writeString("\n\n")
        return buffer
    }
}
