import HardeningCore
import RateLimit
import Testing

/// What happens when more clients come than there is room for.
@Suite struct PressureTests {
    private let time = ManualTime()
    private let policy: RateLimitPolicy

    init() throws {
        policy = try RateLimitPolicy("login", parsing: "5/minute")
    }

    private func exhaust(_ limiter: RateLimiter, _ key: String) {
        for _ in 0..<5 { #expect(limiter.admit(policy, key: key).isAdmitted) }
        #expect(!limiter.admit(policy, key: key).isAdmitted)
    }

    @Test(arguments: [1, 2, 8]) func aFloodOfTenTimesCapacityNeitherFreesARefusedKeyNorGrowsMemoryPastTheBound(shards: Int) {
        let capacity = 400
        let limiter = RateLimiter(capacity: capacity, time: .manual(time), key: .fixed, shardCount: shards)
        exhaust(limiter, "attacker")
        for key in 0..<capacity * 4 { _ = limiter.admit(policy, key: "warm\(key)") }
        let full = limiter.snapshot
        for key in 0..<capacity * 10 {
            _ = limiter.admit(policy, key: "flood\(key)")
            if key % 64 == 0 { #expect(!limiter.admit(policy, key: "attacker").isAdmitted) }
            time.advance(by: .milliseconds(1))
        }
        let flooded = limiter.snapshot
        #expect(!limiter.admit(policy, key: "attacker").isAdmitted)
        #expect(flooded.bytes == full.bytes)
        #expect(flooded.entries == full.entries)
        #expect(flooded.evictions == 0)
        #expect(flooded.overCounted > UInt64(capacity))
    }

    @Test func aClientRefusedInTheSketchIsNotFreedByTheFloodEither() throws {
        let limiter = RateLimiter.manual(time, capacity: 10)
        for key in 0..<10 { _ = limiter.admit(policy, key: "early\(key)") }
        exhaust(limiter, "late")
        for key in 0..<1000 {
            _ = limiter.admit(policy, key: "flood\(key)")
            #expect(!limiter.admit(policy, key: "late").isAdmitted)
        }
        #expect(limiter.snapshot.entries == 10)
    }

    /// When room appears, a client the sketch knows must not start afresh in it.
    @Test func movingOutOfTheSketchForgetsNothing() {
        let limiter = RateLimiter.manual(time, capacity: 4)
        for key in 0..<4 { _ = limiter.admit(policy, key: "early\(key)") }
        time.advance(by: .seconds(50))
        exhaust(limiter, "late")
        time.advance(by: .seconds(11))  // the early ones are as good as new now, the late one is not
        #expect(!limiter.admit(policy, key: "late").isAdmitted)
        #expect(limiter.admit(policy, key: "newcomer").isAdmitted)
        #expect(limiter.snapshot.evictions > 0)
        #expect(!limiter.admit(policy, key: "late").isAdmitted)
        time.advance(by: .seconds(60))
        #expect(limiter.admit(policy, key: "late", cost: 5).isAdmitted)
    }

    @Test func aClientThatUsedSomethingInTheSketchHasOnlyTheRestWhenRoomAppears() {
        let limiter = RateLimiter.manual(time, capacity: 4)
        for key in 0..<4 { _ = limiter.admit(policy, key: "early\(key)") }
        time.advance(by: .seconds(50))
        #expect(limiter.admit(policy, key: "late", cost: 3).isAdmitted)
        time.advance(by: .seconds(11))
        #expect((0..<5).map { _ in limiter.admit(policy, key: "late").isAdmitted } == [true, true, false, false, false])
    }

    /// 4,000 newcomers in 1,024 cells a row: on average four units in a cell, far below a limit of 50.
    @Test func aFloodDoesNotShutOutALegitimateNewcomer() throws {
        let generous = try RateLimitPolicy("generous", parsing: "50/minute")
        let limiter = RateLimiter.manual(time, capacity: 400)
        for key in 0..<4400 { _ = limiter.admit(generous, key: "flood\(key)") }
        for newcomer in 0..<100 {
            #expect(limiter.admit(generous, key: "new\(newcomer)", cost: 10).isAdmitted)
        }
    }

    /// The sketch against the truth, client by client: never less than was used, and honest about when to come back.
    @Test(arguments: 0..<4) func theSketchNeverCountsTooLittleAndItsRetryAfterIsExact(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let limiter = RateLimiter.manual(time, capacity: 1)
        let policy = try RateLimitPolicy("both", parsing: "6/second; 20/10s")
        var truth: [String: [(time: Int64, cost: Int)]] = [:]
        var now: Int64 = 0
        var exactWaits = 0
        _ = limiter.admit(try RateLimitPolicy("occupant", parsing: "1/week"), key: "occupant")
        for _ in 0..<2500 {
            let step = Int64.random(in: 0...120_000_000, using: &random)
            now += step
            time.advance(by: .nanoseconds(step))
            let key = "key\(Int.random(in: 0..<6, using: &random))"
            let cost = Int.random(in: 1...3, using: &random)
            let decision = limiter.admit(policy, key: key, cost: cost)
            if decision.isAdmitted { truth[key, default: []].append((now, cost)) }
            for window in decision.quota {
                let length = window.length.nanoseconds
                let used = truth[key, default: []].filter { $0.time > now - length }.reduce(0) { $0 + $1.cost }
                #expect(window.used >= used && used <= window.limit)
            }
            if let wait = decision.wait, exactWaits < 200 {
                exactWaits += 1
                time.advance(by: wait - .nanoseconds(1))
                #expect(!limiter.admit(policy, key: key, cost: cost).isAdmitted)
                time.advance(by: .nanoseconds(1))
                #expect(limiter.admit(policy, key: key, cost: cost).isAdmitted)
                now += wait.nanoseconds
                truth[key, default: []].append((now, cost))
            }
        }
        #expect(exactWaits == 200)
        #expect(limiter.snapshot.entries == 1)
    }

    @Test func onlyClientsIndistinguishableFromNewOnesAreEvicted() {
        let limiter = RateLimiter.manual(time, capacity: 100)
        let events = limiter.events.subscribe()
        for key in 0..<100 { _ = limiter.admit(policy, key: "first\(key)") }
        time.advance(by: .seconds(60) - .nanoseconds(1))
        _ = limiter.admit(policy, key: "second")
        #expect(limiter.snapshot.evictions == 0)
        time.advance(by: .seconds(60))
        for key in 0..<100 { _ = limiter.admit(policy, key: "third\(key)") }
        let snapshot = limiter.snapshot
        #expect(snapshot.evictions >= 90)
        #expect(snapshot.entries <= 100)
        #expect(events.drain().filter { $0.kind == .evicted }.count == Int(snapshot.evictions))
    }

    @Test func refundsInTheSketchGiveNothingBackBecauseCellsAreShared() {
        let limiter = RateLimiter.manual(time, capacity: 1)
        _ = limiter.admit(policy, key: "occupant")
        exhaust(limiter, "late")
        #expect(limiter.refund(RateLimitCheck(policy, key: "late"), cost: 5) == 0)
        #expect(!limiter.admit(policy, key: "late").isAdmitted)
    }

    /// Clients come and go for a long time: blocks are used again, memory stays where it was.
    @Test func churnDoesNotGrowMemory() {
        let limiter = RateLimiter.manual(time, capacity: 200)
        var settled = 0
        for round in 0..<12 {
            for key in 0..<150 { for _ in 0..<5 { _ = limiter.admit(policy, key: "\(round)-\(key)") } }
            time.advance(by: .seconds(61))
            if round == 3 { settled = limiter.snapshot.bytes }
        }
        #expect(limiter.snapshot.bytes <= settled + 4096)
    }

    /// The log of one check may make room for another check of the same decision; it must not end up in the sketch.
    @Test func anExpiredClientThatLosesItsLogWithinADecisionGetsAnother() throws {
        let limiter = RateLimiter.manual(time, capacity: 20)
        let other = try RateLimitPolicy("other", parsing: "5/minute")
        for round in 0..<300 {
            let key = "key\(round % 5)"
            #expect(limiter.admit(policy, key: key).isAdmitted)
            time.advance(by: .seconds(61))
            let checks = [RateLimitCheck(other, key: "new\(round)"), RateLimitCheck(policy, key: key)]
            #expect(limiter.admit(checks, cost: 4).isAdmitted)
            #expect(!limiter.admit(checks, cost: 2).isAdmitted)
            time.advance(by: .seconds(61))
        }
        #expect(limiter.snapshot.overCounted == 0)
        #expect(limiter.snapshot.evictions > 100)
    }

    @Test(arguments: [Int.min, -1, 0, 1]) func anyCapacityIsUsable(capacity: Int) {
        let limiter = RateLimiter.manual(time, capacity: capacity)
        #expect(limiter.capacity == 1)
        exhaust(limiter, "a")
        exhaust(limiter, "b")
    }
}
