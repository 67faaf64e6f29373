import CircuitBreaker
import HardeningCore
import Testing

@Suite struct ProbeTests {
    static let lease = Duration.seconds(5)

    /// Half-open, no probe out.
    private func recovering(_ recovery: Breaker.Recovery) throws -> BreakerUnderTest {
        let test = try BreakerUnderTest(recovery: recovery)
        try test.fail()
        test.time.advance(by: .seconds(30))
        _ = test.transitions()
        return test
    }

    @Test(arguments: 1...3)
    func atMostMaxProbesAreOut(maxProbes: Int) throws {
        let test = try recovering(.init(maxProbes: maxProbes, successThreshold: 10, probeLease: Self.lease))
        func probe(_ count: Int) throws {
            if count == 0 {
                let refusal = try #require(test.refusal())
                #expect(refusal.reason == .probing)
                #expect(refusal.retryAfter == Self.lease)
                return
            }
            let permit = try test.breaker.acquire()
            let isProbe = permit.isProbe
            #expect(isProbe)
            try probe(count - 1)
            permit.succeed()
        }
        try probe(maxProbes)
        #expect(test.breaker.snapshot.probesInFlight == 0)
        #expect(test.breaker.state == .halfOpen)
    }

    @Test func aHungProbeIsReclaimedByTheNextCallerAndCountsAsFailed() throws {
        let test = try recovering(.init(probeLease: Self.lease))
        let hung = try test.breaker.acquire()
        test.time.advance(by: Self.lease - .nanoseconds(1))
        #expect(test.refusal()?.reason == .probing)
        test.time.advance(by: .nanoseconds(1))
        let refusal = try #require(test.refusal())
        #expect(refusal.reason == .open)
        #expect(refusal.retryAfter == .seconds(30))
        #expect(test.breaker.snapshot.totals.lostProbes == 1)
        #expect(test.breaker.snapshot.lastFailure?.failureClass == .lostProbe)

        test.time.advance(by: .seconds(30))
        let next = try test.breaker.acquire()
        hung.succeed()
        #expect(test.breaker.state == .halfOpen)
        next.succeed()
        #expect(test.breaker.state == .closed)
        #expect(test.transitions() == ["OPEN>HALF_OPEN", "HALF_OPEN>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>CLOSED"])
    }

    @Test func aHungProbeNobodyMissedDoesNotDelayTheNextCaller() throws {
        let test = try recovering(.init(probeLease: Self.lease))
        let hung = try test.breaker.acquire()
        test.time.advance(by: .seconds(3600))
        #expect(test.breaker.state == .halfOpen)
        let next = try test.breaker.acquire()
        let isProbe = next.isProbe
        #expect(isProbe)
        next.succeed()
        hung.fail()
        #expect(test.breaker.state == .closed)
        #expect(test.breaker.snapshot.totals.late == 1)
        #expect(test.transitions() == ["OPEN>HALF_OPEN", "HALF_OPEN>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>CLOSED"])
    }

    @Test func aProbeThatAnswersAfterItsLeaseBeforeAnyoneCameStillCounts() throws {
        let test = try recovering(.init(probeLease: Self.lease))
        let slow = try test.breaker.acquire()
        test.time.advance(by: .seconds(20))
        slow.succeed()
        #expect(test.breaker.state == .closed)
    }

    @Test(arguments: [Breaker.Outcome.ignored, .cancelled])
    func aNeutralProbeHandsItsPermitBackAndDecidesNothing(outcome: Breaker.Outcome) throws {
        let test = try recovering(.init(maxProbes: 2, successThreshold: 2))
        for _ in 0..<10 {
            let kept = try test.breaker.acquire()
            let neutral = try test.breaker.acquire()
            neutral.settle(outcome)
            #expect(test.breaker.snapshot.probesInFlight == 1)
            #expect(test.breaker.state == .halfOpen)
            kept.settle(outcome)
            #expect(test.breaker.snapshot.probesInFlight == 0)
        }
        #expect(test.transitions() == ["OPEN>HALF_OPEN"])
        #expect(test.breaker.snapshot.totals.late == 0)
    }

    @Test func aDroppedProbeIsHandedBack() throws {
        let test = try recovering(.init())
        do { _ = try test.breaker.acquire() }
        #expect(test.breaker.snapshot.probesInFlight == 0)
        try test.succeed()
        #expect(test.breaker.state == .closed)
    }

    @Test func closingNeedsAsManySuccessesAsConfigured() throws {
        let test = try recovering(.init(successThreshold: 3))
        try test.succeed()
        try test.succeed()
        #expect(test.breaker.state == .halfOpen)
        try test.succeed()
        #expect(test.breaker.state == .closed)
    }

    @Test func toleratedFailuresReopenOnlyWhenTheThresholdIsOutOfReach() throws {
        let test = try recovering(.init(successThreshold: 3, toleratedFailures: 2))
        try test.fail()
        try test.succeed()
        try test.fail()
        try test.succeed()
        #expect(test.breaker.state == .halfOpen)
        try test.fail()
        #expect(test.breaker.state == .open)
    }

    @Test func aTrialStartsWithoutTheScoreOfTheLast() throws {
        let test = try recovering(.init(successThreshold: 2, toleratedFailures: 1))
        try test.succeed()
        try test.fail(2)
        test.time.advance(by: .seconds(30))
        try test.fail()
        try test.succeed()
        #expect(test.breaker.state == .halfOpen)
        try test.succeed()
        #expect(test.breaker.state == .closed)
    }

    @Test func aToleratedLostProbeMakesRoomForTheNext() throws {
        let test = try recovering(.init(toleratedFailures: 1, probeLease: Self.lease))
        let hung = try test.breaker.acquire()
        test.time.advance(by: Self.lease)
        let next = try test.breaker.acquire()
        let isProbe = next.isProbe
        #expect(isProbe)
        hung.succeed()
        #expect(test.breaker.state == .halfOpen)
        #expect(test.breaker.snapshot.totals.late == 1)
        next.succeed()
        #expect(test.breaker.state == .closed)
    }
}
