import CircuitBreaker
import Testing

@Suite struct TripConfigurationTests {
    typealias Code = Breaker.ConfigurationError.Code
    typealias Rules = Breaker.TripRules

    static let wrong: [(Rules, Code)] = [
        (Rules(), .noTripRule),
        (Rules(shares: Array(repeating: .failures(percent: 50, of: .calls(1), minCalls: 1), count: 5)), .shareCount),
        (.failureShare(percent: 0, of: .calls(10), minCalls: 1), .sharePercent),
        (.failureShare(percent: 101, of: .calls(10), minCalls: 1), .sharePercent),
        (.failureShare(percent: 50, of: .calls(10), minCalls: 0), .shareMinCalls),
        (.failureShare(percent: 50, of: .calls(10), minCalls: 11), .shareMinCalls),
        (.failureShare(percent: 50, of: .calls(0), minCalls: 1), .window),
        (.failureShare(percent: 50, of: .calls(.max), minCalls: 1), .window),
        (.failureShare(percent: 50, of: .time(.zero), minCalls: 1), .window),
        (.failureShare(percent: 50, of: .time(.seconds(Int64.max)), minCalls: 1), .window),
        (.failureShare(percent: 50, of: .time(.seconds(1), buckets: 0), minCalls: 1), .window),
        (.failureShare(percent: 50, of: .time(.nanoseconds(9)), minCalls: 1), .window),
        (.slowShare(percent: 50, threshold: .zero, of: .calls(10), minCalls: 1), .slowThreshold),
        (.overdue(calls: 0, after: .seconds(1)), .overdueCalls),
        (.overdue(calls: 256, after: .seconds(1)), .overdueCalls),
        (.overdue(calls: 1, after: .seconds(-1)), .overdueLimit),
    ]

    @Test(arguments: wrong)
    func rulesThatMakeNoSenseAreRefused(rules: Rules, code: Code) {
        let error = #expect(throws: Breaker.ConfigurationError.self) { try Breaker.Configuration(trip: rules) }
        #expect(error?.code == code)
    }

    @Test(arguments: [([], Code.rampPercents), ([0], .rampPercents), ([50, 25], .rampPercents), ([100], .rampPercents)])
    func rampsThatDoNotRiseAreRefused(percents: [Int], code: Code) {
        let error = #expect(throws: Breaker.ConfigurationError.self) {
            try Breaker.Configuration(recovery: .init(ramp: .init(percents: percents, step: .seconds(1))))
        }
        #expect(error?.code == code)
    }

    @Test func theStepOfARampIsPositive() {
        let error = #expect(throws: Breaker.ConfigurationError.self) {
            try Breaker.Configuration(recovery: .init(ramp: .init(step: .zero)))
        }
        #expect(error?.code == .rampStep)
    }
}
