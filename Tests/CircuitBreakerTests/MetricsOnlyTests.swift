import CircuitBreaker
import HardeningCore
import Testing

@Suite struct MetricsOnlyTests {
    @Test func wouldHaveOpenedIsReportedOncePerEpisode() throws {
        let test = try BreakerUnderTest(failures: 2)
        test.breaker.measureOnly()
        #expect(test.transitions() == ["CLOSED>METRICS_ONLY"])
        try test.fail(5)
        #expect(test.refusal() == nil)
        let events = test.events.drain()
        #expect(events.map(\.cause) == [.consecutiveFailures])
        #expect(events.map(\.to) == [.metricsOnly])
        #expect(events.map(\.isAlert) == [true])
        try test.succeed()
        try test.fail(2)
        #expect(test.transitions() == [], "the episode lasts as long as it would have been open")
        test.time.advance(by: .seconds(30))
        try test.succeed()
        try test.fail(2)
        #expect(test.transitions() == ["METRICS_ONLY>METRICS_ONLY"])
        #expect(test.breaker.snapshot.totals.hypotheticalOpenings == 2)
        #expect(test.breaker.snapshot.totals.openings == 0)
        #expect(test.breaker.release())
        #expect(test.breaker.state == .closed)
        #expect(test.breaker.snapshot.failures == 0)
    }
}
