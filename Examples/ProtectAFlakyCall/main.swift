import CircuitBreaker
import HardeningCore

/// A dependency that is down for its first calls.
actor FlakyService {
    struct Unavailable: Error {}
    private var calls = 0

    func ask() async throws -> String {
        calls += 1
        if calls <= 3 { throw Unavailable() }
        return "hello"
    }
}

let service = FlakyService()
let breaker = Breaker("greeter", .preset(failures: 3, openFor: .milliseconds(50)))
let events = breaker.events.subscribe()

for attempt in 1...6 {
    do {
        print(attempt, try await breaker.run { try await service.ask() })
    } catch let rejection as Breaker.Rejection {
        print(attempt, "not called:", rejection)
        try await Task.sleep(for: rejection.retryAfter ?? .seconds(1))
    } catch {
        print(attempt, "failed:", error)
    }
}

print(breaker.explain())
for event in events.drain() {
    print(event.from.rawValue, "→", event.to.rawValue, event.cause, event.isAlert ? "(alert)" : "")
}
