import CircuitBreaker
import HardeningTesting
import Testing

/// The rules of a breaker as traces: what is done, and what becomes of it.
@Suite struct TraceTests {
    private func check(_ text: String, _ configuration: Breaker.Configuration) throws {
        let trace = try BreakerTrace(parsing: text)
        let difference = trace.firstDifference(of: configuration)
        #expect(difference == nil, "\(difference?.description ?? "")")
        let reference = try #require(ReferenceBreaker(configuration))
        #expect(trace.firstDifference(of: configuration, from: reference) == nil)
        #expect(trace.lines.allSatisfy { $0.expected != nil })
    }

    @Test func failuresInARowOpenItAndASuccessStartsTheCountAnew() throws {
        try check(
            """
            acquire a → CLOSED
            fail a → CLOSED
            acquire a → CLOSED
            succeed a → CLOSED
            acquire a → CLOSED
            fail a → CLOSED
            acquire a → CLOSED
            fail a → OPEN 30s; CLOSED→OPEN consecutive_failures alert
            acquire a → refused 30s; OPEN 30s
            step-wall-clock -1h → OPEN 30s
            advance 29999ms → OPEN 1ms
            acquire a → refused 1ms; OPEN 1ms
            advance 1ms → HALF_OPEN
            acquire a → probe; HALF_OPEN 1min; OPEN→HALF_OPEN open_time_over
            fail a → OPEN 30s; HALF_OPEN→OPEN probe_failed
            advance 30s → HALF_OPEN
            acquire a → probe; HALF_OPEN 1min; OPEN→HALF_OPEN open_time_over
            succeed a → CLOSED; HALF_OPEN→CLOSED recovered
            """, .preset(failures: 2, openFor: .seconds(30)))
    }

    /// The success that makes the fourth call opens it: 2 of 4 are half.
    @Test func aShareOfAWindowIsJudgedOnSuccessesToo() throws {
        try check(
            """
            acquire a → CLOSED
            fail a → CLOSED
            acquire a → CLOSED
            ignore a → CLOSED
            acquire a → CLOSED
            fail a → CLOSED
            acquire a → CLOSED
            succeed a → CLOSED
            acquire a → CLOSED
            succeed a → OPEN 30s; CLOSED→OPEN failure_share alert
            """, try .init(trip: .failureShare(percent: 50, of: .calls(4), minCalls: 4)))
    }

    @Test func aTimeWindowForgetsAPartAtATime() throws {
        try check(
            """
            acquire a → CLOSED
            fail a → CLOSED
            advance 10s → CLOSED
            acquire a → CLOSED
            fail a → CLOSED
            advance 10s → CLOSED
            acquire a → CLOSED
            fail a → OPEN 30s; CLOSED→OPEN failure_share alert
            reset → CLOSED; OPEN→CLOSED reset
            acquire a → CLOSED
            fail a → CLOSED
            acquire a → CLOSED
            fail a → CLOSED
            advance 30s → CLOSED
            acquire a → CLOSED
            fail a → CLOSED
            """, try .init(trip: .failureShare(percent: 100, of: .time(.seconds(30), buckets: 3), minCalls: 3)))
    }

    @Test func twoProbesAtATimeDecideOverRecovery() throws {
        try check(
            """
            acquire a → CLOSED
            fail a → OPEN 30s; CLOSED→OPEN consecutive_failures alert
            advance 30s → HALF_OPEN
            acquire a → probe; HALF_OPEN; OPEN→HALF_OPEN open_time_over
            acquire b → probe; HALF_OPEN 5s
            acquire c → refused 5s; HALF_OPEN 5s
            drop b → HALF_OPEN
            acquire b → probe; HALF_OPEN 5s
            succeed a → HALF_OPEN
            advance 5s → OPEN 30s
            acquire c → refused 30s; OPEN 30s; HALF_OPEN→OPEN probe_lost
            succeed b → late; OPEN 30s
            advance 30s → HALF_OPEN
            acquire a → probe; HALF_OPEN; OPEN→HALF_OPEN open_time_over
            acquire b → probe; HALF_OPEN 5s
            succeed b → HALF_OPEN
            succeed a → CLOSED; HALF_OPEN→CLOSED recovered
            """,
            try .init(trip: .consecutiveFailures(1), recovery: .init(maxProbes: 2, successThreshold: 2, probeLease: .seconds(5))))
    }

    @Test func itStaysOpenAsLongAsTheServerAskedButNoLongerThanItsCap() throws {
        try check(
            """
            acquire a → CLOSED
            acquire b → CLOSED
            fail a retry-after 45s → CLOSED
            advance 5s → CLOSED
            fail b retry-after 10s → OPEN 40s; CLOSED→OPEN consecutive_failures alert
            advance 40s → HALF_OPEN
            acquire a → probe; HALF_OPEN 1min; OPEN→HALF_OPEN open_time_over
            fail a retry-after 1d → OPEN 1h; HALF_OPEN→OPEN probe_failed
            """, try .init(trip: .consecutiveFailures(2)))
    }

    @Test func everyFailedRecoveryLengthensTheWait() throws {
        try check(
            """
            acquire a → CLOSED
            fail a → OPEN 10s; CLOSED→OPEN consecutive_failures alert
            advance 10s → HALF_OPEN
            acquire a → probe; HALF_OPEN 1min; OPEN→HALF_OPEN open_time_over
            fail a → OPEN 30s; HALF_OPEN→OPEN probe_failed
            advance 30s → HALF_OPEN
            acquire a → probe; HALF_OPEN 1min; OPEN→HALF_OPEN open_time_over
            fail a → OPEN 40s; HALF_OPEN→OPEN probe_failed
            """, try .init(trip: .consecutiveFailures(1), openTime: .init(base: .seconds(10), backoffFactor: 3, cap: .seconds(40))))
    }

    @Test func aCallFromBeforeAnOutageNeitherEndsNorProlongsIt() throws {
        try check(
            """
            acquire a → CLOSED
            acquire b → CLOSED
            acquire c → CLOSED
            acquire d → CLOSED
            fail a → OPEN 30s; CLOSED→OPEN consecutive_failures alert
            advance 10s → OPEN 20s
            succeed b → late; OPEN 20s
            fail c retry-after 1h → late; OPEN 20s
            advance 20s → HALF_OPEN
            acquire p → probe; HALF_OPEN 1min; OPEN→HALF_OPEN open_time_over
            succeed d → late; HALF_OPEN 1min
            succeed p → CLOSED; HALF_OPEN→CLOSED recovered
            """, .preset(failures: 1, openFor: .seconds(30)))
    }

    @Test func operatorsDecideOverEverything() throws {
        try check(
            """
            acquire a → CLOSED
            isolate 1min → ISOLATED 1min; CLOSED→ISOLATED isolated
            fail a → late; ISOLATED 1min
            acquire a → refused 1min; ISOLATED 1min
            isolate → ISOLATED
            acquire a → refused; ISOLATED
            release → CLOSED; ISOLATED→CLOSED released
            release → CLOSED
            isolate 1min → ISOLATED 1min; CLOSED→ISOLATED isolated
            advance 1min → CLOSED
            acquire a → CLOSED; ISOLATED→CLOSED isolation_over
            disable → DISABLED; CLOSED→DISABLED disabled
            acquire b → DISABLED
            fail b → DISABLED
            measure → METRICS_ONLY; DISABLED→METRICS_ONLY metrics_only
            acquire b → METRICS_ONLY
            fail b → METRICS_ONLY; METRICS_ONLY→METRICS_ONLY consecutive_failures alert
            acquire b → METRICS_ONLY
            fail b → METRICS_ONLY
            release → CLOSED; METRICS_ONLY→CLOSED released
            """, .preset(failures: 1, openFor: .seconds(30)))
    }

    @Test func aRampGivesTheLoadBackInSteps() throws {
        try check(
            """
            acquire a → CLOSED
            fail a → OPEN 30s; CLOSED→OPEN consecutive_failures alert
            advance 30s → HALF_OPEN
            acquire a → probe; HALF_OPEN 1min; OPEN→HALF_OPEN open_time_over
            succeed a → CLOSED 40%; HALF_OPEN→CLOSED recovered
            acquire a → refused 10s; CLOSED 40%
            acquire a → refused 10s; CLOSED 40%
            acquire a → CLOSED 40%
            acquire b → refused 10s; CLOSED 40%
            acquire b → CLOSED 40%
            acquire c → refused 10s; CLOSED 40%
            advance 10s → CLOSED
            acquire c → CLOSED
            acquire d → CLOSED
            """, try .init(trip: .consecutiveFailures(1), recovery: .init(ramp: .init(percents: [40], step: .seconds(10)))))
    }

    @Test func callsThatHangOpenItFromTheMomentTheyWereOverdue() throws {
        try check(
            """
            acquire a → CLOSED
            advance 1s → CLOSED
            acquire b → CLOSED
            advance 10s → CLOSED
            advance 1ns → OPEN 29999999999ns
            acquire c → refused 29999999999ns; OPEN 29999999999ns; CLOSED→OPEN calls_overdue alert
            succeed a → late; OPEN 29999999999ns
            """, try .init(trip: .overdue(calls: 2, after: .seconds(10))))
    }

    @Test func slowCallsAreFailuresOfTheirOwnKind() throws {
        try check(
            """
            acquire a → CLOSED
            acquire b → CLOSED
            advance 1999ms → CLOSED
            succeed a → CLOSED
            advance 1ms → CLOSED
            succeed b → OPEN 30s; CLOSED→OPEN slow_share alert
            advance 30s → HALF_OPEN
            acquire a → probe; HALF_OPEN 1min; OPEN→HALF_OPEN open_time_over
            advance 2s → HALF_OPEN 58s
            succeed a → OPEN 30s; HALF_OPEN→OPEN probe_failed
            """, try .init(trip: .slowShare(percent: 50, threshold: .seconds(2), of: .calls(4), minCalls: 2)))
    }
}
