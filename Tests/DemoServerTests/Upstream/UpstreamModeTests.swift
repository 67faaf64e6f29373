import AsyncHTTPClient
import CostTracker
import HardeningCore
import NIOCore
import NIOHTTP1
import Testing

@testable import DemoServer

@Suite(.timeLimit(.minutes(60))) struct UpstreamModeTests {
    @Test(arguments: Provider.allCases)
    func `ok answers with text, model and usage`(provider: Provider) async throws {
        try await withUpstream { upstream in
            let chat = ChatRequest(
                model: provider.model, system: "Be brief.", messages: [.user("Hi"), .assistant("Hi."), .user("Hello")], maxTokens: 100)
            let answer = try await upstream.client(of: provider).complete(chat, timeout: ample)
            #expect(answer.text == "Simulated reply to: Hello")
            #expect(answer.model == provider.model)
            #expect(try answer.usage?.tokens.promptTokens == 5)  // 9 + 2 + 3 + 5 bytes
            #expect(try answer.usage?.tokens.completionTokens == 7)
            switch provider {
            case .claude: #expect(answer.id == "msg_sim000000000000000000001" && answer.stopReason == "end_turn")
            case .openai: #expect(answer.id == "chatcmpl-sim000000000000000000001" && answer.stopReason == "stop")
            }
        }
    }

    @Test(arguments: Provider.allCases)
    func `fail answers 500 with the provider's error`(provider: Provider) async throws {
        try await withUpstream { upstream in
            upstream.control.setMode(.fail, of: provider)
            await #expect(throws: ProviderFailure.status(500, retryAfter: nil)) {
                try await upstream.client(of: provider).complete(.hello(provider), timeout: ample)
            }
            let raw = try await upstream.post(Self.body(provider), to: provider)
            #expect(raw.status == 500)
            #expect(raw.body.contains(provider == .claude ? #""type":"api_error""# : #""type":"server_error""#))
        }
    }

    @Test(arguments: Provider.allCases, [0, 7])
    func `rate_limited answers 429 with Retry-After`(provider: Provider, seconds: Int) async throws {
        try await withUpstream { upstream in
            upstream.control.setMode(.rateLimited(retryAfterSeconds: seconds), of: provider)
            await #expect(throws: ProviderFailure.status(429, retryAfter: .seconds(seconds))) {
                try await upstream.client(of: provider).complete(.hello(provider), timeout: ample)
            }
            let raw = try await upstream.post(Self.body(provider), to: provider)
            #expect(raw.body.contains(provider == .claude ? #""type":"rate_limit_error""# : #""code":"rate_limit_exceeded""#))
        }
    }

    @Test(arguments: Provider.allCases)
    func `slow answers when its pause is over and not before`(provider: Provider) async throws {
        let pauseBegan = Latch<Void>()
        let pauseEnds = Latch<Void>()
        let pause: @Sendable () async throws -> Void = {
            pauseBegan.settle(.success(()))
            try await pauseEnds.value
        }
        try await withUpstream(pause: pause) { upstream in
            upstream.control.setMode(.slow, of: provider)
            let events = upstream.control.events.subscribe()
            async let answer = upstream.client(of: provider).complete(.hello(provider), timeout: ample)
            try await pauseBegan.value
            #expect(events.drain().map(\.phase) == [.arrived(.slow)])
            pauseEnds.settle(.success(()))
            #expect(try await answer.text == "Simulated reply to: Hello")
            #expect(events.drain().map(\.phase) == [.answered(status: 200)])
        }
    }

    @Test(arguments: Provider.allCases)
    func `hang never answers and ends when the client's time is up`(provider: Provider) async throws {
        let timeIsUp = Latch<Void>()
        let transport = ProviderTransport(client: sharedClient) { _ in try await timeIsUp.value }
        try await withUpstream { upstream in
            upstream.control.setMode(.hang, of: provider)
            let events = upstream.control.events.subscribe()
            let client = try upstream.client(of: provider, transport: transport)
            let answer = Task { try await client.complete(.hello(provider), timeout: ample) }
            var phases = events.makeAsyncIterator()
            #expect(await phases.next()?.phase == .arrived(.hang))
            timeIsUp.settle(.success(()))
            await #expect(throws: ProviderFailure.timeout(requestLeft: true)) { try await answer.value }
            #expect(await phases.next()?.phase == .abandoned)
        }
    }

    @Test(arguments: Provider.allCases)
    func `a hanging provider costs no more than the timeout on the real clock`(provider: Provider) async throws {
        try await withUpstream { upstream in
            upstream.control.setMode(.hang, of: provider)
            let failure = await #expect(throws: ProviderFailure.self) {
                try await upstream.client(of: provider).complete(.hello(provider), timeout: .milliseconds(50))
            }
            #expect(failure?.code == "PROVIDER_TIMEOUT")
        }
    }

    @Test(arguments: Provider.allCases)
    func `broken_stream ends in the middle of a whole answer`(provider: Provider) async throws {
        try await withUpstream { upstream in
            upstream.control.setMode(.brokenStream, of: provider)
            await #expect(throws: ProviderFailure.broken) {
                try await upstream.client(of: provider).complete(.hello(provider), timeout: ample)
            }
        }
    }

    @Test(arguments: Provider.allCases)
    func `broken_stream ends in the middle of a stream, after some of it`(provider: Provider) async throws {
        try await withUpstream { upstream in
            upstream.control.setMode(.brokenStream, of: provider)
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(try await upstream.port)\(provider.path)")
            request.method = .POST
            request.body = .bytes(ByteBuffer(string: Self.body(provider, more: #","stream":true"#)))
            for (name, value) in provider.goodHeaders { request.headers.add(name: name, value: value) }
            let response = try await sharedClient.execute(request, timeout: .minutes(10))
            #expect(response.status == .ok)
            var received = ""
            await #expect(throws: (any Error).self) {
                for try await chunk in response.body { received += String(buffer: chunk) }
            }
            #expect(received.contains(provider == .claude ? "message_start" : "chat.completion.chunk"))
            #expect(!received.contains(provider == .claude ? "message_stop" : "[DONE]"))
        }
    }

    @Test func `models reach the provider their name asks for`() async throws {
        try await withUpstream { upstream in
            let providers = ChatProviders.simulated(by: upstream, transport: ProviderTransport(client: sharedClient))
            for provider in Provider.allCases {
                let answer = try await providers.serving(model: provider.model).complete(.hello(provider), timeout: ample)
                #expect(answer.model == provider.model)
                #expect(upstream.control.requestCount(of: provider) == 1)
            }
        }
    }

    @Test func `each provider has its own mode and its own count`() async throws {
        try await withUpstream { upstream in
            upstream.control.setMode(.fail, of: .claude)
            _ = try await upstream.client(of: .openai).complete(.hello(.openai), timeout: ample)
            for _ in 0..<3 { _ = try? await upstream.client(of: .claude).complete(.hello(.claude), timeout: ample) }
            #expect(upstream.control.requestCount(of: .claude) == 3)
            #expect(upstream.control.requestCount(of: .openai) == 1)
            upstream.control.setMode(.ok, of: .claude)
            #expect(try await upstream.client(of: .claude).complete(.hello(.claude), timeout: ample).id == "msg_sim000000000000000000004")
        }
    }

    @Test func `requests in flight together are all counted, numbered and answered`() async throws {
        try await withUpstream { upstream in
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<64 {
                    group.addTask { try await upstream.client(of: .claude).complete(.hello(.claude), timeout: ample).id }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 64)
            #expect(upstream.control.requestCount(of: .claude) == 64)
        }
    }

    @Test(arguments: UpstreamMode.names)
    func `every name makes its mode`(name: String) {
        #expect(UpstreamMode(named: name)?.name == name)
    }

    @Test func `unknown names and seconds out of range make none`() {
        #expect(UpstreamMode(named: "OK") == nil)
        #expect(UpstreamMode(named: "") == nil)
        #expect(UpstreamMode(named: "rate_limited", retryAfterSeconds: -1) == nil)
        #expect(UpstreamMode(named: "rate_limited", retryAfterSeconds: 86_401) == nil)
        #expect(UpstreamMode(named: "rate_limited", retryAfterSeconds: 7) == .rateLimited(retryAfterSeconds: 7))
        #expect(UpstreamMode(named: "rate_limited") == .rateLimited(retryAfterSeconds: 30))
    }

    private static func body(_ provider: Provider, more: String = "") -> String {
        #"{"model":"\#(provider.model)","max_tokens":100\#(more),"messages":[{"role":"user","content":"Hello"}]}"#
    }
}
