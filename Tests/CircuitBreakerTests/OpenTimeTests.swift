import CircuitBreaker
import HardeningCore
import Testing

@Suite struct OpenTimeTests {
    @Test(arguments: [(nil, 30), (10, 30), (45, 45), (100_000, 3600), (-5, 30), (0, 30)] as [(Int?, Int)])
    func theServersWishLengthensTheOpenTimeUpToTheCap(asked: Int?, expected: Int) throws {
        let test = try BreakerUnderTest(failures: 1)
        try test.fail(retryAfter: asked.map { .seconds($0) })
        #expect(test.refusal()?.retryAfter == .seconds(expected))
    }

    @Test func aWishOfAnEarlierFailureOfTheStreakIsKept() throws {
        let test = try BreakerUnderTest(failures: 3)
        try test.fail(retryAfter: .seconds(100))
        test.time.advance(by: .seconds(20))
        try test.fail(2)
        #expect(test.refusal()?.retryAfter == .seconds(80))
    }

    @Test func aSuccessVoidsTheWish() throws {
        let test = try BreakerUnderTest(failures: 2)
        try test.fail(retryAfter: .seconds(100))
        try test.succeed()
        try test.fail(2)
        #expect(test.refusal()?.retryAfter == .seconds(30))
    }

    @Test func aProbeMayBringAWishToo() throws {
        let test = try BreakerUnderTest(failures: 1)
        try test.fail()
        test.time.advance(by: .seconds(30))
        try test.fail(retryAfter: .seconds(77))
        #expect(test.refusal()?.retryAfter == .seconds(77))
    }

    @Test func backoffMultipliesUpToTheCap() {
        let times = Breaker.OpenTime(base: .seconds(10), backoffFactor: 3, cap: .seconds(300))
        let waits = [0, 1, 2, 3, 4, 1_000, .max].map { times.nanoseconds(attempt: $0, serverAsks: 0, random: .max) / 1_000_000_000 }
        #expect(waits == [10, 30, 90, 270, 300, 300, 300])
    }

    @Test(arguments: [UInt64.min, .max / 3, .max])
    func jitterOnlyLengthensAndStaysWithinItsShare(random: UInt64) {
        let times = Breaker.OpenTime(base: .seconds(100), jitterPercent: 20)
        let wait = times.nanoseconds(attempt: 0, serverAsks: 0, random: random)
        #expect((100_000_000_000...120_000_000_000).contains(wait))
        if random == .max { #expect(wait == 120_000_000_000) }
        #expect(times.nanoseconds(attempt: 0, serverAsks: 400_000_000_000, random: random) >= 400_000_000_000)
    }

    @Test func jitterIsTheSameHoweverOftenItIsLookedAt() throws {
        let test = try BreakerUnderTest(
            openTime: .init(base: .seconds(10), jitterPercent: 100), recovery: .init(probeLease: .seconds(5))
        )
        try test.fail()
        test.time.advance(by: .seconds(20))
        let hung = try test.breaker.acquire()
        test.time.advance(by: .seconds(5))
        let announced = try #require(test.breaker.snapshot.retryAfter)
        #expect(test.breaker.snapshot.retryAfter == announced)
        #expect(test.refusal()?.retryAfter == announced)
        hung.ignore()
    }

    @Test func durationsNearTheEndOfTimeDoNotTrap() throws {
        let longest = Duration.nanoseconds(Int64.max - 1)
        let test = try BreakerUnderTest(
            openTime: .init(base: longest, backoffFactor: 100, cap: longest, jitterPercent: 100),
            recovery: .init(probeLease: longest), hangThreshold: longest
        )
        try test.fail(retryAfter: .seconds(Int64.max))
        #expect(test.refusal()?.reason == .open)
        #expect(try #require(test.refusal()?.retryAfterSeconds) > 0)
        _ = test.breaker.explain()
        test.time.advance(by: .seconds(Int64.max))
        let probe = try test.breaker.acquire()
        let isProbe = probe.isProbe
        #expect(isProbe)
        probe.fail(retryAfter: .nanoseconds(Int64.max))
        _ = test.breaker.snapshot
        test.breaker.isolate(reason: "forever", for: .seconds(Int64.max))
        _ = test.breaker.explain()
        test.breaker.isolate(reason: "never", for: .seconds(Int64.min))
        #expect(test.breaker.state == .closed)
    }

    @Test(arguments: [Int64.min, -1, 0, 1, .max - 1, .max], [Int.min, 0, 1, .max])
    func theFormulaSurvivesNonsense(extreme: Int64, attempt: Int) {
        for percent in [-1, 0, 100, 1_000] {
            let times = Breaker.OpenTime(
                base: .nanoseconds(extreme), backoffFactor: 100, cap: .nanoseconds(extreme), jitterPercent: percent
            )
            #expect(times.nanoseconds(attempt: attempt, serverAsks: extreme, random: .max) >= 0)
        }
    }
}
