import HardeningCore
import RateLimit
import Testing

/// A policy of the same name under another algorithm goes on with what was used.
@Suite struct AlgorithmChangeTests {
    private let time = ManualTime()
    private let limiter: RateLimiter

    init() { limiter = RateLimiter.manual(time) }

    private static let texts = [
        "20/minute", "5/second; 20/minute", "20/minute counter", "5/second counter; 20/minute counter",
        "4/s counter; 9/10s counter; 20/min counter",
        "20/minute burst 20",
    ]

    private static let changes = texts.flatMap { old in texts.map { (old, $0) } }

    private func policy(_ text: String) throws -> RateLimitPolicy { try RateLimitPolicy("live", parsing: text) }

    @Test(arguments: changes) func whatWasJustUsedIsStillUsedAndNobodyWaitsLongerThanAWindow(old: String, new: String) throws {
        for _ in 0..<2 { #expect(limiter.admit(try policy(old), key: "k", cost: 2).isAdmitted) }
        let quota = limiter.peek([RateLimitCheck(try policy(new), key: "k")])
        #expect(quota.allSatisfy { $0.used == 4 })
        time.advance(by: .seconds(65))
        #expect(limiter.peek([RateLimitCheck(try policy(new), key: "k")]).allSatisfy { $0.used == 0 })
    }

    @Test(arguments: changes) func aClientRefusedBeforeIsRefusedAfter(old: String, new: String) throws {
        var refused = false
        for _ in 0..<400 where !refused {
            refused = limiter.admit(try policy(old), key: "k").quota.last?.remaining == 0
            time.advance(by: .milliseconds(250))
        }
        try #require(refused)
        let last = try #require(limiter.peek([RateLimitCheck(try policy(new), key: "k")]).last)
        // A GCRA has smoothly given back what a window still holds.
        if !old.contains("burst") && !new.contains("burst") { #expect(last.remaining == 0) }
        if let wait = limiter.admit(try policy(new), key: "k", cost: 1).wait { #expect(wait <= .seconds(65)) }
        time.advance(by: .seconds(65))
        #expect(limiter.admit(try policy(new), key: "k").isAdmitted)
    }

    @Test func changingToAndFroForeverNeitherGrowsMemoryNorMintsUnits() throws {
        var random = SeededGenerator(seed: 9)
        let policies = try Self.texts.filter { !$0.contains("burst") }.map { try policy($0) }
        var admitted: [Int64] = []
        var settled = 0
        for step in 0..<3000 {
            let now = time.monotonic.nanoseconds
            let policy = policies[Int.random(in: 0..<policies.count, using: &random)]
            if limiter.admit(policy, key: "k").isAdmitted { admitted.append(now) }
            #expect(admitted.filter { $0 > now - 60_000_000_000 }.count <= 20)
            time.advance(by: .milliseconds(Int64.random(in: 0...3000, using: &random)))
            if step == 300 { settled = limiter.snapshot.bytes }
        }
        #expect(limiter.snapshot.bytes == settled)
        #expect(admitted.count > 300)
    }

    @Test func anotherBurstOrRateKeepsWhatIsNotYetBack() throws {
        #expect(limiter.admit(try policy("10/second burst 20"), key: "k", cost: 15).isAdmitted)
        #expect(limiter.admit(try policy("10/second burst 10"), key: "k").quota.map(\.used) == [15])
        #expect(limiter.peek([RateLimitCheck(try policy("600/minute burst 40"), key: "k")]).map(\.used) == [15])
        #expect(limiter.peek([RateLimitCheck(try policy("1/second burst 40"), key: "k")]).map(\.used) == [15])
        // A slower rate locks out for a burst at most, whatever was used.
        #expect(limiter.admit(try policy("1/day burst 2"), key: "k").wait == .seconds(86_400))
    }
}

/// What the exact window promises beyond its rule, the others promise as well.
@Suite struct AlgorithmPromiseTests {
    private static let texts = ["5/minute counter", "5/minute burst 5", "5/second counter; 5/minute counter"]

    private let time = ManualTime()

    @Test(arguments: texts) func stepsOfTheClockMintNothingAndLockNobodyOut(text: String) throws {
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("clock", parsing: text)
        #expect(limiter.admit(policy, key: "k", cost: 5).isAdmitted)
        let wait = try #require(limiter.admit(policy, key: "k").wait)
        for back in [Duration.seconds(3600), .seconds(10 * 365 * 86_400)] {
            time.stepMonotonicClock(by: .zero - back)
            #expect(limiter.admit(policy, key: "k").wait == wait)
        }
        for forward in [Duration.seconds(3600), .seconds(10 * 365 * 86_400), .seconds(400 * 365 * 86_400)] {
            time.stepMonotonicClock(by: forward)
            #expect(limiter.admit(policy, key: "k", cost: 5).isAdmitted)
            #expect(!limiter.admit(policy, key: "k").isAdmitted)
        }
    }

    @Test(arguments: texts) func aFloodNeitherFreesARefusedClientNorGrowsMemory(text: String) throws {
        let limiter = RateLimiter.manual(time, capacity: 50)
        let policy = try RateLimitPolicy("flood", parsing: text)
        #expect(limiter.admit(policy, key: "tracked", cost: 5).isAdmitted)
        for key in 0..<60 { _ = limiter.admit(policy, key: "warm\(key)", cost: 5) }
        let late = (0..<100).map { "late\($0)" }.filter { limiter.admit(policy, key: $0, cost: 5).isAdmitted }
        #expect(late.count > 50)
        let full = limiter.snapshot
        for key in 0..<1000 {
            _ = limiter.admit(policy, key: "flood\(key)")
            if key % 50 == 0 { #expect((["tracked"] + late).allSatisfy { !limiter.admit(policy, key: $0).isAdmitted }) }
        }
        #expect(limiter.snapshot.bytes == full.bytes)
        #expect(limiter.snapshot.entries == 50)
        #expect(limiter.snapshot.evictions == 0)
        time.advance(by: .seconds(75))
        #expect(limiter.admit(policy, key: "late0", cost: 5).isAdmitted)
    }

    @Test(arguments: texts) func clientsThatCannotBeToldFromNewOnesAreEvictedAndTheirMemoryUsedAgain(text: String) throws {
        let limiter = RateLimiter.manual(time, capacity: 200)
        let policy = try RateLimitPolicy("churn", parsing: text)
        var settled = 0
        for round in 0..<12 {
            for key in 0..<150 { for _ in 0..<3 { _ = limiter.admit(policy, key: "\(round)-\(key)") } }
            time.advance(by: .seconds(75))
            if round == 3 { settled = limiter.snapshot.bytes }
        }
        #expect(limiter.snapshot.bytes == settled)
        #expect(limiter.snapshot.overCounted == 0)
    }

    @Test(arguments: texts) func shadowsEventsCountersAndTiersWorkAlike(text: String) throws {
        let limiter = RateLimiter.manual(time)
        let events = limiter.events.subscribe()
        let policy = try RateLimitPolicy("alike", parsing: text)
        for _ in 0..<7 { _ = limiter.admit(policy, key: "k") }
        for _ in 0..<7 { #expect(limiter.admit(policy.with(.shadow), key: "k").isAdmitted) }
        #expect(limiter.counters.map { [$0.admitted, $0.refused, $0.shadowRefused] } == [[10, 2, 2]])
        let kinds = events.drain().map(\.kind)
        #expect(kinds.filter { $0 == .nearLimit }.count == 2 * policy.windows.count)
        #expect(kinds.filter { $0 == .refused }.count == 2)
        let tiers = try PlanTiers(["free": text, "pro": text.replacingFives()], fallback: "free", policyName: "tiers")
        #expect(limiter.admit(tiers.policy(for: nil), key: "u", cost: 5).isAdmitted)
        #expect(!limiter.admit(tiers.policy(for: nil), key: "u").isAdmitted)
        #expect(limiter.admit(tiers.policy(for: "pro"), key: "u").quota.allSatisfy { $0.used == 6 })
    }

    @Test func algorithmsAreCombinedByTwoPoliciesInOneDecision() throws {
        let limiter = RateLimiter.manual(time)
        let smooth = try RateLimitPolicy("smooth", parsing: "1/second burst 3")
        let daily = try RateLimitPolicy("daily", parsing: "4/day counter")
        let exact = try RateLimitPolicy("exact", parsing: "9/minute")
        let checks = [smooth, daily, exact].map { RateLimitCheck($0, key: "k") }
        for _ in 0..<3 { #expect(limiter.admit(checks).isAdmitted) }
        #expect(limiter.admit(checks).refusal?.violated.map(\.policy) == ["smooth"])
        #expect(limiter.peek(checks).map(\.used) == [3, 3, 3])
        time.advance(by: .seconds(1))
        #expect(limiter.admit(checks).isAdmitted)
        #expect(limiter.admit(checks).refusal?.violated.map(\.policy) == ["smooth", "daily"])
        for check in checks { #expect(limiter.refund(check, cost: 2) == 2) }
        #expect(limiter.peek(checks).map(\.used) == [1, 2, 2])
    }
}

extension String {
    fileprivate func replacingFives() -> String { String(map { $0 == "5" ? "9" : $0 }) }
}
