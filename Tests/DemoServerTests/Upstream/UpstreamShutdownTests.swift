import HardeningCore
import ServiceLifecycle
import Testing

@testable import DemoServer

@Suite(.timeLimit(.minutes(60))) struct UpstreamShutdownTests {
    @Test(arguments: Provider.allCases)
    func `a hanging request does not delay a graceful shutdown`(provider: Provider) async throws {
        let upstream = SimulatedUpstream(logger: silent)
        upstream.control.setMode(.hang, of: provider)
        let events = upstream.control.events.subscribe()
        let chat = try await withRunning(upstream) {
            _ = try await upstream.port
            let chat = Task { try await upstream.client(of: provider).complete(.hello(provider), timeout: ample) }
            for await _ in events { break }
            return chat
        }
        await #expect(throws: ProviderFailure.status(503, retryAfter: nil)) { try await chat.value }
    }

    @Test func `a slow request does not delay a graceful shutdown`() async throws {
        let pauseBegan = Latch<Void>()
        let chat = try await withUpstream(
            pause: {
                pauseBegan.settle(.success(()))
                try await never()
            },
            { upstream in
                upstream.control.setMode(.slow, of: .claude)
                _ = try await upstream.port
                let chat = Task { try await upstream.client(of: .claude).complete(.hello(.claude), timeout: ample) }
                try await pauseBegan.value
                return chat
            })
        await #expect(throws: ProviderFailure.self) { try await chat.value }
    }

    @Test func `cancelling the service ends a hanging request too`() async throws {
        let upstream = SimulatedUpstream(logger: silent)
        upstream.control.setMode(.hang, of: .claude)
        let events = upstream.control.events.subscribe()
        let service = Task { try await upstream.run() }
        let chat = Task { try await upstream.client(of: .claude).complete(.hello(.claude), timeout: ample) }
        for await _ in events { break }
        service.cancel()
        _ = await service.result
        await #expect(throws: ProviderFailure.self) { try await chat.value }
    }

    @Test func `a port in use fails the service and everyone who waits for its port`() async throws {
        try await withUpstream { upstream in
            let second = SimulatedUpstream(port: try await upstream.port, logger: silent)
            await #expect(throws: (any Error).self) { try await second.run() }
            let reason = await #expect(throws: (any Error).self) { try await second.port }
            #expect(!(reason is CancellationError))
            await #expect(throws: ProviderFailure.connection) {
                try await second.client(of: .claude).complete(.hello(.claude), timeout: ample)
            }
        }
    }

    @Test func `a chat sent before the server listens waits for it`() async throws {
        let upstream = SimulatedUpstream(logger: silent)
        let chat = Task { try await upstream.client(of: .openai).complete(.hello(.openai), timeout: ample) }
        try await withRunning(upstream) {
            let answer = try await chat.value
            #expect(answer.text == "Simulated reply to: Hello")
        }
    }

    @Test func `a server that never starts costs the timeout and nothing else`() async throws {
        let upstream = SimulatedUpstream(logger: silent)
        await #expect(throws: ProviderFailure.timeout(requestLeft: false)) {
            try await upstream.client(of: .openai).complete(.hello(.openai), timeout: .milliseconds(20))
        }
    }
}
