import HardeningCore
import RateLimit
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConcurrencyTests {
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

    /// Eight tasks against the real clock.
    ///
    /// A request's charge lies between the two readings its task took, so an
    /// overfull window shows as more than `limit` admissions that lie wholly inside a span shorter than the window.
    @Test func neverMoreThanTheLimitInAnyWindowOfARecordedConcurrentTrace() async throws {
        let limiter = RateLimiter(capacity: 1000)
        let window: Int64 = 2_000_000
        let policy = try RateLimitPolicy("trace", [.slidingWindow(20, per: .nanoseconds(window))])
        let trace = await withTaskGroup(of: [(before: Int64, after: Int64)].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var admitted: [(before: Int64, after: Int64)] = []
                    for _ in 0..<3000 {
                        let before = TimeSource.system.monotonic.nanoseconds
                        if limiter.admit(policy, key: "k").isAdmitted {
                            admitted.append((before, TimeSource.system.monotonic.nanoseconds))
                        }
                    }
                    return admitted
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let ends = trace.map(\.after).sorted()
        #expect(trace.count > 20)
        for (start, _) in trace {
            let inside = trace.filter { $0.before >= start && $0.after < start + window }.count
            #expect(inside <= 20)
        }
        #expect(ends.count == trace.count)
    }

    /// On a clock that the tasks themselves move, the moments are exact: every window of the trace is checked.
    @Test func everyWindowOfAnExactConcurrentTraceHolds() async throws {
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("exact", parsing: "5/second; 12/10s")
        let refused = await withTaskGroup(of: [Int64].self) { group in
            for task in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(task))
                    var spans: [Int64] = []
                    for _ in 0..<500 {
                        if Int.random(in: 0..<4, using: &random) == 0 {
                            time.advance(by: .milliseconds(Int64.random(in: 1...90, using: &random)))
                        }
                        let quota = limiter.admit(policy, key: "k").quota
                        if quota.contains(where: { $0.used > $0.limit }) { spans.append(1) }
                    }
                    return spans
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(refused.isEmpty)
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
