import CircuitBreaker
import HardeningCore
import Testing

@Suite struct SnapshotTests {
    @Test func aSnapshotShowsTheBreakerAtOneMoment() throws {
        let test = BreakerUnderTest()
        try test.fail(3)
        test.time.advance(by: .milliseconds(500))
        for _ in 0..<4 { #expect(test.refusal() != nil) }
        let open = test.breaker.snapshot
        #expect(open.name == "claude")
        #expect(open.state == .open)
        #expect(open.failures == 3)
        #expect(open.probesInFlight == 0)
        #expect(open.retryAfter == .milliseconds(29_500))
        #expect(open.retryAfterSeconds == 30)
        #expect(open.lastFailure == Breaker.Failure(.error))
        #expect(open.totals.failures == 3)
        #expect(open.totals.refusals == 4)
        #expect(open.totals.openings == 1)

        test.time.advance(by: .seconds(30))
        let probe = try test.breaker.acquire()
        #expect(test.refusal() != nil)
        let halfOpen = test.breaker.snapshot
        #expect(halfOpen.state == .halfOpen)
        #expect(halfOpen.probesInFlight == 1)
        #expect(halfOpen.retryAfter == .seconds(60))
        #expect(halfOpen.totals.probes == 1)
        #expect(halfOpen.totals.refusals == 5)
        probe.succeed()

        let closed = test.breaker.snapshot
        #expect(closed.state == .closed)
        #expect(closed.failures == 0)
        #expect(closed.retryAfter == nil)
        #expect(closed.lastFailure == nil)
        #expect(closed.totals.failures == 3)
    }

    @Test func stateNamesAreThoseOfTheHealthPage() {
        #expect(Breaker.State.allCases.map(\.rawValue) == ["CLOSED", "OPEN", "HALF_OPEN", "ISOLATED", "DISABLED", "METRICS_ONLY"])
    }
}
