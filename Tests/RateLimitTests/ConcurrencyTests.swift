import HardeningCore
import HardeningTesting
import RateLimit
import Testing

@Suite(.timeLimit(.minutes(60))) struct ConcurrencyTests {
    @Test func aThousandTasksOnOneKeyWithALimitOfFiveHundredGetExactlyFiveHundred() async throws {
        let limiter = RateLimiter(capacity: 1000)
        let policy = try RateLimitPolicy("race", [.slidingWindow(500, per: .seconds(86_400)), .slidingWindow(600, per: .seconds(172_800))])
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1000 { group.addTask { limiter.admit(policy, key: "one").isAdmitted } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 500)
        #expect(limiter.counters.map { [$0.admitted, $0.refused] } == [[500, 500]])
    }

    /// Every task asks about all clients in another order; the shared one binds.
    @Test func decisionsOverManyShardsNeitherDeadlockNorOvercharge() async throws {
        let limiter = RateLimiter(capacity: 100_000, time: .manual(ManualTime()), key: .fixed, shardCount: 16)
        let own = try RateLimitPolicy("own", parsing: "40/minute")
        let shared = try RateLimitPolicy("shared", parsing: "100/minute")
        let admitted = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(task))
                    return (0..<200).reduce(0) { sum, _ in
                        var checks = (0..<4).map { RateLimitCheck(own, key: "client\($0)") } + [RateLimitCheck(shared, key: "all")]
                        checks.shuffle(using: &random)
                        return sum + (limiter.admit(checks).isAdmitted ? 1 : 0)
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(admitted == 40)
        #expect(limiter.peek([RateLimitCheck(shared, key: "all")]).map(\.used) == [40])
        #expect((0..<4).allSatisfy { limiter.peek([RateLimitCheck(own, key: "client\($0)")]).map(\.used) == [40] })
    }

    /// The moment of every decision is known exactly, although eight tasks race: the long window's oldest unit is the
    /// first request, so what is left of that window says how long ago that was.
    @Test(arguments: [false, true]) func everyWindowOfARecordedConcurrentTraceHolds(onARealClock isReal: Bool) async throws {
        let time = ManualTime()
        let limiter = isReal ? RateLimiter(capacity: 1000) : RateLimiter.manual(time)
        let (short, hour) = (Duration.microseconds(500), Duration.seconds(3600))
        let policy = try RateLimitPolicy("trace", [.slidingWindow(20, per: short), .slidingWindow(1_000_000, per: hour)])
        let trace = await withTaskGroup(of: [(moment: MonotonicTime, units: Int)].self) { group in
            for task in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(task))
                    var admitted: [(moment: MonotonicTime, units: Int)] = []
                    for _ in 0..<2000 {
                        if !isReal && Int.random(in: 0..<4, using: &random) == 0 {
                            time.advance(by: .microseconds(Int64.random(in: 1...90, using: &random)))
                        }
                        let cost = Int.random(in: 1...3, using: &random)
                        guard case .admitted(let quota) = limiter.admit(policy, key: "k", cost: cost), let long = quota.last else {
                            continue
                        }
                        admitted.append((MonotonicTime(nanoseconds: (hour - long.reset).nanoseconds), cost))
                    }
                    return admitted
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(trace.count > 20)
        #expect(trace.map(\.moment.nanoseconds).min() == 0)
        #expect(WindowCheck.violations(of: trace, limit: 20, length: short).isEmpty)
        // The check can fail: the same trace is too much for windows that are only a little longer.
        #expect(!WindowCheck.violations(of: trace, limit: 20, length: short * 2).isEmpty)
    }
}

@Suite struct ProtocolTests {
    private func count(_ limiter: some RateLimiting, _ checks: [RateLimitCheck], _ requests: Int) async throws -> Int {
        var admitted = 0
        for _ in 0..<requests where try await limiter.admit(checks, cost: 1).isAdmitted { admitted += 1 }
        try await limiter.refund(checks, cost: 1)
        return admitted
    }

    @Test func aLocalLimiterServesWhereverAnyLimiterIsTaken() async throws {
        let limiter = RateLimiter.manual(ManualTime())
        let checks = [RateLimitCheck(try RateLimitPolicy("any", parsing: "3/minute"), key: "k")]
        #expect(try await count(limiter, checks, 5) == 3)
        #expect(limiter.peek(checks).map(\.used) == [2])
        #expect(limiter.admit(checks, cost: 1).isAdmitted)
    }
}
