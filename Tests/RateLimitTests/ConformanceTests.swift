import HardeningCore
import HardeningTesting
import RateLimit
import Testing

@Suite struct ConformanceTests {
    @Test func theLocalLimiterKeepsEveryPromise() async throws {
        let violations = try await RateLimitingConformance.violations { RateLimiter(capacity: 1000, time: .manual($0)) }
        #expect(violations.isEmpty)
    }

    /// A suite that passes everything would certify anything.
    @Test func aLimiterThatAdmitsEverythingAndOneThatRefusesEverythingAreFound() async throws {
        struct Constant: RateLimiting {
            let limiter: RateLimiter
            let policy: RateLimitPolicy

            func admit(_ checks: [RateLimitCheck], cost: Int) async throws -> RateLimitDecision {
                limiter.admit([RateLimitCheck(policy, key: "k")], cost: 1)
            }

            func refund(_ checks: [RateLimitCheck], cost: Int) async throws {}
        }
        for limit in [0, 1_000_000] {
            let policy = try RateLimitPolicy("p", [.slidingWindow(limit, per: .seconds(60))])
            let violations = try await RateLimitingConformance.violations {
                Constant(limiter: RateLimiter(capacity: 1000, time: .manual($0)), policy: policy)
            }
            #expect(violations.count >= 5, "limit \(limit): \(violations)")
        }
    }

    /// Charges the first policy before it asks the second, as sequential limiters do.
    @Test func aLimiterThatConsumesBeforeItRefusesIsFound() async throws {
        struct Sequential: RateLimiting {
            let limiter: RateLimiter

            func admit(_ checks: [RateLimitCheck], cost: Int) async throws -> RateLimitDecision {
                for check in checks.dropLast() {
                    let decision = limiter.admit(check, cost: cost)
                    if !decision.isAdmitted { return decision }
                }
                return limiter.admit(checks[checks.count - 1], cost: cost)
            }

            func refund(_ checks: [RateLimitCheck], cost: Int) async throws {
                limiter.refund(checks, cost: cost)
            }
        }
        let violations = try await RateLimitingConformance.violations {
            Sequential(limiter: RateLimiter(capacity: 1000, time: .manual($0)))
        }
        #expect(violations.contains { $0.promise.contains("consumes nothing") })
    }
}
