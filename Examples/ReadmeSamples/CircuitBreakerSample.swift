import CircuitBreaker

func circuitBreakerSample(ask: () async throws -> String) async throws {
    let claude = Breaker("claude", .preset(failures: 3, openFor: .seconds(30)))
    do {
        let reply = try await claude.run { try await ask() }
        print(reply)
    } catch let refusal as Breaker.Rejection {
        print("not called; try again in \(refusal.retryAfter ?? .zero)")
    }
    print(claude.explain())
}
