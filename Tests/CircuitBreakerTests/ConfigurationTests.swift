import CircuitBreaker
import Testing

@Suite struct ConfigurationTests {
    typealias Code = Breaker.ConfigurationError.Code

    private func code(
        failures: Int = 3, base: Duration = .seconds(1), factor: Int = 1, cap: Duration? = nil, jitter: Int = 0, probes: Int = 1,
        successes: Int = 1, tolerated: Int = 0, lease: Duration = .seconds(1), hang: Duration? = nil
    ) -> Code? {
        do throws(Breaker.ConfigurationError) {
            _ = try Breaker.Configuration(
                trip: .consecutiveFailures(failures),
                openTime: .init(base: base, backoffFactor: factor, cap: cap, jitterPercent: jitter),
                recovery: .init(maxProbes: probes, successThreshold: successes, toleratedFailures: tolerated, probeLease: lease),
                hangThreshold: hang
            )
            return nil
        } catch {
            #expect(!error.description.isEmpty)
            return error.code
        }
    }

    @Test(arguments: [Int.min, -1, 0, 4096, .max])
    func countsOutOfRangeAreRefused(count: Int) {
        #expect(code(failures: count) == .failureThreshold)
        #expect(code(successes: count) == .successThreshold)
        #expect(code(probes: count) == .maxProbes)
        #expect(code(factor: count) == .backoffFactor)
        if count != 0 {
            #expect(code(tolerated: count) == .toleratedFailures)
            #expect(code(jitter: count) == .jitter)
        }
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(Int64.min), .nanoseconds(Int64.max), .seconds(Int64.max)])
    func timesThatAreNotPositiveOrNotFiniteAreRefused(time: Duration) {
        #expect(code(base: time, cap: time) == .openTime)
        #expect(code(lease: time) == .probeLease)
        #expect(code(hang: time) == .hangThreshold)
        #expect(code(cap: time) == .openTimeCap)
    }

    @Test func theCapIsNotBelowTheOpenTime() {
        #expect(code(base: .seconds(10), cap: .seconds(9)) == .openTimeCap)
        #expect(code(base: .seconds(10), cap: .seconds(10)) == nil)
        #expect(Breaker.OpenTime(base: .seconds(7200)).cap == .seconds(7200))
    }

    @Test func theLimitsThemselvesAreAccepted() {
        #expect(
            code(
                failures: 4095, base: .nanoseconds(1), factor: 100, cap: .nanoseconds(Int64.max - 1), jitter: 100, probes: 255,
                successes: 4095, tolerated: 4095, lease: .nanoseconds(1), hang: .nanoseconds(1)
            ) == nil
        )
    }

    @Test(arguments: [(Int.min, 1), (0, 1), (4095, 4095), (.max, 4095)])
    func presetsBringNonsenseToTheNearestSense(failures: Int, expected: Int) {
        for openFor in [Duration.zero, .seconds(Int64.min), .seconds(Int64.max), .seconds(30)] {
            let preset = Breaker.Configuration.preset(failures: failures, openFor: openFor)
            #expect(preset.trip.consecutiveFailures == expected)
            #expect(throws: Never.self) {
                try Breaker.Configuration(trip: preset.trip, openTime: preset.openTime, recovery: preset.recovery)
            }
        }
    }

    @Test func theHighestThresholdTrips() throws {
        let test = BreakerUnderTest(.preset(failures: 4095, openFor: .seconds(1)))
        try test.fail(4094)
        #expect(test.breaker.state == .closed)
        try test.fail()
        #expect(test.breaker.state == .open)
        #expect(test.breaker.snapshot.failures == 4095)
    }
}
