import CircuitBreaker
import HardeningCore

/// A dependency that is down for its first calls.
actor FlakyService {
    struct Unavailable: Error {}
    private var calls = 0

    func ask() async throws -> String {
        calls += 1
        if calls <= 4 { throw Unavailable() }
        return "hello"
    }
}

let service = FlakyService()
let breaker = Breaker("greeter", .preset(failures: 3, openFor: .milliseconds(50)))
let events = breaker.events.subscribe()
let pipeline = try ResiliencePipeline(
    deadline: .seconds(2),
    retry: Retry(maxAttempts: 3, backoff: Backoff(base: .milliseconds(10)), budget: RetryBudget()),
    breaker: breaker,
    bulkhead: Bulkhead(limit: 10),
    timeout: Timeout(.milliseconds(500))
)
let apology = Fallback<String>(on: { !($0 is DeadlineExceeded) }) { "sorry: \($0)" }

for call in 1...3 {
    print(call, try await pipeline.run(fallback: apology) { try await service.ask() })
}

print(breaker.explain())
for event in events.drain() {
    print(event.from.rawValue, "→", event.to.rawValue, event.cause, event.isAlert ? "(alert)" : "")
}
