import CircuitBreaker
import HardeningCore
import Testing

@Suite struct RampTests {
    @Test func aRecoveredBreakerGivesTheLoadBackInSteps() throws {
        let test = try BreakerUnderTest(recovery: .init(ramp: .init(step: .seconds(10))))
        try test.fail()
        test.time.advance(by: .seconds(30))
        try test.succeed()
        #expect(test.breaker.state == .closed)
        for percent in [10, 25, 50, 100] {
            #expect(test.breaker.snapshot.rampPercent == (percent == 100 ? nil : percent))
            var admitted = 0
            for _ in 0..<100 {
                if let refusal = test.refusal() {
                    #expect(refusal.reason == .recovering)
                    #expect(refusal.retryAfter == .seconds(10))
                } else {
                    admitted += 1
                }
            }
            #expect(admitted == percent)
            test.time.advance(by: .seconds(10))
        }
        try test.fail()
        #expect(test.breaker.state == .open)
    }

    @Test func aFailureDuringTheRampOpensAgain() throws {
        let test = try BreakerUnderTest(recovery: .init(ramp: .init(percents: [50], step: .seconds(10))))
        try test.fail()
        test.time.advance(by: .seconds(30))
        try test.succeed()
        #expect(test.refusal()?.reason == .recovering)
        try test.fail()
        #expect(test.breaker.state == .open)
        test.breaker.reset()
        #expect(test.breaker.snapshot.rampPercent == nil)
    }
}
