import CircuitBreaker
import HardeningCore
import Testing

@Suite struct TripShareTests {
    private func breaker(_ trip: Breaker.TripRules) throws -> BreakerUnderTest {
        BreakerUnderTest(try Breaker.Configuration(trip: trip))
    }

    /// `.` is a success, `x` a failure.
    private func play(_ outcomes: String, on test: BreakerUnderTest) throws {
        for outcome in outcomes {
            if outcome == "x" { try test.fail() } else { try test.succeed() }
        }
    }

    @Test(arguments: [(99, Breaker.State.closed), (100, .open)])
    func ninetyNineOfTwoHundredAreNotFiftyPercent(failures: Int, expected: Breaker.State) throws {
        for window in [Breaker.TripRules.Window.calls(200), .time(.seconds(60))] {
            let test = try breaker(.failureShare(percent: 50, of: window, minCalls: 200))
            try play(String(repeating: "x", count: failures) + String(repeating: ".", count: 200 - failures), on: test)
            #expect(test.breaker.state == expected)
            #expect(test.events.drain().map(\.cause) == (expected == .open ? [.failureShare] : []))
        }
    }

    @Test func theSuccessThatMakesMinCallsOpens() throws {
        for window in [Breaker.TripRules.Window.calls(8), .time(.seconds(60))] {
            let test = try breaker(.failureShare(percent: 50, of: window, minCalls: 4))
            try play("xx.", on: test)
            #expect(test.breaker.state == .closed)
            #expect(test.breaker.snapshot.rates.map(\.percent) == [nil])
            try play(".", on: test)
            #expect(test.breaker.state == .open)
            #expect(test.events.drain().map(\.failure) == [Breaker.Failure(.error)])
        }
    }

    @Test func aCountWindowForgetsTheOldestCall() throws {
        let test = try breaker(.failureShare(percent: 75, of: .calls(4), minCalls: 4))
        try play("xx..", on: test)
        try play(".x.x", on: test)
        #expect(test.breaker.snapshot.rates.map(\.hits) == [2])
        #expect(test.breaker.snapshot.rates.map(\.percent) == [50])
        try play("x", on: test)
        #expect(test.breaker.state == .open)
    }

    @Test(arguments: [1, 63, 64, 65, 130])
    func aRingCountsWhatItHoldsAtEverySize(capacity: Int) throws {
        let test = try breaker(.failureShare(percent: 100, of: .calls(capacity), minCalls: capacity))
        var random = SplitMix64(seed: UInt64(capacity))
        var model: [Bool] = []
        try play(".", on: test)
        model.append(false)
        for _ in 0..<(3 * capacity) {
            let isFailure = random.next() % 4 == 0 && model.suffix(capacity - 1).contains(false)
            model.append(isFailure)
            try play(isFailure ? "x" : ".", on: test)
            let window = model.suffix(capacity)
            let rate = try #require(test.breaker.snapshot.rates.first)
            #expect(rate.calls == window.count)
            #expect(rate.hits == window.filter { $0 }.count)
        }
    }

    @Test func aTimeWindowForgetsWhatIsTooOld() throws {
        let test = try breaker(.failureShare(percent: 50, of: .time(.seconds(10), buckets: 10), minCalls: 2))
        try test.fail()
        test.time.advance(by: .milliseconds(9_999))
        #expect(test.breaker.snapshot.rates.map(\.hits) == [1])
        test.time.advance(by: .milliseconds(1))
        #expect(test.breaker.snapshot.rates.map(\.hits) == [0])
        try test.fail()
        #expect(test.breaker.state == .closed)
        test.time.advance(by: .seconds(9))
        try test.fail()
        #expect(test.breaker.state == .open)
    }

    @Test func aLongPauseForgetsEverythingOnce() throws {
        let test = try breaker(.failureShare(percent: 100, of: .time(.seconds(3), buckets: 3), minCalls: 50))
        for pause in [Duration.seconds(1), .seconds(2), .seconds(3), .seconds(86_400), .seconds(Int64.max)] {
            try play("x.x", on: test)
            test.time.advance(by: pause)
            let rate = try #require(test.breaker.snapshot.rates.first)
            #expect((0...9).contains(rate.hits) && rate.hits <= rate.calls)
        }
        #expect(test.breaker.snapshot.rates.map(\.calls) == [0])
    }

    @Test func aClockThatGoesBackMintsNothing() throws {
        let test = try breaker(.failureShare(percent: 50, of: .time(.seconds(10)), minCalls: 3))
        try test.fail(2)
        test.time.stepMonotonicClock(by: .seconds(-1_000))
        #expect(test.breaker.snapshot.rates.map(\.hits) == [2])
        try test.succeed()
        #expect(test.breaker.state == .open)
        #expect(test.breaker.snapshot.rates.map(\.calls) == [3])
    }

    @Test func wallClockStepsWhileOpenChangeNothing() throws {
        let test = try breaker(.failureShare(percent: 50, of: .time(.seconds(10)), minCalls: 2))
        try test.fail(2)
        for step in [Duration.seconds(86_400), .seconds(-400_000), .seconds(Int64.max)] {
            test.time.stepWallClock(by: step)
            #expect(test.refusal()?.retryAfter == .seconds(30))
        }
    }

    @Test func ignoredAndCancelledCallsAreInNoWindow() throws {
        let test = try breaker(.failureShare(percent: 50, of: .calls(4), minCalls: 2))
        for _ in 0..<5 {
            let ignored = try test.breaker.acquire()
            ignored.ignore()
            let cancelled = try test.breaker.acquire()
            cancelled.cancel()
            _ = try test.breaker.acquire()
        }
        #expect(test.breaker.snapshot.rates.map(\.calls) == [0])
    }

    @Test func closingEmptiesTheWindows() throws {
        let test = try breaker(.failureShare(percent: 50, of: .calls(4), minCalls: 2))
        try play("xx", on: test)
        test.time.advance(by: .seconds(30))
        try play(".", on: test)
        #expect(test.breaker.state == .closed)
        #expect(test.breaker.snapshot.rates.map(\.calls) == [0])
        try play("x", on: test)
        test.breaker.reset()
        #expect(test.breaker.snapshot.rates.map(\.calls) == [0])
    }

    @Test func anyRuleOfACombinationOpens() throws {
        let rules = Breaker.TripRules(
            consecutiveFailures: 3,
            shares: [
                .failures(percent: 50, of: .calls(10), minCalls: 6),
                .slowCalls(percent: 50, threshold: .seconds(5), of: .calls(4), minCalls: 2),
            ],
            overdue: .init(calls: 1, after: .seconds(60))
        )
        let streak = try breaker(rules)
        try play("xxx", on: streak)
        #expect(streak.events.drain().map(\.cause) == [.consecutiveFailures])

        let share = try breaker(rules)
        try play("xx.xx.", on: share)
        #expect(share.events.drain().map(\.cause) == [.failureShare])

        let slow = try breaker(rules)
        for _ in 0..<2 {
            let permit = try slow.breaker.acquire()
            slow.time.advance(by: .seconds(5))
            permit.succeed()
        }
        #expect(slow.events.drain().map(\.cause) == [.slowShare])

        let hanging = try breaker(rules)
        let hung = try hanging.breaker.acquire()
        hanging.time.advance(by: .seconds(61))
        #expect(hanging.refusal()?.reason == .open)
        #expect(hanging.events.drain().map(\.cause) == [.callsOverdue])
        hung.succeed()
    }

    @Test func aWindowWithFailuresIsNotForgottenByARegistry() throws {
        let time = ManualTime()
        let registry = BreakerRegistry(
            capacity: 2, configuration: try .init(trip: .failureShare(percent: 50, of: .time(.seconds(10)), minCalls: 4)),
            time: .manual(time)
        )
        let permit = try registry.breaker(for: "failing").acquire()
        permit.fail()
        let next = try registry.breaker(for: "failing").acquire()
        next.succeed()
        for key in 0..<50 { _ = registry.breaker(for: "\(key)") }
        #expect(registry.breaker(for: "failing").snapshot.rates.map(\.hits) == [1])
        time.advance(by: .seconds(11))
        for key in 0..<50 { _ = registry.breaker(for: "\(key)") }
        #expect(registry.breaker(for: "failing").snapshot.totals.failures == 0)
    }
}
