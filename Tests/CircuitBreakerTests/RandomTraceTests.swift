import CircuitBreaker
import Foundation
import HardeningTesting
import Testing

/// Random steps against the reference: 20,000 by default, `BREAKER_STEPS` in all when it is set.
@Suite struct RandomTraceTests {
    private static let steps = ProcessInfo.processInfo.environment["BREAKER_STEPS"].flatMap { Int($0) } ?? 20_000

    static let configurations: [Breaker.Configuration] = {
        let patient = Breaker.Recovery(maxProbes: 2, successThreshold: 2, toleratedFailures: 1, probeLease: .seconds(5))
        let ramp = Breaker.Recovery(probeLease: .seconds(7), ramp: .init(percents: [30, 70], step: .seconds(10)))
        let backoff = Breaker.OpenTime(base: .seconds(10), backoffFactor: 2, cap: .seconds(100))
        let everything = Breaker.TripRules(
            consecutiveFailures: 6,
            shares: [
                .failures(percent: 60, of: .calls(12), minCalls: 5),
                .failures(percent: 40, of: .time(.seconds(60), buckets: 6), minCalls: 9),
                .slowCalls(percent: 30, threshold: .seconds(8), of: .calls(9), minCalls: 4),
            ], overdue: .init(calls: 2, after: .seconds(20)))
        let rules: [(Breaker.TripRules, Breaker.OpenTime, Breaker.Recovery, Duration?)] = [
            (.consecutiveFailures(3), .init(base: .seconds(30)), .init(), nil),
            (.consecutiveFailures(2), backoff, patient, .seconds(9)),
            (.failureShare(percent: 50, of: .calls(10), minCalls: 4), .init(base: .seconds(30)), patient, nil),
            (.failureShare(percent: 50, of: .time(.seconds(10), buckets: 7), minCalls: 3), backoff, .init(), nil),
            (.slowShare(percent: 50, threshold: .seconds(3), of: .time(.seconds(20)), minCalls: 2), backoff, ramp, nil),
            (.overdue(calls: 2, after: .seconds(11)), .init(base: .seconds(30)), patient, .seconds(4)),
            (.consecutiveFailures(2), .init(base: .seconds(30)), ramp, nil),
            (
                everything, backoff, .init(maxProbes: 3, successThreshold: 4, toleratedFailures: 2, ramp: .init(step: .seconds(4))),
                .seconds(6)
            ),
        ]
        return rules.flatMap { trip, open, recovery, hang in
            Breaker.Metering.allForTests.compactMap {
                try? .init(trip: trip, openTime: open, recovery: recovery, hangThreshold: hang, metering: $0)
            }
        }
    }()

    @Test(arguments: configurations.indices)
    func theBreakerDoesWhatTheReferenceDoes(index: Int) throws {
        let configuration = Self.configurations[index]
        let (length, runs) = (500, max(1, Self.steps / 500 / Self.configurations.count))
        for run in 0..<runs {
            let trace = BreakerTrace.random(seed: UInt64(index * 1_000_000 + run), steps: length, for: configuration)
            let reference = try #require(ReferenceBreaker(configuration))
            if let difference = trace.firstDifference(of: configuration, from: reference) {
                let steps = BreakerTrace(Array(trace.lines.prefix(difference.step)))
                Issue.record("\(configuration): \(difference)\n\(steps)")
                return
            }
        }
    }

    /// A comparison of traces in which nothing happens would show nothing.
    @Test func randomTracesReachEveryCause() {
        var causes: Set<Breaker.Cause> = []
        for (index, configuration) in Self.configurations.enumerated() {
            let trace = BreakerTrace.random(seed: UInt64(index), steps: 500, for: configuration)
            for answer in trace.answers(of: configuration) { causes.formUnion(answer.events.map(\.cause)) }
        }
        #expect(
            causes == [
                .consecutiveFailures, .failureShare, .slowShare, .callsOverdue, .openTimeOver, .probeFailed, .probeLost, .recovered, .reset,
                .isolated, .isolationOver, .disabled, .metricsOnly, .released,
            ])
    }

    @Test func thereAreConfigurationsForEveryRule() {
        #expect(Self.configurations.count == 16)
    }
}

extension Breaker.Metering {
    fileprivate static let allForTests: [Self] = [.exceptions, .everyCall]
}
