import CircuitBreaker
import HardeningCore
import Testing

@Suite struct SlowCallTests {
    private func breaker(threshold: Duration = .seconds(5)) throws -> BreakerUnderTest {
        BreakerUnderTest(
            try Breaker.Configuration(trip: .slowShare(percent: 50, threshold: threshold, of: .calls(10), minCalls: 4))
        )
    }

    private func call(_ test: BreakerUnderTest, taking duration: Duration, fails: Bool = false) throws {
        let permit = try test.breaker.acquire()
        test.time.advance(by: duration)
        if fails { permit.fail() } else { permit.succeed() }
    }

    @Test func callsOfTheThresholdAreSlow() throws {
        let test = try breaker()
        for duration in [Duration.nanoseconds(4_999_999_999), .zero, .seconds(5)] { try call(test, taking: duration) }
        #expect(test.breaker.snapshot.rates.map(\.hits) == [1])
        try call(test, taking: .seconds(6), fails: true)
        #expect(test.events.drain().map(\.failure) == [Breaker.Failure(.slow)])
        #expect(test.breaker.state == .open)
    }

    @Test func failuresThatAreFastAreNotSlow() throws {
        let test = try breaker()
        for _ in 0..<20 { try call(test, taking: .seconds(4), fails: true) }
        #expect(test.breaker.state == .closed)
    }

    @Test func aSlowProbeHasNotShownRecovery() throws {
        let test = try breaker()
        for _ in 0..<4 { try call(test, taking: .seconds(5)) }
        test.time.advance(by: .seconds(30))
        try call(test, taking: .seconds(5))
        #expect(test.breaker.state == .open)
        #expect(test.breaker.snapshot.lastFailure?.failureClass == .slow)
        test.time.advance(by: .seconds(30))
        try call(test, taking: .seconds(4))
        #expect(test.breaker.state == .closed)
    }

    @Test func durationsAtTheEndOfTimeNeitherTrapNorTurnNegative() throws {
        let limit = Duration.nanoseconds(Int64.max - 1)
        let test = try breaker(threshold: limit)
        for _ in 0..<3 {
            let permit = try test.breaker.acquire()
            test.time.advance(by: .seconds(Int64.max))
            permit.succeed()
        }
        #expect(test.breaker.state == .closed)
        let back = try breaker()
        for _ in 0..<6 {
            let permit = try back.breaker.acquire()
            back.time.stepMonotonicClock(by: .seconds(Int64.min))
            permit.succeed()
        }
        #expect(back.breaker.snapshot.rates.map(\.hits) == [0])
    }
}
