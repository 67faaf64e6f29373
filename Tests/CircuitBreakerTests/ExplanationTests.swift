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

    /// What it says after one of each kind of trip, for as long as it is open.
    @Test func everyRuleNamesItselfAsTheCause() throws {
        let ending = "; calls are refused for another 30 s, then one probe at a time is let through."
        func opened(by trip: Breaker.TripRules, _ calls: (BreakerUnderTest) throws -> Void) throws -> String {
            let test = BreakerUnderTest(try .init(trip: trip))
            try calls(test)
            #expect(test.breaker.state == .open)
            return test.breaker.explain()
        }
        let failed = try opened(by: .failureShare(percent: 60, of: .calls(10), minCalls: 4)) { test in
            try test.succeed()
            try test.fail(2)
            #expect(
                test.breaker.explain() == "claude is closed: calls pass, 2 failures in a row (last: error), "
                    + "2 of 3 calls failed (counts from 4 calls).")
            try test.fail()
        }
        #expect(failed == "claude is open: opened 0 s ago because 3 of 4 calls failed (opens at 60 %) (last: error)" + ending)
        let slow = try opened(by: .slowShare(percent: 50, threshold: .seconds(2), of: .time(.seconds(60)), minCalls: 1)) { test in
            let permit = try test.breaker.acquire()
            test.time.advance(by: .seconds(2))
            permit.succeed()
        }
        #expect(slow == "claude is open: opened 0 s ago because 1 of 1 calls were slow (opens at 50 %)" + ending)
        let last = try opened(by: .init(consecutiveFailures: 2, shares: [.failures(percent: 90, of: .calls(9), minCalls: 9)])) { test in
            try test.fail(2)
        }
        #expect(last == "claude is open: opened 0 s ago after 2 failures in a row (last: error)" + ending)
    }

    @Test func callsThatHangAreExplained() throws {
        let test = BreakerUnderTest(try .init(trip: .overdue(calls: 2, after: .seconds(10))))
        let first = try test.breaker.acquire()
        let second = try test.breaker.acquire()
        #expect(test.breaker.explain() == "claude is closed: calls pass, 2 in flight (2 longer than 10 s open it).")
        test.time.advance(by: .seconds(15))
        #expect(
            test.breaker.explain() == "claude is open: opened 5 s ago because 2 calls in flight took longer than 10 s; "
                + "calls are refused for another 25 s, then one probe at a time is let through."
        )
        first.ignore()
        second.ignore()
    }

    @Test func aRestoredOutageIsExplained() throws {
        let before = BreakerUnderTest(.preset(failures: 1, openFor: .seconds(30)))
        let permit = try before.breaker.acquire()
        permit.fail(.overloaded)
        let saved = try #require(before.breaker.savedState)
        let after = BreakerUnderTest(.preset(failures: 1, openFor: .seconds(30)))
        #expect(after.breaker.restore(saved, maxAge: .seconds(60)))
        #expect(
            after.breaker.explain() == "claude is open: it was open before the restart (last: overloaded); "
                + "calls are refused for another 30 s, then one probe at a time is let through."
        )
    }

    @Test func measuringAndRecoveringAreExplained() throws {
        let test = try BreakerUnderTest(recovery: .init(successThreshold: 2, ramp: .init(percents: [25], step: .seconds(10))))
        test.breaker.measureOnly()
        #expect(test.breaker.explain() == "claude only measures: calls pass and the last one did not fail.")
        try test.fail()
        #expect(
            test.breaker.explain() == "claude only measures, and would have opened: calls pass, 1 of 1 failures in a row (last: error).")
        test.breaker.release()
        try test.fail()
        test.time.advance(by: .seconds(30))
        try test.succeed()
        #expect(test.breaker.explain() == "claude is half-open: 1 of 2 probes succeeded, 0 in flight, the next caller is a probe.")
        try test.succeed()
        test.time.advance(by: .seconds(3))
        #expect(test.breaker.explain() == "claude is closed: 25 % of calls pass for another 7 s and the last one did not fail.")
        #expect(
            test.refusal()?.description
                == "claude is not called: it has just recovered and gets its load back in steps; retry after 7 s")
        test.time.advance(by: .seconds(7))
        #expect(test.breaker.explain() == "claude is closed: calls pass and the last one did not fail.")
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
