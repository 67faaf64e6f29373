import HardeningCore
import RateLimit
import Testing

/// A limiter that goes on where another stopped.
@Suite struct StateTests {
    private static let texts = [
        "5/second; 20/minute", "3/second; 9/10 seconds; 30/minute; 50/hour", "12/10 seconds counter; 40/minute counter", "7/second burst 9",
        "1000/hour burst 11",
    ]

    /// The new process has another monotonic clock, another number of shards and another capacity.
    private func restarted(_ limiter: RateLimiter, at wall: Timestamp, monotonic: Int64 = 77, capacity: Int = 5000, shards: Int = 4)
        throws -> (limiter: RateLimiter, time: ManualTime, taken: Int)
    {
        let time = ManualTime(timestamp: wall, monotonic: MonotonicTime(nanoseconds: monotonic))
        let next = RateLimiter(capacity: capacity, time: .manual(time), key: .fixed, shardCount: shards)
        return (next, time, try next.importState(limiter.exportState()))
    }

    /// Whatever is asked afterwards, the answers are those of a limiter that was never restarted.
    @Test(arguments: texts, 0..<4 as Range<UInt64>) func aRestartChangesNoDecision(text: String, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let time = ManualTime()
        let policy = try RateLimitPolicy("state", parsing: text)
        let limiter = RateLimiter(capacity: 1000, time: .manual(time), key: .fixed, shardCount: Int(seed % 2) * 7 + 1)
        for _ in 0..<400 {
            time.advance(by: .nanoseconds(Int64.random(in: 0...120_000_000, using: &random)))
            _ = limiter.admit(policy, key: "k\(Int.random(in: 0..<6, using: &random))", cost: Int.random(in: 1...3, using: &random))
        }
        let (next, nextTime, taken) = try restarted(limiter, at: time.timestamp)
        #expect((1...6).contains(taken))
        for step in 0..<300 {
            let pause = Duration.nanoseconds(Int64.random(in: 0...120_000_000, using: &random))
            time.advance(by: pause)
            nextTime.advance(by: pause)
            let (key, cost) = ("k\(Int.random(in: 0..<8, using: &random))", Int.random(in: 0...3, using: &random))
            let (expected, found) = (limiter.admit(policy, key: key, cost: cost), next.admit(policy, key: key, cost: cost))
            try #require(found.isAdmitted == expected.isAdmitted && found.quota.map(\.self) == expected.quota.map(\.self), "step \(step)")
            try #require(found.refusal?.retry == expected.refusal?.retry, "step \(step)")
        }
    }

    @Test(arguments: texts) func theTimeInBetweenHasPassed(text: String) throws {
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("state", parsing: text)
        while limiter.admit(policy, key: "k").isAdmitted {}
        let wait = try #require(limiter.admit(policy, key: "k").wait)
        let early = try restarted(limiter, at: time.timestamp.advanced(by: wait - .nanoseconds(1)))
        #expect(!early.limiter.admit(policy, key: "k").isAdmitted)
        let due = try restarted(limiter, at: time.timestamp.advanced(by: wait))
        #expect(due.limiter.admit(policy, key: "k").isAdmitted)
        let late = try restarted(limiter, at: time.timestamp.advanced(by: .seconds(86_400)))
        #expect(late.taken == 0)
        #expect(late.limiter.snapshot.entries == 0)
    }

    @Test(arguments: texts) func aWallClockThatWentBackMintsNothing(text: String) throws {
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("state", parsing: text)
        while limiter.admit(policy, key: "k").isAdmitted {}
        let next = try restarted(limiter, at: time.timestamp.advanced(by: .seconds(-3600)))
        let refusal = try #require(next.limiter.admit(policy, key: "k").refusal)
        guard case .later(let wait) = refusal.retry else { return #expect(Bool(false), "\(refusal.retry)") }
        // A counter's spans begin elsewhere now; what it adds to the window may be less than before, never its length.
        #expect(wait >= (text.contains("counter") ? .seconds(10) : limiter.admit(policy, key: "k").wait ?? .zero))
        next.time.advance(by: .seconds(3600 + 600))
        #expect(next.limiter.admit(policy, key: "k").isAdmitted)
    }

    /// Clients in the sketch are as refused as they were, whatever the size of the next limiter.
    @Test(arguments: [(400, 1), (400, 4), (4000, 2), (90, 1), (700, 16)]) func nobodyIsFreedUnderPressure(capacity: Int, shards: Int) throws
    {
        let time = ManualTime()
        let limiter = RateLimiter(capacity: 40, time: .manual(time), key: .fixed, shardCount: 2)
        let policies = [try RateLimitPolicy("state", parsing: "5/minute"), try RateLimitPolicy("other", parsing: "4/minute counter")]
        for key in 0..<60 { _ = limiter.admit(policies[0], key: "occupant\(key)") }
        time.advance(by: .seconds(7))
        for policy in policies { for key in 0..<25 { while limiter.admit(policy, key: "late\(key)").isAdmitted {} } }
        #expect(limiter.snapshot.overCounted > 20)
        let next = try restarted(limiter, at: time.timestamp.advanced(by: .seconds(2)), capacity: capacity, shards: shards)
        for policy in policies {
            for key in 0..<25 { #expect(!next.limiter.admit(policy, key: "late\(key)").isAdmitted, "\(policy.name) \(key)") }
        }
        next.time.advance(by: .seconds(80))
        for policy in policies { for key in 0..<25 { #expect(next.limiter.admit(policy, key: "late\(key)").isAdmitted) } }
    }

    @Test func aPolicyThatChangedInTheDeployKeepsWhatWasUsed() throws {
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        for old in ["5/minute", "5/minute counter", "5/minute burst 5"] {
            let policy = try RateLimitPolicy("p \(old)", parsing: old)
            for _ in 0..<4 { #expect(limiter.admit(policy, key: "k").isAdmitted) }
        }
        let next = try restarted(limiter, at: time.timestamp)
        for old in ["5/minute", "5/minute counter", "5/minute burst 5"] {
            let policy = try RateLimitPolicy("p \(old)", parsing: "6/minute; 100/hour")
            #expect(next.limiter.admit(policy, key: "k", cost: 2).isAdmitted)
            #expect(!next.limiter.admit(policy, key: "k").isAdmitted)
        }
    }

    @Test func anEmptyLimiterIsAnExportLikeAnyOther() throws {
        let time = ManualTime()
        let next = try restarted(RateLimiter.manual(time), at: time.timestamp)
        #expect(next.taken == 0)
        #expect(next.limiter.admit(try RateLimitPolicy("p", parsing: "1/minute"), key: "k").isAdmitted)
    }

    @Test func threeRestartsAreLikeOne() throws {
        let time = ManualTime()
        let policy = try RateLimitPolicy("state", parsing: "5/minute")
        var limiter = RateLimiter.manual(time)
        for _ in 0..<5 { _ = limiter.admit(policy, key: "k") }
        var wall = time.timestamp
        for round in 1...3 {
            wall = wall.advanced(by: .seconds(10))
            limiter = try restarted(limiter, at: wall, monotonic: Int64(round) * 1000, shards: 1 << round).limiter
        }
        #expect(limiter.admit(policy, key: "k").wait == .seconds(30))
    }
}
