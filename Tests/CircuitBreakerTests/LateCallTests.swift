import CircuitBreaker
import HardeningCore
import Testing

/// A call that settles in another generation than it began in counts as late and changes nothing else.
@Suite struct LateCallTests {
    static let outcomes: [Breaker.Outcome] = [.success, .failure(), .failure(retryAfter: .seconds(900)), .ignored, .cancelled]

    @Test(arguments: outcomes)
    func aCallFromBeforeTheTripCannotTouchTheOpenBreaker(outcome: Breaker.Outcome) throws {
        let test = BreakerUnderTest()
        let old = try test.breaker.acquire()
        try test.fail(3)
        test.time.advance(by: .seconds(10))
        let before = test.breaker.snapshot
        old.settle(outcome)
        let after = test.breaker.snapshot
        #expect(after.totals.late == 1)
        #expect(after.totals.failures == before.totals.failures)
        #expect(after.generation == before.generation)
        #expect(after.failures == before.failures)
        #expect(after.lastFailure == before.lastFailure)
        #expect(test.refusal()?.retryAfter == .seconds(20))
        #expect(test.transitions() == ["CLOSED>OPEN"])
    }

    @Test(arguments: outcomes)
    func aCallFromBeforeTheTripCannotDecideTheProbe(outcome: Breaker.Outcome) throws {
        let test = BreakerUnderTest()
        let old = try test.breaker.acquire()
        try test.fail(3)
        test.time.advance(by: .seconds(30))
        let probe = try test.breaker.acquire()
        old.settle(outcome)
        #expect(test.breaker.state == .halfOpen)
        #expect(test.breaker.snapshot.probesInFlight == 1)
        #expect(test.refusal()?.reason == .probing)
        #expect(test.breaker.snapshot.totals.late == 1)
        probe.succeed()
        #expect(test.breaker.state == .closed)
    }

    @Test(arguments: outcomes)
    func aCallFromBeforeTheTripCannotCountAfterRecovery(outcome: Breaker.Outcome) throws {
        let test = BreakerUnderTest()
        let old = try test.breaker.acquire()
        try test.fail(3)
        test.time.advance(by: .seconds(30))
        try test.succeed()
        try test.fail(2)
        old.settle(outcome)
        #expect(test.breaker.snapshot.failures == 2)
        #expect(test.breaker.snapshot.totals.late == 1)
    }

    @Test func aCallFromBeforeAResetIsLate() throws {
        let test = BreakerUnderTest()
        let old = try test.breaker.acquire()
        test.breaker.reset()
        old.fail()
        #expect(test.breaker.snapshot.failures == 0)
        #expect(test.breaker.snapshot.totals.late == 1)
    }

    @Test func aProbeOfAnEarlierTrialCannotHandBackAnothersPermit() throws {
        let test = try BreakerUnderTest(recovery: .init(maxProbes: 2))
        try test.fail()
        test.time.advance(by: .seconds(30))
        let slow = try test.breaker.acquire()
        try test.fail()
        test.time.advance(by: .seconds(30))
        let current = try test.breaker.acquire()
        slow.succeed()
        #expect(test.breaker.state == .halfOpen)
        #expect(test.breaker.snapshot.probesInFlight == 1)
        current.succeed()
        #expect(test.breaker.state == .closed)
    }

    @Test func tenFailuresInFlightMakeOneTransition() throws {
        let test = BreakerUnderTest()
        func failInside(_ depth: Int) throws {
            if depth == 0 { return }
            let permit = try test.breaker.acquire()
            try failInside(depth - 1)
            permit.fail()
        }
        try failInside(10)
        #expect(test.transitions() == ["CLOSED>OPEN"])
        #expect(test.breaker.snapshot.totals.failures == 3)
        #expect(test.breaker.snapshot.totals.late == 7)
        #expect(test.breaker.snapshot.generation == 1)
    }
}
