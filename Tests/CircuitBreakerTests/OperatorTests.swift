import CircuitBreaker
import HardeningCore
import Testing

@Suite struct OperatorTests {
    @Test func isolationRefusesEverythingUntilReleased() throws {
        let test = BreakerUnderTest()
        let old = try test.breaker.acquire()
        test.breaker.isolate(reason: "maintenance")
        test.time.advance(by: .seconds(1_000_000))
        #expect(test.breaker.state == .isolated)
        let refusal = try #require(test.refusal())
        #expect(refusal.reason == .isolated)
        #expect(refusal.retryAfter == nil)
        #expect(refusal.retryAfterSeconds == nil)
        old.fail()
        #expect(test.breaker.release())
        #expect(test.breaker.state == .closed)
        #expect(test.breaker.snapshot.failures == 0)
        #expect(!test.breaker.release())
        #expect(test.transitions() == ["CLOSED>ISOLATED", "ISOLATED>CLOSED"])
    }

    @Test func isolationExpires() throws {
        let test = BreakerUnderTest()
        test.breaker.isolate(reason: "deploy", for: .seconds(10))
        test.time.advance(by: .seconds(10) - .nanoseconds(1))
        #expect(test.refusal()?.retryAfter == .nanoseconds(1))
        test.time.advance(by: .nanoseconds(1))
        #expect(test.breaker.state == .closed)
        try test.succeed()
        #expect(test.events.drain().map(\.cause) == [.isolated, .isolationOver])
    }

    @Test func releaseDoesNotCloseWhatFailuresOpened() throws {
        let test = BreakerUnderTest()
        try test.fail(3)
        #expect(!test.breaker.release())
        #expect(test.breaker.state == .open)
    }

    @Test func aDisabledBreakerAdmitsAndRecordsNothing() throws {
        let test = BreakerUnderTest()
        test.breaker.disable()
        test.breaker.disable()
        try test.fail(10)
        #expect(test.breaker.state == .disabled)
        #expect(test.breaker.snapshot.failures == 0)
        let old = try test.breaker.acquire()
        test.breaker.release()
        old.fail()
        #expect(test.breaker.snapshot.failures == 0)
        #expect(test.breaker.snapshot.totals.late == 1)
        #expect(test.transitions() == ["CLOSED>DISABLED", "DISABLED>CLOSED"])
    }

    @Test func operatorsDoNotRaiseAlerts() {
        let test = BreakerUnderTest()
        test.breaker.isolate(reason: "a")
        test.breaker.isolate(reason: "b")
        test.breaker.disable()
        test.breaker.reset()
        #expect(test.events.drain().allSatisfy { !$0.isAlert })
        #expect(test.breaker.snapshot.generation == 4)
    }
}
