import HardeningCore
import HardeningTesting
import RateLimit

func testingSample() async throws {
    let violations = try await RateLimitingConformance.violations { time in
        RateLimiter(capacity: 1_000, time: .manual(time))  // or your own implementation of RateLimiting
    }
    for violation in violations { print(violation) }
}
