import HardeningCore
import RateLimit
import Testing

/// A policy of the same name with other windows goes on with what was used.
@Suite struct LiveChangeTests {
    private let time = ManualTime()
    private let limiter: RateLimiter

    init() { limiter = RateLimiter.manual(time) }

    private func policy(_ text: String) throws -> RateLimitPolicy { try RateLimitPolicy("live", parsing: text) }

    @Test func anotherLimitCountsWhatWasUsed() throws {
        #expect(limiter.admit(try policy("10/minute"), key: "k", cost: 6).isAdmitted)
        #expect(limiter.admit(try policy("20/minute"), key: "k").quota.map(\.used) == [7])
        let refusal = try #require(limiter.admit(try policy("5/minute"), key: "k").refusal)
        #expect(refusal.quota.map(\.used) == [7])
        #expect(refusal.quota.map(\.remaining) == [0])
        #expect(refusal.retry == .later(.seconds(60)))
    }

    @Test(arguments: ["9/second; 9/minute; 9/hour", "9/minute", "9/day", "9/30s", "9/30 days", "9/90s; 9/week"])
    func otherWindowsSeeWhatTheOldOnesSaw(text: String) throws {
        let old = try policy("9/10s; 9/minute")
        for _ in 0..<4 {
            #expect(limiter.admit(old, key: "k").isAdmitted)
            time.advance(by: .seconds(5))
        }
        #expect(limiter.peek([RateLimitCheck(try policy(text), key: "k")]).last?.used == 4)
        time.advance(by: .seconds(9))
        #expect(limiter.admit(try policy(text), key: "k", cost: 2).isAdmitted)
        let longest = try #require(limiter.peek([RateLimitCheck(try policy(text), key: "k")]).last)
        #expect(longest.used == 6)
        #expect(longest.reset == longest.length - .seconds(29))
    }

    @Test func aWindowThatBecameLongerKeepsWhatItSawWithoutAnotherRequest() throws {
        let long = [RateLimitCheck(try policy("9/minute"), key: "k")]
        #expect(limiter.admit(try policy("9/7s"), key: "k").isAdmitted)
        time.advance(by: .seconds(5))
        #expect(limiter.peek(long).map(\.used) == [1])
        time.advance(by: .seconds(54))
        #expect(limiter.peek(long).map(\.used) == [1])
        time.advance(by: .seconds(1))
        #expect(limiter.peek(long).map(\.used) == [0])
    }

    @Test func aShorterCountFieldKeepsTheNewestUnits() throws {
        #expect(limiter.admit(try policy("100000/minute"), key: "k", cost: 3000).isAdmitted)
        for _ in 0..<5 { #expect(limiter.admit(try policy("100000/minute"), key: "k", cost: 700).isAdmitted) }
        let year = try policy("200/365 days")
        let refusal = try #require(limiter.admit(year, key: "k").refusal)
        #expect(refusal.retry == .later(.seconds(365 * 86_400)))
    }

    @Test func randomChangesNeverLoseAUnitThatBothWindowsSee() throws {
        var random = SeededGenerator(seed: 3)
        let lengths: [Int64] = [7, 20, 60, 300]
        var events: [(time: Int64, cost: Int)] = []
        var (now, remembered, longest) = (Int64(0), Int64(0), Int64(0))  // nothing before `remembered` has to be known
        for _ in 0..<4000 {
            let step = Int64.random(in: 0...9, using: &random)
            now += step
            time.advance(by: .seconds(step))
            let chosen = lengths.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)).sorted()
            let policy = try RateLimitPolicy("live", chosen.map { .slidingWindow(30, per: .seconds($0)) })
            remembered = max(remembered, now - longest)
            longest = chosen.last ?? 0
            let cost = Int.random(in: 1...3, using: &random)
            let decision = limiter.admit(policy, key: "k", cost: cost)
            if decision.isAdmitted { events.append((now, cost)) }
            for window in decision.quota {
                let since = now - window.length.components.seconds
                let known = events.filter { $0.time > max(since, remembered) }.reduce(0) { $0 + $1.cost }
                let all = events.filter { $0.time > since }.reduce(0) { $0 + $1.cost }
                #expect(known <= window.used && window.used <= all)
            }
            remembered = max(remembered, now - longest)
        }
    }
}

@Suite struct ShadowTests {
    @Test func aShadowPolicyDecidesAndCountsButNeverRefuses() throws {
        let limiter = RateLimiter.manual(ManualTime())
        let events = limiter.events.subscribe()
        let real = try RateLimitPolicy("real", parsing: "5/minute")
        let trial = try RateLimitPolicy("trial", parsing: "2/minute", enforcement: .shadow)
        let checks = [RateLimitCheck(real, key: "k"), RateLimitCheck(trial, key: "k")]
        let outcomes = (0..<7).map { _ in limiter.admit(checks).isAdmitted }
        #expect(outcomes == [true, true, true, true, true, false, false])
        #expect(limiter.peek(checks).map(\.policy) == ["real"])
        #expect(limiter.counters.map { [$0.admitted, $0.refused, $0.shadowRefused] } == [[5, 2, 0], [2, 0, 3]])
        let seen = events.drain()
        #expect(seen.filter { $0.kind == .shadowRefused && $0.policy == "trial" }.count == 3)
        #expect(seen.filter { $0.kind == .refused && $0.policy == "real" }.count == 2)
    }

    @Test func aShadowAloneAdmitsEverything() throws {
        let limiter = RateLimiter.manual(ManualTime())
        let trial = try RateLimitPolicy("trial", parsing: "0/minute").with(.shadow)
        #expect((0..<5).allSatisfy { _ in limiter.admit(trial, key: "k").isAdmitted })
        #expect(limiter.admit(trial, key: "k").quota.isEmpty)
    }

    @Test func aShadowOfTheSameNameCountsApart() throws {
        let limiter = RateLimiter.manual(ManualTime())
        let real = try RateLimitPolicy("same", parsing: "3/minute")
        let checks = [
            RateLimitCheck(try real.replacing(windows: [.slidingWindow(1, per: .seconds(3600))]).with(.shadow), key: "k"),
            RateLimitCheck(real, key: "k"),
        ]
        #expect((0..<4).map { _ in limiter.admit(checks).isAdmitted } == [true, true, true, false])
    }
}

@Suite struct EventTests {
    @Test func nearLimitIsReportedOnceAtEachCrossingOfEightyPercent() throws {
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        let events = limiter.events.subscribe()
        let policy = try RateLimitPolicy("near", parsing: "10/minute; 11/hour")
        for _ in 0..<10 { _ = limiter.admit(policy, key: "k") }
        let first = events.drain()
        #expect(first.map(\.kind) == [.nearLimit, .nearLimit])
        #expect(first.map(\.window) == [.slidingWindow(10, per: .seconds(60)), .slidingWindow(11, per: .seconds(3600))])
        #expect(first.map(\.used) == [8, 9])
        #expect(first.first?.client == limiter.fingerprintKey.fingerprint(of: "k"))
        time.advance(by: .seconds(60))
        _ = limiter.admit(policy, key: "k")
        _ = limiter.admit(policy, key: "k")
        #expect(events.drain().map(\.kind) == [.refused])
    }

    @Test func countersSumOverShardsAndUnknownPoliciesShareALine() throws {
        let limiter = RateLimiter(capacity: 10_000, time: .manual(ManualTime()), key: .fixed, shardCount: 4)
        for number in 0..<100 {
            let policy = try RateLimitPolicy("counted \(number)", parsing: "1/minute")
            for _ in 0..<2 { _ = limiter.admit(policy, key: "k") }
        }
        let counters = limiter.counters
        #expect(counters.count == 64)
        #expect(counters.map(\.admitted).reduce(0, +) == 100)
        #expect(counters.map(\.refused).reduce(0, +) == 100)
        #expect(counters.first?.policy == "(other)")
    }
}

@Suite struct ClockTests {
    @Test func aStepBackAdmitsNothingExtraAndDelaysNobodyLongerThanItStillHadToWait() throws {
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("clock", parsing: "2/minute")
        for _ in 0..<2 { #expect(limiter.admit(policy, key: "k").isAdmitted) }
        time.advance(by: .seconds(40))
        #expect(limiter.admit(policy, key: "k").wait == .seconds(20))
        for back in [Duration.seconds(1), .seconds(3600), .seconds(10 * 365 * 86_400)] {
            time.stepMonotonicClock(by: .zero - back)
            #expect(limiter.admit(policy, key: "k").wait == .seconds(20))
        }
        time.advance(by: .seconds(20) - .nanoseconds(1))
        #expect(!limiter.admit(policy, key: "k").isAdmitted)
        time.advance(by: .nanoseconds(1))
        #expect(limiter.admit(policy, key: "k", cost: 2).isAdmitted)
    }

    @Test func aStepForwardIsTimeThatPassedAndMintsNoMoreThanOneWindow() throws {
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("clock", parsing: "2/minute; 3/hour")
        for step in [Duration.seconds(3600), .seconds(10 * 365 * 86_400), .seconds(400 * 365 * 86_400)] {
            #expect(limiter.admit(policy, key: "k", cost: 2).isAdmitted)
            #expect(!limiter.admit(policy, key: "k").isAdmitted)
            time.stepMonotonicClock(by: step)
        }
        #expect(limiter.admit(policy, key: "k", cost: 2).isAdmitted)
        #expect(!limiter.admit(policy, key: "k", cost: 2).isAdmitted)
    }
}
