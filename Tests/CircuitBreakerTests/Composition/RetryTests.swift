import CircuitBreaker
import HardeningCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct RetryTests {
    let manual = ManualWaiter()

    func retry(
        attempts: Int = 3, budget: RetryBudget? = nil, random: UInt64 = 0,
        judge: @escaping @Sendable (any Error) -> Retry.Verdict = Retry.verdict(on:)
    ) throws -> Retry {
        try Retry(
            maxAttempts: attempts, backoff: Backoff(base: .seconds(1), cap: .seconds(8)), budget: budget, waiter: .manual(manual),
            random: { random }, judge: judge)
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (Int.max, 8)])
    func theJitterIsFullAndExact(failures: Int, ceiling: Int) throws {
        let backoff = try Backoff(base: .seconds(1), cap: .seconds(8))
        #expect(backoff.wait(afterFailures: failures, random: 0) == .zero)
        #expect(backoff.wait(afterFailures: failures, random: .max) == .seconds(ceiling))
        #expect(backoff.wait(afterFailures: failures, random: 1 << 63) == .milliseconds(ceiling * 500))
    }

    @Test func durationsNearTheEndOfTimeDoNotTrap() throws {
        let longest = Duration.nanoseconds(Int64.max - 1)
        let backoff = try Backoff(base: longest, cap: longest, factor: 100)
        #expect(backoff.wait(afterFailures: 9, random: .max) == longest)
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(Int64.max)])
    func nonsenseIsRefused(duration: Duration) {
        #expect(throws: CompositionError.self) { try Backoff(base: duration) }
        #expect(throws: CompositionError.self) { try Backoff(base: .seconds(1), cap: duration) }
        #expect(throws: CompositionError.self) { try Timeout(duration) }
        for number in [0, -1, Int.min, Int.max] {
            #expect(throws: CompositionError.self) { try Backoff(factor: number) }
            #expect(throws: CompositionError.self) { try self.retry(attempts: number) }
            #expect(throws: CompositionError.self) { try RetryBudget(burst: number) }
            #expect(throws: CompositionError.self) { try Bulkhead(limit: number) }
        }
        for number in [-1, Int.min, Int.max] {
            #expect(throws: CompositionError.self) { try RetryBudget(sharePercent: number) }
            #expect(throws: CompositionError.self) { try RetryBudget(floorPerSecond: number) }
            #expect(throws: CompositionError.self) { try Bulkhead(limit: 1, maxQueued: number) }
        }
    }

    @Test(arguments: [(20, 10, 2_010), (0, 10, 10), (10, 0, 1_000), (0, 0, 0)])
    func aDeadUpstreamGetsNoMoreThanTheBudget(share: Int, floor: Int, retries: Int) async throws {
        let budget = try RetryBudget(sharePercent: share, floorPerSecond: floor, time: .manual(manual.time))
        let retry = try retry(attempts: 4, budget: budget)
        let calls = ConcurrencyTests.Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_250 {
                        try? await retry.run {
                            calls.add(1)
                            throw Boom()
                        }
                    }
                }
            }
        }
        #expect(calls.value == 10_000 + retries)
        #expect(budget.snapshot.retries == UInt64(retries))
    }

    @Test func theFloorComesBackWithTime() throws {
        let budget = try RetryBudget(sharePercent: 0, floorPerSecond: 2, time: .manual(manual.time))
        #expect([budget.withdraw(), budget.withdraw(), budget.withdraw()] == [true, true, false])
        manual.advance(by: .milliseconds(500))
        #expect([budget.withdraw(), budget.withdraw()] == [true, false])
        manual.advance(by: .seconds(1_000))
        #expect([budget.withdraw(), budget.withdraw(), budget.withdraw()] == [true, true, false])
    }

    @Test func aRetryIsNeverEarlierThanTheServerAsks() async throws {
        let retry = try retry(attempts: 2) { _ in .retry(notBefore: .seconds(30)) }
        let calls = ConcurrencyTests.Counter()
        let call = Task { [retry] in
            try await retry.run { if calls.add(1) == 1 { throw Boom() } }
        }
        await manual.untilParked(1)
        manual.advance(by: .nanoseconds(29_999_999_999))
        #expect(manual.sleeperCount == 1)
        manual.advance(by: .nanoseconds(1))
        try await call.value
        #expect(calls.value == 2)
    }

    @Test func aServersWishBeyondTheDeadlineGivesUpAtOnceWithTheOriginalError() async throws {
        let retry = try retry { _ in .retry(notBefore: .seconds(30)) }
        await #expect(throws: Boom.self) {
            try await Deadline.run(within: .seconds(30), waiter: .manual(manual)) { try await retry.run { throw Boom() } }
        }
        #expect(manual.sleeperCount == 0)
    }

    @Test func aRefusalIsNotRetriedWithoutADeadline() async throws {
        let test = try BreakerUnderTest(failures: 1)
        try test.fail()
        let retry = try retry()
        await #expect(throws: Breaker.Rejection.self) { try await retry.run { try await test.breaker.run {} } }
        #expect(test.breaker.snapshot.totals.refusals == 1)
    }

    @Test func cancellationEndsTheWaitBetweenAttempts() async throws {
        let retry = try retry(random: .max)
        let call = Task { [retry] in try await retry.run { throw Boom() } }
        await manual.untilParked(1)
        call.cancel()
        await #expect(throws: (any Error).self) { try await call.value }
        #expect(manual.sleeperCount == 0)
    }
}
