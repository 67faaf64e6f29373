import HardeningCore
import HardeningTesting
import RateLimit
import Testing

@Suite struct ModelTests {
    /// Costs, peeks, one to three checks, refunds, reservations, limit changes, clock steps in both directions; every
    /// answer is compared whole.
    @Test(arguments: 0..<5) func agreesWithTheReferenceOnRandomTraces(part: UInt64) async throws {
        let traces = UInt64(modelSteps(default: 50_000) / 5 + 499) / 500
        for number in 0..<traces {
            let trace = RateLimitTrace.random(seed: part << 32 | number, steps: 500)
            guard try await trace.firstDifference(of: { RateLimiter.manual($0) }) != nil else { continue }
            let short = try await trace.shrunk { try await $0.firstDifference(of: { RateLimiter.manual($0) }) != nil }
            Issue.record("\(try await short.firstDifference { RateLimiter.manual($0) }?.description ?? "it went away"), in:\n\(short)")
            return
        }
    }
}

@Suite struct RetryAfterTests {
    /// On random traces: with nothing else going on, the wait is neither a nanosecond too long nor too short.
    @Test(arguments: 0..<20) func aRetryExactlyAtRetryAfterPassesAndOneNanosecondEarlierDoesNot(seed: UInt64) throws {
        var random = SeededGenerator(seed: 100 + seed)
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        let policies = [
            try RateLimitPolicy("a", parsing: "5/second; 20/minute"),
            try RateLimitPolicy(
                "b",
                [.slidingWindow(7, per: .milliseconds(1300)), .slidingWindow(11, per: .seconds(9)), .slidingWindow(40, per: .seconds(100))]),
        ]
        var refusals = 0
        for _ in 0..<400 {
            time.advance(by: .nanoseconds(Int64.random(in: 0...400_000_000, using: &random)))
            let cost = Int.random(in: 1...4, using: &random)
            let checks = policies.map { RateLimitCheck($0, key: "client") }
            guard let wait = limiter.admit(checks, cost: cost).wait else { continue }
            refusals += 1
            time.advance(by: wait - .nanoseconds(1))
            #expect(!limiter.admit(checks, cost: cost).isAdmitted)
            time.advance(by: .nanoseconds(1))
            #expect(limiter.admit(checks, cost: cost).isAdmitted)
        }
        #expect(refusals > 50)
    }

    @Test func theWaitIsTheLongestOverTheViolatedWindowsAndTheyAreAllNamed() throws {
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        let burst = try RateLimitPolicy("burst", parsing: "2/second; 2/minute")
        let daily = try RateLimitPolicy("daily", parsing: "2/day; 100/week")
        let checks = [RateLimitCheck(burst, key: "k"), RateLimitCheck(daily, key: "k")]
        for _ in 0..<2 { #expect(limiter.admit(checks).isAdmitted) }
        let refusal = try #require(limiter.admit(checks).refusal)
        #expect(refusal.retry == .later(.seconds(86_400)))
        #expect(refusal.reason == .limitReached)
        #expect(refusal.violated.map { "\($0.policy) \($0.window)" } == ["burst 2/second", "burst 2/minute", "daily 2/day"])
        #expect(refusal.quota.count == 4)
        #expect(refusal.quota.last?.remaining == 98)
    }

    @Test(arguments: [(0, 1), (1, 1), (999_999_999, 1), (1_000_000_000, 1), (1_000_000_001, 2), (59_000_000_000, 59)] as [(Int64, Int64)])
    func secondsAreRoundedUpAndAtLeastOne(nanoseconds: Int64, seconds: Int64) {
        #expect(RateLimitDecision.Refusal.Retry.later(.nanoseconds(nanoseconds)).seconds == seconds)
        #expect(RateLimitDecision.Refusal.Retry.never.seconds == nil)
    }
}
