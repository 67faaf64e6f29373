import HardeningCore
import HardeningTesting
import RateLimit
import Testing

@Suite struct ReservationTests {
    private let time = ManualTime()
    private let limiter: RateLimiter
    private let policy: RateLimitPolicy
    private let check: RateLimitCheck

    init() throws {
        limiter = RateLimiter.manual(time)
        policy = try RateLimitPolicy("tokens", parsing: "10/minute")
        check = RateLimitCheck(policy, key: "k")
    }

    private var used: Int? { limiter.peek([check]).first?.used }

    private func reserve(_ cost: Int) throws -> RateLimitReservation {
        try #require(limiter.reserve([check], cost: cost).reservation)
    }

    /// A refund would take the others' units, and ten could pass a minute after the reservation.
    @Test func aCancelledReservationLeavesTheUseOfOthersAtItsOwnMoment() throws {
        let reservation = try reserve(5)
        time.advance(by: .seconds(30))
        #expect(limiter.admit(check, cost: 5).isAdmitted)
        time.advance(by: .seconds(20))
        #expect(limiter.cancel(reservation))
        #expect(used == 5)
        time.advance(by: .seconds(11))
        #expect(!limiter.admit(check, cost: 6).isAdmitted)
        #expect(limiter.admit(check, cost: 5).isAdmitted)
        #expect(limiter.admit(check).wait == .seconds(29))
    }

    @Test(arguments: [(0, 0), (3, 3), (8, 8), (9, 9), (100, 10), (Int.max, 10), (-7, 0)])
    func whatIsCommittedIsWhatCounts(actual: Int, counted: Int) throws {
        let reservation = try reserve(8)
        time.advance(by: .seconds(1))
        #expect(limiter.commit(reservation, actual: actual))
        let window = try #require(limiter.peek([check]).first)
        #expect(min(10, window.used) == counted)
        #expect(window.remaining == 10 - counted)
    }

    @Test func anOverrunIsChargedAtTheMomentOfTheCommit() throws {
        let reservation = try reserve(2)
        time.advance(by: .seconds(50))
        limiter.commit(reservation, actual: 30)
        #expect(used == 30)
        time.advance(by: .seconds(10))
        #expect(used == 28)
        time.advance(by: .seconds(49))
        #expect(!limiter.admit(check).isAdmitted)
        time.advance(by: .seconds(1))
        #expect(limiter.admit(check, cost: 10).isAdmitted)
    }

    @Test func aReservationOfNothingCanStillBeCommitted() throws {
        let signIn = try reserve(0)
        #expect(used == 0)
        #expect(limiter.commit(signIn, actual: 1))
        #expect(used == 1)
    }

    @Test func settlingTwiceDoesNothingTheSecondTime() throws {
        let reservation = try reserve(4)
        #expect(!reservation.isSettled)
        #expect(limiter.commit(reservation, actual: 3))
        #expect(reservation.isSettled)
        #expect(!limiter.cancel(reservation))
        #expect(!limiter.commit(reservation, actual: 9))
        #expect(used == 3)
    }

    @Test func anotherLimiterCannotSettleIt() throws {
        let other = RateLimiter.manual(time)
        _ = other.admit(check, cost: 4)
        let reservation = try reserve(4)
        #expect(!other.cancel(reservation))
        #expect(other.peek([check]).first?.used == 4)
        #expect(limiter.cancel(reservation))
    }

    @Test func oneThatIsDroppedStaysCharged() throws {
        _ = try reserve(10)
        #expect(!limiter.admit(check).isAdmitted)
        time.advance(by: .seconds(60))
        #expect(limiter.admit(check, cost: 10).isAdmitted)
    }

    @Test func aRefusedReservationIsNoneAndChargesNothing() throws {
        let attempt = limiter.reserve([check], cost: 11)
        #expect(attempt.reservation == nil)
        #expect(attempt.decision.refusal?.retry == .never)
        #expect(limiter.reserve([check], cost: -1).reservation == nil)
        #expect(used == 0)
    }

    @Test func unitsThatHaveLeftTheWindowGiveNothingBack() throws {
        let reservation = try reserve(5)
        time.advance(by: .seconds(60))
        #expect(limiter.admit(check, cost: 6).isAdmitted)
        #expect(limiter.cancel(reservation))
        #expect(used == 6)
    }

    @Test func otherWindowsGiveNothingBackAndKeepAnOverrun() throws {
        let (cancelled, overrun) = (try reserve(3), try reserve(3))
        let longer = [RateLimitCheck(try policy.replacing(windows: [.slidingWindow(50, per: .seconds(86_400))]), key: "k")]
        #expect(limiter.peek(longer).map(\.used) == [6])
        limiter.cancel(cancelled)
        limiter.commit(overrun, actual: 7)
        #expect(limiter.peek(longer).map(\.used) == [10])
        time.advance(by: .seconds(86_399))
        #expect(limiter.peek(longer).map(\.used) == [10])
    }

    @Test func everyCheckOfAReservationIsSettledOnce() throws {
        let wide = RateLimitCheck(try RateLimitPolicy("wide", parsing: "100/second; 100/hour"), key: "address")
        let reservation = try #require(limiter.reserve([check, wide, check], cost: 6).reservation)
        #expect(limiter.admit([check, wide], cost: 2).isAdmitted)
        #expect(limiter.commit(reservation, actual: 1))
        #expect(limiter.peek([check, wide]).map(\.used) == [3, 3, 3])
    }

    @Test func theSketchGivesNothingBack() throws {
        let limiter = RateLimiter.manual(time, capacity: 1)
        #expect(limiter.admit(policy, key: "resident").isAdmitted)
        let reservation = try #require(limiter.reserve(policy, key: "k", cost: 4).reservation)
        #expect(limiter.snapshot.overCounted == 1)
        #expect(limiter.cancel(reservation))
        #expect(limiter.peek([check]).first?.used == 4)
        let second = try #require(limiter.reserve(policy, key: "k", cost: 1).reservation)
        limiter.commit(second, actual: 5)
        #expect(limiter.peek([check]).first?.used == 9)
    }

    /// A count of 31 days has 11 bits: an overrun beyond it must not wrap round.
    @Test(arguments: [1, 100, 2047, 5_000_000]) func anOverrunLargerThanTheCountLeavesNothing(actual: Int) throws {
        let month = RateLimitCheck(try RateLimitPolicy("month", parsing: "2000/30 days"), key: "k")
        for _ in 0..<19 {
            #expect(limiter.admit(month, cost: 100).isAdmitted)
            time.advance(by: .seconds(1))
        }
        let reservation = try #require(limiter.reserve([month], cost: 0).reservation)
        limiter.commit(reservation, actual: actual)
        #expect(limiter.peek([month]).first?.remaining == max(0, 100 - actual))
        time.advance(by: .seconds(30 * 86_400 - 1))
        #expect(limiter.peek([month]).first?.used == min(2047, actual))
    }
}

@Suite(.timeLimit(.minutes(60))) struct ReservationRaceTests {
    @Test func manyTasksSettleEachReservationOnceAndTheCountIsExact() async throws {
        let limiter = RateLimiter(capacity: 1000, time: .manual(ManualTime()))
        let check = RateLimitCheck(try RateLimitPolicy("race", parsing: "100000/hour"), key: "k")
        let reservations = (0..<400).compactMap { _ in limiter.reserve([check], cost: 10).reservation }
        let settled = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(task))
                    return reservations.shuffled(using: &random).count { limiter.commit($0, actual: 3) }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(settled == 400)
        #expect(limiter.peek([check]).first?.used == 1200)
    }
}
