import HardeningCore
import RateLimit

let limiter = RateLimiter(capacity: 100_000)
let global = try RateLimitPolicy("global", parsing: "100/minute; 1000/hour")
let chat = try RateLimitPolicy("chat", parsing: "3/second; 30/minute")

let address = IPAddress("203.0.113.7") ?? IPAddress(v4: 0)
for request in 1...5 {
    // One step over both policies: charged under both, or under neither.
    switch limiter.admit([RateLimitCheck(global, key: address), RateLimitCheck(chat, key: "user-42")]) {
    case .admitted(let quota):
        guard let binding = quota.binding else { continue }
        print("request \(request): admitted, \(binding.remaining) of \(binding.window) left")
    case .refused(let refusal):
        let windows = refusal.violated.map { "\($0.policy) \($0.window)" }.joined(separator: ", ")
        print("request \(request): 429, Retry-After: \(refusal.retry.seconds.map(String.init) ?? "never"), over \(windows)")
    }
}
for counters in limiter.counters { print("\(counters.policy): \(counters.admitted) admitted, \(counters.refused) refused") }
