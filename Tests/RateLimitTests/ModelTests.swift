import HardeningCore
import RateLimit
import Testing

@Suite struct ModelTests {
    typealias Rule = ReferenceLimiter.Rule

    /// Costs, peeks, one to three checks, refunds, clock steps in both directions; every answer is compared whole.
    @Test(arguments: 0..<5) func agreesWithTheReferenceOnRandomTraces(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var steps = modelSteps(default: 50_000) / 5
        while steps > 0 {
            let length = min(steps, 250)
            try runTrace(steps: length, random: &random)
            steps -= length
        }
    }

    private func runTrace(steps: Int, random: inout SeededGenerator) throws {
        let time = ManualTime(monotonic: MonotonicTime(nanoseconds: Int64.random(in: -1_000_000...1_000_000, using: &random)))
        let limiter = RateLimiter.manual(time)
        var reference = ReferenceLimiter()
        reference.observe(time.monotonic)
        let rules = (0..<3).map { Self.rule(named: "rule\($0)", random: &random) }
        let policies = try rules.map { try $0.policy() }
        let weights = Int.random(in: 1...4, using: &random)
        var retries: [Int64] = []

        for step in 0..<steps {
            moveClock(time, retries: &retries, random: &random)
            let count = Int.random(in: 1...3, using: &random)
            let asked = (0..<count).map { _ in (Int.random(in: 0..<3, using: &random), "key\(Int.random(in: 0..<3, using: &random))") }
            let cost = Int.random(in: 0...9, using: &random) == 0 ? 0 : Int.random(in: 1...weights, using: &random)
            if Int.random(in: 0..<40, using: &random) == 0 {
                let expected = reference.refund(rules[asked[0].0], asked[0].1, cost: max(1, cost), at: time.monotonic)
                let returned = limiter.refund(RateLimitCheck(policies[asked[0].0], key: asked[0].1), cost: max(1, cost))
                try #require(returned == expected, "refund at step \(step)")
                continue
            }
            let expected = reference.admit(asked.map { (rules[$0.0], $0.1) }, cost: cost, at: time.monotonic)
            let decision = limiter.admit(asked.map { RateLimitCheck(policies[$0.0], key: $0.1) }, cost: cost)
            try #require(ReferenceLimiter.Answer(decision) == expected, "step \(step), cost \(cost), \(asked)")
            if let wait = decision.wait { retries.append(wait.nanoseconds) }
        }
    }

    private static func rule(named name: String, random: inout SeededGenerator) -> Rule {
        var lengths: Set<Int64> = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            lengths.insert(Int64.random(in: 1...(1 << Int64.random(in: 1...50, using: &random)), using: &random))
        }
        return Rule(name: name, windows: lengths.sorted().map { (Int.random(in: 0...16, using: &random), $0) })
    }

    /// Mostly forward by anything from nothing to months, often exactly to a Retry-After or one short of it, sometimes back.
    private func moveClock(_ time: ManualTime, retries: inout [Int64], random: inout SeededGenerator) {
        let step: Int64
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<4: step = 0
        case 4..<8: step = Int64.random(in: 0...(1 << Int64.random(in: 1...48, using: &random)), using: &random)
        case 8: step = retries.last ?? 0
        case 9: step = max(0, (retries.last ?? 0) - 1)
        case 10: step = 1
        default: step = -Int64.random(in: 0...(1 << Int64.random(in: 1...48, using: &random)), using: &random)
        }
        time.stepMonotonicClock(by: .nanoseconds(step))
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
