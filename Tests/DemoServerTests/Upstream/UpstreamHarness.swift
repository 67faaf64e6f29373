import AsyncHTTPClient
import HardeningCore
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Testing

@testable import DemoServer

/// Never shut down: it lives as long as the test process.
let sharedClient = {
    var configuration = ProviderTransport.configuration
    // A busy machine may take long over 64 connections at once, and no test is about that.
    configuration.timeout.connect = .minutes(10)
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
}()

let silent = Logger(label: "silent", factory: { _ in SwiftLogNoOpLogHandler() })

/// Long enough never to decide a test that passes.
let ample: Duration = .seconds(600)

/// Waits until the waiting task is cancelled.
func never() async throws { try await Latch<Void>().value }

/// Runs `service` as the demo server would, for the duration of `body`, and stops it gracefully.
func withRunning<Result: Sendable>(_ service: any Service, _ body: () async throws -> Result) async throws -> Result {
    let group = ServiceGroup(configuration: .init(services: [service], logger: silent))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let result = try await body()
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return result
    }
}

@discardableResult
func withUpstream<Result: Sendable>(
    pause: @escaping @Sendable () async throws -> Void = {}, _ body: (SimulatedUpstream) async throws -> Result
) async throws -> Result {
    let upstream = SimulatedUpstream(time: .manual(ManualTime()), logger: silent, pause: pause)
    return try await withRunning(upstream) { try await body(upstream) }
}

/// A server that answers every POST as a test says, to be a provider gone wrong.
final class StubProvider: Service {
    private let respond: @Sendable (Request) async throws -> Response
    private let boundPort = Latch<Int>()

    init(_ respond: @escaping @Sendable (Request) async throws -> Response) { self.respond = respond }

    /// The port it listens on, once it does.
    var port: Int {
        get async throws { try await boundPort.value }
    }

    var endpoint: ProviderEndpoint {
        get async throws { try #require(ProviderEndpoint("http://127.0.0.1:\(try await port)")) }
    }

    func run() async throws {
        let router = Router()
        router.post("**") { request, _ in try await self.respond(request) }
        try await Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { self.boundPort.settle(.success(port)) }
            }, logger: silent
        ).run()
    }
}

@discardableResult
func withStub<Result: Sendable>(
    _ respond: @escaping @Sendable (Request) async throws -> Response, _ body: (ProviderEndpoint) async throws -> Result
) async throws -> Result {
    let stub = StubProvider(respond)
    return try await withRunning(stub) { try await body(stub.endpoint) }
}

func json(_ text: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
    var headers = headers
    headers[.contentType] = "application/json"
    return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
}

extension Provider {
    static let testKey = "sk-test-6fJ2LkQ9"

    func client(
        at endpoint: ProviderEndpoint, transport: ProviderTransport = ProviderTransport(client: sharedClient)
    ) throws -> any ChatProvider {
        let key = try #require(ProviderKey(Secret(Self.testKey.utf8)))
        return switch self {
        case .claude: AnthropicProvider(transport: transport, endpoint: endpoint, key: key)
        case .openai: OpenAIProvider(transport: transport, endpoint: endpoint, key: key)
        }
    }

    var model: String {
        switch self {
        case .claude: "claude-sonnet-4-5"
        case .openai: "gpt-4o"
        }
    }

    var path: String {
        switch self {
        case .claude: "/v1/messages"
        case .openai: "/v1/chat/completions"
        }
    }

    var goodHeaders: [String: String] {
        switch self {
        case .claude: ["x-api-key": Self.testKey, "anthropic-version": "2023-06-01"]
        case .openai: ["authorization": "Bearer \(Self.testKey)"]
        }
    }

    /// The smallest good answer in this provider's shape, with `usage` as given.
    func answer(text: String = "Hello", usage: String) -> String {
        switch self {
        case .claude:
            #"{"id":"msg_1","model":"m","content":[{"type":"text","text":"\#(text)"}],"stop_reason":"end_turn","usage":\#(usage)}"#
        case .openai: #"{"id":"c1","model":"m","choices":[{"message":{"content":"\#(text)"},"finish_reason":"stop"}],"usage":\#(usage)}"#
        }
    }
}

extension ChatRequest {
    static func hello(_ provider: Provider, maxTokens: Int = 100) -> ChatRequest {
        ChatRequest(model: provider.model, system: nil, messages: [.user("Hello")], maxTokens: maxTokens)
    }
}

extension SimulatedUpstream {
    struct RawAnswer: Sendable {
        var status: UInt
        var contentType: String?
        var body: String
    }

    /// One request as bytes, past the provider client.
    func post(_ body: ByteBuffer, to provider: Provider, headers: [String: String]? = nil) async throws -> RawAnswer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(try await port)\(provider.path)")
        request.method = .POST
        request.body = .bytes(body)
        for (name, value) in headers ?? provider.goodHeaders { request.headers.add(name: name, value: value) }
        let response = try await sharedClient.execute(request, timeout: .minutes(10))
        let answer = try await response.body.collect(upTo: 4 << 20)
        return RawAnswer(
            status: response.status.code, contentType: response.headers.first(name: "content-type"), body: String(buffer: answer))
    }

    func post(_ body: String, to provider: Provider, headers: [String: String]? = nil) async throws -> RawAnswer {
        try await post(ByteBuffer(string: body), to: provider, headers: headers)
    }

    /// The client that the demo server would use.
    func client(
        of provider: Provider, transport: ProviderTransport = ProviderTransport(client: sharedClient)
    ) throws -> any ChatProvider {
        try provider.client(at: .simulated(self, as: provider), transport: transport)
    }
}
