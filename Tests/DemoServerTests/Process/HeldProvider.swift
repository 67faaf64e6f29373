import Foundation
import HardeningCore
import Hummingbird
import NIOCore

@testable import DemoServer

/// A provider in the test's process, for a server outside of it: it answers when the test says so.
///
/// A whole answer is held back before its first byte, a streamed one in its middle; questions shorter than
/// ``shortest`` are answered at once.
struct HeldProvider: Sendable {
    /// Settled once a request is held.
    let arrived = Latch<Void>()
    /// What the test settles to let it go.
    let release = Latch<Void>()

    /// Characters of a question that is held.
    static let shortest = 100

    static func run(_ body: (HeldProvider, _ environment: [String: String]) async throws -> Void) async throws {
        let provider = HeldProvider()
        let stub = StubProvider { try await provider.respond(to: $0) }
        try await withRunning(stub) {
            defer { provider.release.settle(.failure(CancellationError())) }
            let directory = TemporaryDirectory()
            defer { directory.remove() }
            try await body(
                provider,
                [
                    "UPSTREAM": "real", "ANTHROPIC_API_KEY": Provider.testKey,
                    "ANTHROPIC_BASE_URL": "http://127.0.0.1:\(try await stub.port)",
                    "DATA_DIR": directory.path,
                ])
        }
    }

    private func respond(to request: Request) async throws -> Response {
        let dialect = AnthropicDialect()
        let prompt = try dialect.prompt(from: Data(try await request.body.collect(upTo: 1 << 20).readableBytesView))
        let answer = SimulatedAnswer(to: prompt, number: 1)
        guard prompt.wantsStream else {
            try await hold(prompt.question)
            return json(String(decoding: try dialect.body(of: answer, createdAt: 0), as: UTF8.self))
        }
        let events = try dialect.events(of: answer, createdAt: 0, withUsage: true)
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream"],
            body: ResponseBody { writer in
                for event in events.prefix(events.count / 2) { try await writer.write(ByteBuffer(bytes: event)) }
                try await hold(prompt.question)
                for event in events.dropFirst(events.count / 2) { try await writer.write(ByteBuffer(bytes: event)) }
                try await writer.finish(nil)
            })
    }

    private func hold(_ question: String) async throws {
        if question.count < Self.shortest { return }
        arrived.settle(.success(()))
        try await release.value
    }
}
