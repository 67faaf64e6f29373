import CircuitBreaker
import HardeningCore
import Testing

@Suite struct ExplanationTests {
    @Test func everyStateIsExplained() throws {
        let test = try BreakerUnderTest(failures: 3, openTime: .init(base: .seconds(30), backoffFactor: 2))
        let breaker = test.breaker
        #expect(breaker.explain() == "claude is closed: calls pass and the last one did not fail.")
        try test.fail(2)
        #expect(breaker.explain() == "claude is closed: calls pass, 2 of 3 failures in a row (last: error).")
        let last = try breaker.acquire()
        last.fail(.timeout)
        test.time.advance(by: .milliseconds(11_500))
        #expect(
            breaker.explain()
                == "claude is open: opened 11.5 s ago after 3 failures in a row (last: timeout); "
                + "calls are refused for another 18.5 s, then one probe at a time is let through."
        )
        test.time.advance(by: .seconds(20))
        #expect(breaker.explain() == "claude is half-open: 0 of 1 probes succeeded, 0 in flight, the next caller is a probe.")
        let probe = try breaker.acquire()
        #expect(
            breaker.explain() == "claude is half-open: 0 of 1 probes succeeded, 1 in flight; "
                + "calls are refused for another 60 s at most, unless a probe answers."
        )
        probe.fail(.rateLimited, retryAfter: .seconds(90))
        #expect(
            breaker.explain()
                == "claude is open: a probe failed 0 s ago (last: rate_limited), failed recovery number 1; the server asked to wait; "
                + "calls are refused for another 90 s, then one probe at a time is let through."
        )
        breaker.isolate(reason: "maintenance", for: .milliseconds(250))
        #expect(breaker.explain() == "claude is isolated by an operator (maintenance): calls are refused for another 250 ms.")
        breaker.isolate(reason: "maintenance")
        #expect(breaker.explain() == "claude is isolated by an operator (maintenance): calls are refused until it is released.")
        breaker.disable()
        #expect(breaker.explain() == "claude is disabled by an operator: calls pass and nothing is recorded.")
    }

    @Test func aLostProbeIsExplained() throws {
        let test = try BreakerUnderTest(recovery: .init(maxProbes: 2, probeLease: .seconds(5)))
        try test.fail()
        test.time.advance(by: .seconds(30))
        let hung = try test.breaker.acquire()
        test.time.advance(by: .seconds(5))
        #expect(
            test.breaker.explain() == "claude is open: a probe did not answer within 5 s, failed recovery number 1; "
                + "calls are refused for another 30 s, then 2 probes at a time are let through."
        )
        hung.ignore()
    }

    @Test(arguments: [
        (Duration.nanoseconds(1), "less than 1 ms"), (.milliseconds(1), "1 ms"), (.microseconds(1_001), "2 ms"),
        (.milliseconds(1_000), "1 s"), (.milliseconds(1_401), "1.5 s"), (.seconds(99), "99 s"), (.milliseconds(100_001), "101 s"),
    ])
    func waitsAreRoundedUp(wait: Duration, words: String) throws {
        let test = BreakerUnderTest(.preset(failures: 1, openFor: wait))
        try test.fail()
        #expect(test.refusal()?.description == "claude is not called: its circuit is open; retry after \(words)")
    }

    @Test func rejectionsExplainThemselves() throws {
        let test = BreakerUnderTest(.preset(failures: 1, openFor: .seconds(1)))
        try test.fail()
        test.time.advance(by: .seconds(1))
        let probe = try test.breaker.acquire()
        #expect(
            test.refusal()?.description
                == "claude is not called: a probe is finding out whether it has recovered; retry after 60 s"
        )
        probe.ignore()
        test.breaker.isolate(reason: "x")
        #expect(test.refusal()?.description == "claude is not called: an operator isolated it")
    }
}
