import HTTPTypes
import HardeningCore
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A stand-in for Anthropic and OpenAI: a real HTTP server on a loopback port of its own.
///
/// It speaks `POST /v1/messages` and `POST /v1/chat/completions`, whole and streamed, so that the
/// chat route uses the same client and the same bytes as with a real provider. How it behaves is
/// set through ``control`` while it runs. It listens on 127.0.0.1 only.
final class SimulatedUpstream: Service {
    /// The largest request body read; more is answered with 413.
    static let bodyLimit = 1 << 20

    /// The modes and the request counts.
    let control = UpstreamControl()

    private let requestedPort: Int
    private let pause: @Sendable () async throws -> Void
    private let time: TimeSource
    private let logger: Logger
    private let boundPort = Latch<Int>()

    /// - Parameters:
    ///   - port: 0 picks a free one; see ``port``.
    ///   - time: tells the `created` field of answers.
    ///   - logger: for the server's own messages.
    ///   - pause: how ``UpstreamMode/slow`` waits; two seconds unless a test decides otherwise.
    init(
        port: Int = 0, time: TimeSource = .system, logger: Logger,
        pause: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(2)) }
    ) {
        requestedPort = port
        self.time = time
        self.logger = logger
        self.pause = pause
    }

    /// The port it listens on, once it does.
    ///
    /// - Throws: the reason it could not listen, or `CancellationError`.
    var port: Int {
        get async throws { try await boundPort.value }
    }

    /// What to configure as a provider's base URL, in the convention of ``ProviderEndpoint``.
    func baseURL(for provider: Provider) async throws -> String {
        let origin = "http://127.0.0.1:\(try await port)"
        return switch provider {
        case .claude: origin
        case .openai: origin + "/v1"
        }
    }

    /// Serves until the task is cancelled or the service group shuts down; hanging requests do not delay it.
    func run() async throws {
        let router = Router()
        router.post("v1/messages") { request, _ in try await self.respond(to: request, in: AnthropicDialect()) }
        router.post("v1/chat/completions") { request, _ in try await self.respond(to: request, in: OpenAIDialect()) }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: requestedPort)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { self.boundPort.settle(.success(port)) }
            },
            logger: logger)
        defer { boundPort.settle(.failure(CancellationError())) }  // for those who still wait for a port
        do {
            try await application.run()
        } catch {
            boundPort.settle(.failure(error))
            throw error
        }
    }

    private func respond(to request: Request, in dialect: some UpstreamDialect) async throws -> Response {
        let (number, mode) = control.admit(dialect.provider)
        do {
            let response = try await attempt(request, in: dialect, number: number, mode: mode)
            control.note(.answered(status: response.status.code), of: dialect.provider, number: number)
            return response
        } catch let refusal as UpstreamRefusal {
            control.note(.answered(status: refusal.status), of: dialect.provider, number: number)
            return try response(to: refusal, in: dialect, number: number)
        } catch {
            control.note(.abandoned, of: dialect.provider, number: number)
            throw error
        }
    }

    private func attempt(
        _ request: Request, in dialect: some UpstreamDialect, number: UInt64, mode: UpstreamMode
    ) async throws -> Response {
        try dialect.authorise(request.headers)
        if case .hang = mode {
            return try await request.body.consumeWithCancellationOnInboundClose { body in
                _ = try await self.prompt(from: body, in: dialect)
                try await gracefulShutdown()
                throw UpstreamRefusal(kind: .stopping, message: "The server is stopping")
            }
        }
        let prompt = try await prompt(from: request.body, in: dialect)
        switch mode {
        case .ok, .hang, .brokenStream: break
        case .fail: throw UpstreamRefusal(kind: .failing, message: "Internal server error")
        case .rateLimited(let seconds):
            throw UpstreamRefusal(kind: .rateLimited(retryAfterSeconds: seconds), message: "Rate limit reached; try again later")
        case .slow: try await cancelWhenGracefulShutdown(pause)
        }
        let answer = SimulatedAnswer(to: prompt, number: number)
        let pieces = try pieces(of: answer, to: prompt, in: dialect)
        let isStream = prompt.wantsStream
        var headers: HTTPFields = [.contentType: isStream ? "text/event-stream; charset=utf-8" : "application/json"]
        if isStream { headers[.cacheControl] = "no-cache" }
        let size = isStream ? nil : pieces.reduce(0) { $0 + $1.count }
        return Response(
            status: .ok, headers: headers, body: mode == .brokenStream ? Self.broken(pieces, size: size) : Self.whole(pieces, size: size))
    }

    private func prompt(from body: RequestBody, in dialect: some UpstreamDialect) async throws -> UpstreamPrompt {
        let buffer: ByteBuffer
        do {
            buffer = try await body.collect(upTo: Self.bodyLimit)
        } catch is NIOTooManyBytesError {
            throw UpstreamRefusal(kind: .tooLarge, message: "Request exceeds the maximum size")
        }
        return try dialect.prompt(from: Data(buffer.readableBytesView))
    }

    private func pieces(of answer: SimulatedAnswer, to prompt: UpstreamPrompt, in dialect: some UpstreamDialect) throws -> [Data] {
        let created = time.timestamp.secondsSince1970
        return prompt.wantsStream
            ? try dialect.events(of: answer, createdAt: created, withUsage: prompt.wantsStreamUsage)
            : [try dialect.body(of: answer, createdAt: created)]
    }

    private func response(to refusal: UpstreamRefusal, in dialect: some UpstreamDialect, number: UInt64) throws -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        if case .rateLimited(let seconds) = refusal.kind { headers[.retryAfter] = String(seconds) }
        let body = try dialect.body(of: refusal, number: number)
        return Response(status: .init(code: refusal.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    private static func whole(_ pieces: [Data], size: Int?) -> ResponseBody {
        ResponseBody(contentLength: size) { writer in
            for piece in pieces { try await writer.write(ByteBuffer(bytes: piece)) }
            try await writer.finish(nil)
        }
    }

    /// Writes the first half and then throws, which makes the server close the connection.
    private static func broken(_ pieces: [Data], size: Int?) -> ResponseBody {
        ResponseBody(contentLength: size) { writer in
            let all = pieces.reduce(into: Data()) { $0.append($1) }
            try await writer.write(ByteBuffer(bytes: all.prefix(all.count / 2)))
            throw ConnectionDropped()
        }
    }

    private struct ConnectionDropped: Error {}
}
