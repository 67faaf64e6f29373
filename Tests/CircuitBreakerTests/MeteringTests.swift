import CircuitBreaker
import HardeningCore
import Testing

@Suite struct MeteringTests {
    @Test func everyCallIsCountedOnce() throws {
        let test = BreakerUnderTest(
            try .init(trip: .slowShare(percent: 100, threshold: .seconds(5), of: .calls(100), minCalls: 100), metering: .everyCall)
        )
        let outcomes: [Breaker.Outcome] = [.success, .success, .failure(), .ignored, .cancelled]
        for outcome in outcomes {
            let permit = try test.breaker.acquire()
            permit.settle(outcome)
        }
        let slow = try test.breaker.acquire()
        test.time.advance(by: .seconds(5))
        slow.succeed()
        let late = try test.breaker.acquire()
        test.breaker.reset()
        late.succeed()
        let totals = test.breaker.snapshot.totals
        let calls = try #require(totals.calls)
        #expect(calls.admitted == 7)
        #expect(calls.succeeded == 3)
        #expect(calls.slow == 1)
        #expect(calls.ignored == 1)
        #expect(calls.cancelled == 1)
        #expect(totals.failures == 1)
        #expect(totals.late == 1)
    }

    @Test func callsAreNotCountedUnlessAskedFor() throws {
        let test = BreakerUnderTest()
        try test.succeed()
        #expect(test.breaker.snapshot.totals.calls == nil)
    }
}
