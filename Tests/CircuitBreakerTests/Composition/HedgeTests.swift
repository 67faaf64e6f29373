import CircuitBreaker
import HardeningCore
import Testing

@Suite(.timeLimit(.minutes(60))) struct HedgeTests {
    let manual = ManualWaiter()
    var waiter: Waiter { .manual(manual) }

    @Test func aFastAnswerStartsNothingMore() async throws {
        let hedge = try Hedge(after: .seconds(1), budget: nil, waiter: waiter)
        #expect(try await hedge.run { 7 } == 7)
        #expect((hedge.snapshot.calls, hedge.snapshot.hedges) == (1, 0))
        #expect(manual.sleeperCount == 0)
    }

    @Test func theSecondAttemptWinsAndTheLoserIsCancelledAwaitedAndNeutral() async throws {
        let test = try BreakerUnderTest(failures: 1)
        let (breaker, waiter, calls, ended) = (test.breaker, waiter, ConcurrencyTests.Counter(), ConcurrencyTests.Counter())
        let hedge = try Hedge(after: .seconds(1), budget: nil, waiter: waiter)
        let call = Task {
            try await hedge.run {
                try await breaker.run {
                    defer { ended.add(1) }
                    let number = calls.add(1)
                    if number == 1 { try await waiter.wait(until: .distantFuture) }
                    return number
                }
            }
        }
        await manual.untilParked(2)
        manual.advance(by: .seconds(1))
        #expect(try await call.value == 2)
        #expect(ended.value == 2)
        #expect(hedge.snapshot.wins == 1)
        #expect(breaker.state == .closed)
        #expect(breaker.snapshot.totals.failures == 0)
        #expect(manual.sleeperCount == 0)
    }

    @Test func noMoreAttemptsThanAllowed() async throws {
        let (waiter, calls) = (waiter, ConcurrencyTests.Counter())
        let hedge = try Hedge(after: .seconds(1), maxAttempts: 3, budget: nil, waiter: waiter)
        let call = Task {
            try await hedge.run {
                calls.add(1)
                try await waiter.wait(until: .distantFuture)
            }
        }
        for parked in [2, 3, 3] {
            await manual.untilParked(parked)
            manual.advance(by: .seconds(1))
        }
        for _ in 0..<100 {  // time for one too many
            manual.advance(by: .seconds(1))
            await Task.yield()
        }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(calls.value == 3)
        #expect(manual.sleeperCount == 0)
    }

    @Test func theBudgetRefusesASecondAttempt() async throws {
        let (waiter, calls) = (waiter, ConcurrencyTests.Counter())
        let budget = try RetryBudget(sharePercent: 0, floorPerSecond: 0, time: .manual(manual.time))
        let hedge = try Hedge(after: .seconds(1), budget: budget, waiter: waiter)
        let end = manual.time.monotonic.advanced(by: .seconds(5))
        let call = Task {
            try await hedge.run {
                calls.add(1)
                try await waiter.wait(until: end)
            }
        }
        await manual.untilParked(2)
        manual.advance(by: .seconds(1))
        manual.advance(by: .seconds(4))
        try await call.value
        #expect(calls.value == 1)
        #expect(hedge.snapshot.outOfBudget <= 1)
        #expect(budget.snapshot.requests == 1)
    }

    @Test func aFailureIsNotHedgedAndTheFirstErrorIsThrown() async throws {
        struct Second: Error {}
        let (waiter, calls) = (waiter, ConcurrencyTests.Counter())
        let hedge = try Hedge(after: .seconds(1), budget: nil, waiter: waiter)
        await #expect(throws: Boom.self) { try await hedge.run { throw Boom() } }
        #expect(hedge.snapshot.hedges == 0)
        let end = manual.time.monotonic.advanced(by: .seconds(2))
        let call = Task {
            try await hedge.run {
                guard calls.add(1) == 1 else { throw Boom() }
                try await waiter.wait(until: end)
                throw Second()
            }
        }
        await manual.untilParked(2)
        manual.advance(by: .seconds(1))
        while calls.value < 2, !Task.isCancelled { await Task.yield() }
        manual.advance(by: .seconds(1))
        await #expect(throws: (any Error).self) { try await call.value }
        #expect(manual.sleeperCount == 0)
    }
}
