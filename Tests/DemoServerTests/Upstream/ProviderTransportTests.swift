import HTTPTypes
import HardeningCore
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import DemoServer

@Suite(.timeLimit(.minutes(60))) struct ProviderTransportTests {
    @Test func `a chat is sent in Anthropic's shape`() async throws {
        let sent = try await Self.sent(by: .claude)
        #expect(sent.path == "/v1/messages")
        #expect(sent.header("x-api-key") == Provider.testKey)
        #expect(sent.header("anthropic-version") == "2023-06-01")
        #expect(sent.header("content-type") == "application/json")
        #expect(sent.header("authorization") == nil)
        #expect(Int(sent.header("content-length") ?? "") == sent.body.utf8.count)
        for part in [
            #""model":"claude-sonnet-4-5""#, #""max_tokens":9"#, #""system":"S""#, #""role":"assistant""#, #""content":"B""#,
        ] { #expect(sent.body.contains(part)) }
    }

    @Test func `a chat is sent in OpenAI's shape`() async throws {
        let sent = try await Self.sent(by: .openai)
        #expect(sent.path == "/chat/completions")
        #expect(sent.header("authorization") == "Bearer \(Provider.testKey)")
        #expect(sent.header("x-api-key") == nil)
        #expect(Int(sent.header("content-length") ?? "") == sent.body.utf8.count)
        for part in [
            #""model":"gpt-4o""#, #""max_completion_tokens":9"#, #""role":"system""#, #""content":"S""#, #""role":"assistant""#,
        ] { #expect(sent.body.contains(part)) }
        #expect(!sent.body.contains(#""max_tokens""#))
    }

    @Test(
        arguments: Provider.allCases,
        [(200, true), (201, false), (204, false), (301, false), (307, false), (400, false), (503, false), (529, false)])
    func `only 200 is an answer and nothing is tried again`(provider: Provider, outcome: (status: Int, isAnswer: Bool)) async throws {
        let count = Counter()
        let respond: @Sendable (Request) async throws -> Response = { _ in
            count.increment()
            return json(provider.answer(usage: "null"), status: .init(code: outcome.status), headers: [.location: "/elsewhere"])
        }
        try await withStub(respond) { endpoint in
            let client = try provider.client(at: endpoint)
            if outcome.isAnswer {
                _ = try await client.complete(.hello(provider), timeout: ample)
            } else {
                await #expect(throws: ProviderFailure.status(outcome.status, retryAfter: nil)) {
                    try await client.complete(.hello(provider), timeout: ample)
                }
            }
        }
        #expect(count.value == 1)
    }

    @Test(arguments: Provider.allCases)
    func `an error's body is not waited for`(provider: Provider) async throws {
        let respond: @Sendable (Request) async throws -> Response = { request in
            Response(
                status: .tooManyRequests, headers: [.retryAfter: "3"],
                body: .init { writer in
                    try await writer.write(ByteBuffer(string: "{"))
                    try await never()
                    try await writer.finish(nil)
                })
        }
        let stub = StubProvider(respond)
        let service = Task { try await stub.run() }
        defer { service.cancel() }
        let client = try provider.client(at: await stub.endpoint)
        await #expect(throws: ProviderFailure.status(429, retryAfter: .seconds(3))) {
            try await client.complete(.hello(provider), timeout: ample)
        }
    }

    @Test(arguments: [true, false])
    func `an answer is read up to the limit and not a byte further`(declaresLength: Bool) async throws {
        let text = Provider.claude.answer(text: String(repeating: "x", count: 5_000), usage: "null")
        let respond: @Sendable (Request) async throws -> Response = { _ in
            Response(
                status: .ok,
                body: .init(contentLength: declaresLength ? text.utf8.count : nil) { writer in
                    for byte in text.utf8.chunked(into: 100) { try await writer.write(ByteBuffer(bytes: byte)) }
                    try await writer.finish(nil)
                })
        }
        try await withStub(respond) { endpoint in
            func complete(limit: Int) async throws -> ChatAnswer {
                try await Provider.claude.client(at: endpoint, transport: ProviderTransport(client: sharedClient, answerLimit: limit))
                    .complete(.hello(.claude), timeout: ample)
            }
            let whole = try await complete(limit: text.utf8.count)
            #expect(whole.text.count == 5_000)
            await #expect(throws: ProviderFailure.answerTooLarge(limitBytes: text.utf8.count - 1)) {
                try await complete(limit: text.utf8.count - 1)
            }
        }
    }

    @Test(arguments: Provider.allCases)
    func `an answer without end is cut off at one mebibyte`(provider: Provider) async throws {
        let respond: @Sendable (Request) async throws -> Response = { _ in
            Response(
                status: .ok,
                body: .init { writer in
                    while true { try await writer.write(ByteBuffer(repeating: 0x20, count: 65_536)) }
                })
        }
        try await withStub(respond) { endpoint in
            await #expect(throws: ProviderFailure.answerTooLarge(limitBytes: 1_048_576)) {
                try await provider.client(at: endpoint).complete(.hello(provider), timeout: ample)
            }
        }
    }

    @Test func `the timeout covers the body, not only the head`() async throws {
        try await withHalfAnAnswer { endpoint, headIsOut in
            let client = try Provider.claude.client(
                at: endpoint, transport: ProviderTransport(client: sharedClient) { _ in try await headIsOut.value })
            await #expect(throws: ProviderFailure.timeout(requestLeft: true)) {
                try await client.complete(.hello(.claude), timeout: ample)
            }
        }
    }

    @Test func `a caller cancelled in the middle of the body is not told that the answer is malformed`() async throws {
        try await withHalfAnAnswer { endpoint, headIsOut in
            let client = try Provider.claude.client(at: endpoint)
            let chat = Task { try await client.complete(.hello(.claude), timeout: ample) }
            try await headIsOut.value
            chat.cancel()
            await #expect(throws: CancellationError.self) { try await chat.value }
        }
    }

    /// A provider that sends a head and one byte, and then nothing.
    private func withHalfAnAnswer(_ body: (ProviderEndpoint, Latch<Void>) async throws -> Void) async throws {
        let headIsOut = Latch<Void>()
        let stub = StubProvider { _ in
            Response(
                status: .ok,
                body: .init { writer in
                    try await writer.write(ByteBuffer(string: "{"))
                    headIsOut.settle(.success(()))
                    try await never()
                })
        }
        let service = Task { try await stub.run() }
        defer { service.cancel() }
        try await body(stub.endpoint, headIsOut)
    }

    @Test func `a closed port is a connection failure and certainly not charged`() async throws {
        let endpoint = try #require(ProviderEndpoint("http://127.0.0.1:1"))
        let failure = await #expect(throws: ProviderFailure.connection) {
            try await Provider.claude.client(at: endpoint).complete(.hello(.claude), timeout: .seconds(5))
        }
        #expect(failure?.mayHaveBeenCharged == false)
    }

    @Test func `a connection dropped before the answer is broken and perhaps charged`() async throws {
        struct Dropped: Error {}
        let respond: @Sendable (Request) async throws -> Response = { _ in
            Response(status: .ok, body: .init(contentLength: 10) { _ in throw Dropped() })
        }
        try await withStub(respond) { endpoint in
            let failure = await #expect(throws: ProviderFailure.broken) {
                try await Provider.claude.client(at: endpoint).complete(.hello(.claude), timeout: ample)
            }
            #expect(failure?.mayHaveBeenCharged == true)
        }
    }

    @Test(arguments: Provider.allCases)
    func `a caller who is cancelled gets a CancellationError, not a failure of the provider`(provider: Provider) async throws {
        try await withUpstream { upstream in
            upstream.control.setMode(.hang, of: provider)
            let events = upstream.control.events.subscribe()
            _ = try await upstream.port
            let chat = Task { try await upstream.client(of: provider).complete(.hello(provider), timeout: ample) }
            var phases = events.makeAsyncIterator()
            _ = await phases.next()
            chat.cancel()
            await #expect(throws: CancellationError.self) { try await chat.value }
            #expect(await phases.next()?.phase == .abandoned)
        }
    }

    @Test(arguments: [.zero, .seconds(-1), .seconds(Int64.min)] as [Duration])
    func `no time at all is a timeout`(timeout: Duration) async throws {
        let failure = await #expect(throws: ProviderFailure.self) {
            try await withUpstream { upstream in
                upstream.control.setMode(.hang, of: .claude)
                return try await upstream.client(of: .claude).complete(.hello(.claude), timeout: timeout)
            }
        }
        #expect(failure?.code == "PROVIDER_TIMEOUT")
    }

    @Test func `an endless timeout does not trap`() async throws {
        try await withUpstream { upstream in
            let client = try upstream.client(of: .claude)
            #expect(try await client.complete(.hello(.claude), timeout: .seconds(Int64.max)).id.isEmpty == false)
        }
    }

    private struct Sent: Sendable {
        var path: String
        var headers: HTTPFields
        var body: String

        func header(_ name: String) -> String? { headers.first { $0.name.canonicalName == name }?.value }
    }

    private static func sent(by provider: Provider) async throws -> Sent {
        let seen = Latch<Sent>()
        let respond: @Sendable (Request) async throws -> Response = { request in
            let body = try await request.body.collect(upTo: 1 << 20)
            seen.settle(.success(Sent(path: request.uri.path, headers: request.headers, body: String(buffer: body))))
            return json(provider.answer(usage: "null"))
        }
        return try await withStub(respond) { endpoint in
            let chat = ChatRequest(
                model: provider.model, system: "S", messages: [.user("A"), .assistant("B"), .user("C")], maxTokens: 9)
            _ = try await provider.client(at: endpoint).complete(chat, timeout: ample)
            return try await seen.value
        }
    }
}

final class Counter: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .relaxed) }
    func increment() { count.add(1, ordering: .relaxed) }
}

extension Collection {
    fileprivate func chunked(into size: Int) -> [SubSequence] {
        var chunks: [SubSequence] = []
        var rest = self[...]
        while !rest.isEmpty {
            chunks.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return chunks
    }
}
