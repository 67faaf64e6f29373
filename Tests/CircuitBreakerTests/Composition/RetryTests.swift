import CircuitBreaker
import HardeningCore
import Testing

@Suite(.timeLimit(.minutes(60))) struct RetryTests {
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
        #expect(throws: CompositionError.self) { try Hedge(after: duration, budget: nil) }
        #expect(throws: CompositionError.self) { try Bulkhead(limit: 1, maxWait: duration) }
        #expect(throws: CompositionError.self) { try Bulkhead(limit: 1, retryHint: duration) }
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
        for number in [1, 11, Int.min] {
            #expect(throws: CompositionError.self) { try Hedge(after: .seconds(1), maxAttempts: number, budget: nil) }
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

    @Test func aRetryAfterARefusalIsSpreadByJitter() async throws {
        let test = try BreakerUnderTest(failures: 1)
        try test.fail()
        let retry = try retry(attempts: 2, random: .max)
        let breaker = test.breaker
        let waiter = Waiter.manual(manual)
        let call = Task {
            try await Deadline.run(within: .seconds(60), waiter: waiter) { try await retry.run { try await breaker.run {} } }
        }
        await manual.untilParked(2)  // the deadline and the wait
        #expect(retry.snapshot.waitedNanoseconds == 31_000_000_000)  // 30 s of refusal, 1 s of jitter
        test.time.advance(by: .seconds(30))
        manual.advance(by: .seconds(31))
        try await call.value
        #expect(retry.snapshot.retries == 1)
    }

    @Test func theWaitsOfTheFarFutureDoNotTrap() async throws {
        let retry = try retry(attempts: 2, random: .max) { _ in .retry(notBefore: .seconds(Int64.max)) }
        await #expect(throws: Boom.self) {
            try await Deadline.run(within: .nanoseconds(Int64.max), waiter: .manual(manual)) { try await retry.run { throw Boom() } }
        }
        #expect(retry.snapshot.outOfTime == 1)
    }

    @Test func aFullBulkheadIsRetriedOnlyIfItSaysWhenAndADeadlineAllowsIt() async throws {
        let (silent, open) = (try Bulkhead(limit: 1), try Bulkhead(limit: 1, retryHint: .seconds(2)))
        let (retry, waiter) = (try retry(attempts: 2), Waiter.manual(manual))
        for bulkhead in [silent, open] {
            try await bulkhead.run {
                _ = await #expect(throws: BulkheadFull.self) { try await retry.run { try await bulkhead.run {} } }
            }
        }
        #expect((retry.snapshot.notRetryable, retry.snapshot.outOfTime) == (1, 1))
        let call = Task {
            try await open.run {
                try await Deadline.run(within: .seconds(5), waiter: waiter) { try await retry.run { try await open.run {} } }
            }
        }
        await manual.untilParked(2)
        #expect(retry.snapshot.waitedNanoseconds == 2_000_000_000)
        manual.advance(by: .seconds(2))
        await #expect(throws: BulkheadFull.self) { try await call.value }
    }

    @Test func everyEndIsCounted() async throws {
        let empty = try RetryBudget(sharePercent: 0, floorPerSecond: 0, time: .manual(manual.time))
        let poor = try retry(budget: empty)
        try? await poor.run { throw Boom() }
        #expect(poor.snapshot.outOfBudget == 1)
        let tired = try retry(attempts: 2)
        try? await tired.run { throw Boom() }
        #expect((tired.snapshot.calls, tired.snapshot.retries, tired.snapshot.outOfAttempts) == (1, 1, 1))
        let strict = try retry { _ in .stop }
        try? await strict.run { throw Boom() }
        #expect(strict.snapshot.notRetryable == 1)
    }

    @Test func cancellationEndsTheWaitBetweenAttemptsAsCancellation() async throws {
        let retry = try retry(random: .max)
        let call = Task { [retry] in try await retry.run { throw Boom() } }
        await manual.untilParked(1)
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(manual.sleeperCount == 0)
    }

    /// In any span of time, not only from the start.
    @Test(arguments: 0..<20) func noSpanSpendsMoreThanTheBound(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let (share, floor, burst) = (Int(random.next() % 150), Int(random.next() % 20), Int(1 + random.next() % 20))
        let budget = try RetryBudget(sharePercent: share, floorPerSecond: floor, burst: burst, time: .manual(manual.time))
        var trace: [(nanoseconds: Int64, requests: Int, retries: Int)] = []
        for _ in 0..<300 {
            manual.advance(by: .milliseconds(Int64(random.next() % 8 == 0 ? random.next() % 3_000 : random.next() % 20)))
            let requests = Int(random.next() % 6)
            for _ in 0..<requests { budget.recordRequest() }
            var retries = 0
            for _ in 0..<random.next() % 8 where budget.withdraw() { retries += 1 }
            trace.append((manual.time.monotonic.nanoseconds, requests, retries))
        }
        for first in trace.indices {
            var (requests, retries) = (0, 0)
            for last in first..<trace.count {
                requests += trace[last].requests
                retries += trace[last].retries
                let elapsed = Int(trace[last].nanoseconds - trace[first].nanoseconds)
                // Multiplied by 100 · 10⁹, to compare integers.
                let saved = first == 0 ? 0 : burst * 100_000_000_000
                let bound = requests * share * 1_000_000_000 + saved + floor * (elapsed + 1_000_000_000) * 100
                if retries * 100_000_000_000 > bound {
                    Issue.record("\(retries) retries in \(first)...\(last) exceed the bound")
                    return
                }
            }
        }
    }
}
