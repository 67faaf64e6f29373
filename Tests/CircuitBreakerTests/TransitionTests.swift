import CircuitBreaker
import HardeningCore
import Testing

@Suite struct TransitionTests {
    @Test(arguments: [
        ("claude", 3, 30), ("openai", 3, 30), ("database", 5, 10), ("blockchain", 5, 120), ("paymob", 5, 60),
    ])
    func presetsOpenAtTheirThresholdForTheirTime(name: String, failures: Int, seconds: Int) throws {
        let test = BreakerUnderTest(try #require(Breaker.Configuration.presets[name]))
        try test.fail(failures - 1)
        #expect(test.breaker.state == .closed)
        try test.fail()
        #expect(test.breaker.state == .open)
        #expect(test.refusal()?.retryAfter == .seconds(seconds))
        #expect(Breaker.Configuration.presets.count == 5)
    }

    @Test func aSuccessStartsTheCountAnew() throws {
        let test = BreakerUnderTest()
        for _ in 0..<10 {
            try test.fail(2)
            #expect(test.breaker.snapshot.failures == 2)
            try test.succeed()
            #expect(test.breaker.snapshot.failures == 0)
        }
        #expect(test.breaker.state == .closed)
        #expect(test.transitions().isEmpty)
    }

    @Test func refusalsCarryTheExactRemainingTime() throws {
        let test = BreakerUnderTest()
        try test.fail(3)
        test.time.advance(by: .nanoseconds(7))
        let refusal = try #require(test.refusal())
        #expect(refusal.breaker == "claude")
        #expect(refusal.reason == .open)
        #expect(refusal.retryAfter == .seconds(30) - .nanoseconds(7))
        #expect(refusal.retryAfterSeconds == 30)
        test.time.advance(by: .seconds(30) - .nanoseconds(8))
        #expect(test.refusal()?.retryAfter == .nanoseconds(1))
        #expect(test.refusal()?.retryAfterSeconds == 1)
    }

    @Test func theCallerWhoComesAtTheDeadlineIsTheProbe() throws {
        let test = BreakerUnderTest()
        try test.fail(3)
        test.time.advance(by: .seconds(30))
        let permit = try test.breaker.acquire()
        let isProbe = permit.isProbe
        #expect(isProbe)
        permit.succeed()
        #expect(test.breaker.state == .closed)
        #expect(test.transitions() == ["CLOSED>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>CLOSED"])
    }

    @Test func aFailedProbeReopensForTheFullTime() throws {
        let test = BreakerUnderTest()
        try test.fail(3)
        test.time.advance(by: .seconds(31))
        try test.fail()
        #expect(test.refusal()?.retryAfter == .seconds(30))
        #expect(test.transitions() == ["CLOSED>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>OPEN"])
    }

    @Test func readingShowsTheEffectiveStateAndChangesNothing() throws {
        let test = BreakerUnderTest()
        try test.fail(3)
        test.time.advance(by: .seconds(30))
        let before = test.breaker.snapshot
        #expect(test.breaker.state == .halfOpen)
        #expect(before.state == .halfOpen)
        #expect(before.generation == 1)
        #expect(before.retryAfter == nil)
        _ = test.breaker.explain()
        #expect(test.breaker.snapshot == before)
        #expect(test.transitions() == ["CLOSED>OPEN"])
    }

    @Test func wallClockStepsChangeNothing() throws {
        let test = BreakerUnderTest()
        try test.fail(3)
        for step in [Duration.seconds(86_400), .seconds(-200_000), .seconds(Int64.max)] {
            test.time.stepWallClock(by: step)
            #expect(test.refusal()?.retryAfter == .seconds(30))
        }
        test.time.advance(by: .seconds(30))
        test.time.stepWallClock(by: .seconds(-86_400))
        #expect(test.refusal() == nil)
    }

    @Test func aMonotonicClockThatGoesBackOnlyLengthensTheWait() throws {
        let test = BreakerUnderTest()
        try test.fail(3)
        test.time.stepMonotonicClock(by: .seconds(-10))
        #expect(test.refusal()?.retryAfter == .seconds(40))
    }

    @Test func closingForgetsFailuresAndBackoff() throws {
        let test = try BreakerUnderTest(failures: 2, openTime: .init(base: .seconds(1), backoffFactor: 2))
        try test.fail(2)
        for wait in [1, 2, 4] {
            #expect(test.refusal()?.retryAfter == .seconds(wait))
            test.time.advance(by: .seconds(wait))
            try test.fail()
        }
        test.time.advance(by: .seconds(8))
        try test.succeed()
        #expect(test.breaker.snapshot.failures == 0)
        try test.fail()
        #expect(test.breaker.state == .closed)
        try test.fail()
        #expect(test.refusal()?.retryAfter == .seconds(1))
    }

    @Test func resetClosesFromEveryStateAndStartsAGeneration() throws {
        let test = BreakerUnderTest()
        test.breaker.reset()
        #expect(test.breaker.snapshot.generation == 1)
        #expect(test.transitions().isEmpty)
        try test.fail(3)
        test.breaker.reset()
        #expect(test.breaker.state == .closed)
        try test.fail(2)
        #expect(test.breaker.state == .closed)
        test.breaker.reset()
        try test.fail(2)
        #expect(test.breaker.state == .closed)
        #expect(test.transitions() == ["CLOSED>OPEN", "OPEN>CLOSED"])
    }
}
