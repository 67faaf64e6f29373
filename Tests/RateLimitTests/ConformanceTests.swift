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

            func reserve(_ checks: [RateLimitCheck], cost: Int) async throws -> RateLimitReservation.Attempt {
                limiter.reserve(policy, key: "k", cost: 1)
            }

            func commit(_ reservation: RateLimitReservation, actual: Int) async throws -> Bool { true }
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

            func reserve(_ checks: [RateLimitCheck], cost: Int) async throws -> RateLimitReservation.Attempt {
                limiter.reserve(checks, cost: cost)
            }

            func commit(_ reservation: RateLimitReservation, actual: Int) async throws -> Bool {
                limiter.commit(reservation, actual: actual)
            }
        }
        let violations = try await RateLimitingConformance.violations {
            Sequential(limiter: RateLimiter(capacity: 1000, time: .manual($0)))
        }
        #expect(violations.contains { $0.promise.contains("consumes nothing") })
    }

    /// Settles with refunds, which take the newest units and not the reservation's own.
    @Test func aLimiterThatSettlesWithARefundIsFoundAndTheTraceIsShort() async throws {
        struct Refunding: RateLimiting {
            let limiter: RateLimiter

            func admit(_ checks: [RateLimitCheck], cost: Int) async throws -> RateLimitDecision { limiter.admit(checks, cost: cost) }

            func refund(_ checks: [RateLimitCheck], cost: Int) async throws { limiter.refund(checks, cost: cost) }

            func reserve(_ checks: [RateLimitCheck], cost: Int) async throws -> RateLimitReservation.Attempt {
                limiter.reserve(checks, cost: cost)
            }

            func commit(_ reservation: RateLimitReservation, actual: Int) async throws -> Bool {
                guard actual < reservation.cost else { return limiter.commit(reservation, actual: actual) }
                guard limiter.commit(reservation, actual: reservation.cost) else { return false }
                limiter.refund(reservation.checks, cost: reservation.cost - actual)
                return true
            }
        }
        let violations = try await RateLimitingConformance.violations { Refunding(limiter: .manual($0)) }
        let observation = try #require(violations.first { $0.promise.contains("random traces") }).observation
        let steps = observation.split(separator: "\n").filter { !$0.hasPrefix("policy") && !$0.hasPrefix("step") }
        #expect(steps.count <= 8, "\(observation)")
    }
}
