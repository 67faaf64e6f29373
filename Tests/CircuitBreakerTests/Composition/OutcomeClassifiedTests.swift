import CircuitBreaker
import HardeningCore
import Testing

@Suite(.timeLimit(.minutes(60))) struct OutcomeClassifiedTests {
    let manual = ManualWaiter()

    /// The refusal of a rate limiter of the user's own.
    struct Limited: Error, OutcomeClassified {
        var breakerOutcome: Breaker.Outcome { .ignored }
    }

    @Test(arguments: [
        (Limited() as any Error, Breaker.Outcome.ignored),
        (DeadlineExceeded(callWasMade: false), .ignored),
        (DeadlineExceeded(callWasMade: true), .failure(.timeout)),
        (Boom(), .failure(.error)),
    ])
    func anErrorMayKnowItsOutcome(error: any Error, outcome: Breaker.Outcome) {
        #expect(Breaker.outcome(ofError: error) == outcome)
    }

    @Test func ourOwnTimeoutIsAFailure() async throws {
        let test = try BreakerUnderTest(failures: 1)
        let (breaker, timeout) = (test.breaker, try Timeout(.seconds(3), waiter: .manual(manual)))
        let waiter = Waiter.manual(manual)
        let call = Task { try await breaker.run { try await timeout.run { try await waiter.wait(until: .distantFuture) } } }
        await manual.untilParked(2)
        manual.advance(by: .seconds(3))
        await #expect(throws: TimeoutError.self) { try await call.value }
        #expect(breaker.state == .open)
        #expect(breaker.snapshot.lastFailure?.failureClass == .timeout)
        #expect((timeout.snapshot.calls, timeout.snapshot.timeouts) == (1, 1))
    }

    @Test func refusalsThatMadeNoCallSpendNoProbe() async throws {
        let test = try BreakerUnderTest(failures: 1)
        try test.fail()
        test.time.advance(by: .seconds(30))
        let (breaker, waiter) = (test.breaker, Waiter.manual(manual))
        let bulkhead = try Bulkhead(limit: 1)
        try await bulkhead.run {
            _ = await #expect(throws: BulkheadFull.self) { try await breaker.run { try await bulkhead.run {} } }
        }
        await #expect(throws: DeadlineExceeded.self) {
            try await breaker.run { try await Deadline.run(within: .zero, waiter: waiter) { _ = Issue.record("the call was made") } }
        }
        await #expect(throws: Limited.self) { try await breaker.run { throw Limited() } }
        #expect(breaker.state == .halfOpen)
        #expect(breaker.snapshot.probesInFlight == 0)
        try await breaker.run {}
        #expect(breaker.state == .closed)
    }
}
