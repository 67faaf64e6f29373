import CircuitBreaker
import HardeningCore
import Testing

/// Cancellation is judged by who cancelled.
@Suite(.timeLimit(.minutes(60))) struct CancellationTests {
    @Test func aTaskCancelledBeforeDoesNotRunTheOperation() async throws {
        let test = try BreakerUnderTest(failures: 1)
        let before = test.breaker.snapshot
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await test.breaker.run { _ = Issue.record("the operation ran") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(test.breaker.snapshot == before)
    }

    @Test func aCancelledCallerIsRefusedNothingByAnOpenBreaker() async throws {
        let test = try BreakerUnderTest(failures: 1)
        try test.fail()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await test.breaker.run {}
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(test.breaker.snapshot.totals.refusals == 0)
    }

    @Test(arguments: [true, false])
    func aCallerThatIsCancelledMeanwhileIsNeutral(asCancellationError: Bool) async throws {
        let test = try BreakerUnderTest(failures: 1)
        let task = Task {
            try await test.breaker.run {
                withUnsafeCurrentTask { $0?.cancel() }
                if asCancellationError { throw CancellationError() } else { throw Boom() }
            }
        }
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(test.breaker.state == .closed)
        #expect(test.breaker.snapshot.failures == 0)
    }

    @Test func aCancelledProbeNeitherClosesNorOpens() async throws {
        let test = try BreakerUnderTest(failures: 1)
        try test.fail()
        test.time.advance(by: .seconds(30))
        let task = Task {
            try await test.breaker.run {
                withUnsafeCurrentTask { $0?.cancel() }
                try Task.checkCancellation()
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(test.breaker.state == .halfOpen)
        #expect(test.breaker.snapshot.probesInFlight == 0)
        #expect(test.transitions() == ["CLOSED>OPEN", "OPEN>HALF_OPEN"])
    }

    @Test func anOperationThatReturnsHasSucceededEvenWhenCancelled() async throws {
        let test = try BreakerUnderTest(failures: 2)
        try test.fail()
        let task = Task {
            try await test.breaker.run { withUnsafeCurrentTask { $0?.cancel() } }
        }
        try await task.value
        #expect(test.breaker.snapshot.failures == 0)
    }

    @Test func cancellationFromInsideWhileTheCallerLivesIsAFailure() async throws {
        let test = try BreakerUnderTest(failures: 1)
        await #expect(throws: CancellationError.self) {
            try await test.breaker.run { throw CancellationError() }
        }
        #expect(test.breaker.state == .open)
        #expect(test.breaker.snapshot.lastFailure?.failureClass == .cancelledInside)
    }

    @Test(arguments: [(4_999, Breaker.State.closed), (5_000, .closed), (5_001, .open)])
    func aCallerThatWaitedLongerThanTheHangThresholdIsEvidence(milliseconds: Int, expected: Breaker.State) async throws {
        let test = try BreakerUnderTest(hangThreshold: .seconds(5))
        let task = Task {
            try await test.breaker.run {
                test.time.advance(by: .milliseconds(milliseconds))
                withUnsafeCurrentTask { $0?.cancel() }
                throw CancellationError()
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(test.breaker.state == expected)
        if expected == .open { #expect(test.breaker.snapshot.lastFailure?.failureClass == .hung) }
    }

    @Test func aPermitIsJudgedByTheSameThreshold() throws {
        let test = try BreakerUnderTest(hangThreshold: .seconds(5))
        let patient = try test.breaker.acquire()
        test.time.advance(by: .seconds(6))
        let impatient = try test.breaker.acquire()
        impatient.cancel()
        #expect(test.breaker.state == .closed)
        patient.cancel()
        #expect(test.breaker.state == .open)
    }

    @Test func droppingAPermitIsNeutralHoweverLongItWasHeld() throws {
        let test = try BreakerUnderTest(hangThreshold: .seconds(5))
        do {
            let permit = try test.breaker.acquire()
            test.time.advance(by: .seconds(60))
            _ = permit.isProbe
        }
        #expect(test.breaker.state == .closed)
    }
}
