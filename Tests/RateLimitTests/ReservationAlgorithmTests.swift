import HardeningCore
import RateLimit
import Testing

/// Reservations under algorithms that keep less than every request.
@Suite struct ReservationAlgorithmTests {
    private let time = ManualTime()

    private func used(_ limiter: RateLimiter, _ policy: RateLimitPolicy) -> Int {
        limiter.peek([RateLimitCheck(policy, key: "k")]).first?.used ?? -1
    }

    @Test(arguments: ["10/minute counter; 100/hour counter", "10/minute burst 10", "7/second burst 10"])
    func whatIsCancelledAtOnceComesBackWhole(text: String) throws {
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("p", parsing: text)
        time.advance(by: .seconds(100))
        for held in [10, 1, 7] {
            let reservation = try #require(limiter.reserve(policy, key: "k", cost: held).reservation)
            #expect(used(limiter, policy) == held)
            #expect(limiter.commit(reservation, actual: 0))
            #expect(!limiter.cancel(reservation))
        }
        #expect(used(limiter, policy) == 0)
    }

    /// 5 held at the start, 5 used by others half a minute later: the cancelled five must not be theirs.
    @Test func aCounterGivesBackFromTheSpanThatWasCharged() throws {
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("p", parsing: "10/minute counter")
        let reservation = try #require(limiter.reserve(policy, key: "k", cost: 5).reservation)
        time.advance(by: .seconds(30))
        #expect(limiter.admit(policy, key: "k", cost: 5).isAdmitted)
        time.advance(by: .seconds(20))
        limiter.cancel(reservation)
        #expect(used(limiter, policy) == 5)
        time.advance(by: .seconds(20))  // past the minute and a thirteenth of the first five
        #expect(limiter.admit(policy, key: "k", cost: 5).isAdmitted)
        #expect(!limiter.admit(policy, key: "k").isAdmitted)
    }

    /// What was held has melted away meanwhile; giving it back would free what others used.
    @Test func aGCRAGivesNothingBackAfterTheClientWasIdle() throws {
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("p", parsing: "60/minute burst 10")
        let reservation = try #require(limiter.reserve(policy, key: "k", cost: 5).reservation)
        time.advance(by: .seconds(10))
        #expect(limiter.admit(policy, key: "k", cost: 3).isAdmitted)
        limiter.cancel(reservation)
        #expect(used(limiter, policy) == 3)
    }

    @Test(arguments: ["10/minute counter", "10/minute burst 10", "10/minute"])
    func anOverrunIsChargedAndEndsWithinAWindow(text: String) throws {
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("p", parsing: text)
        let reservation = try #require(limiter.reserve(policy, key: "k", cost: 2).reservation)
        limiter.commit(reservation, actual: .max)
        #expect(used(limiter, policy) >= 10)
        if text.contains("burst") { #expect(used(limiter, policy) == 10, "a GCRA owes a burst at most") }
        let refusal = try #require(limiter.admit(policy, key: "k").refusal)
        guard case .later(let wait) = refusal.retry else { return #expect(Bool(false), "\(refusal.retry)") }
        #expect(wait <= .seconds(60) + .seconds(5))
        time.advance(by: wait)
        #expect(limiter.admit(policy, key: "k").isAdmitted)
    }

    @Test(arguments: ["10/minute counter", "10/minute burst 10"])
    func inTheSketchNothingComesBackAndOverrunsCount(text: String) throws {
        let limiter = RateLimiter.manual(time, capacity: 1)
        let policy = try RateLimitPolicy("p", parsing: text)
        _ = limiter.admit(try RateLimitPolicy("occupant", parsing: "1/week"), key: "occupant")
        let one = try #require(limiter.reserve(policy, key: "k", cost: 4).reservation)
        let other = try #require(limiter.reserve(policy, key: "k", cost: 4).reservation)
        limiter.cancel(one)
        #expect(used(limiter, policy) == 8)
        limiter.commit(other, actual: 6)
        #expect(used(limiter, policy) == 10)
    }

    /// Random reservations, requests and settlements against the history as it really was: never less debt than a
    /// GCRA that had only seen what was used, and the same as soon as nobody else was in between.
    @Test(arguments: 0..<8) func aGCRANeverOwesLessThanTheTruth(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let limiter = RateLimiter.manual(time)
            let rate = Int.random(in: 1...7, using: &random)
            let policy = try RateLimitPolicy("p", [.gcra(rate, per: .nanoseconds(1000), burst: 20)])
            var history: [(moment: Int64, units: Int)] = []
            var open: [(reservation: RateLimitReservation, index: Int)] = []
            let start = time.monotonic.nanoseconds
            for _ in 0..<60 {
                time.advance(by: .nanoseconds(Int64.random(in: 0...600, using: &random)))
                let cost = Int.random(in: 1...6, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    if limiter.admit(policy, key: "k", cost: cost).isAdmitted { history.append((time.monotonic.nanoseconds, cost)) }
                case 1, 2:
                    if let reservation = limiter.reserve(policy, key: "k", cost: cost).reservation {
                        history.append((time.monotonic.nanoseconds, cost))
                        open.append((reservation, history.count - 1))
                    }
                default:
                    guard !open.isEmpty else { continue }
                    let (reservation, index) = open.remove(at: Int.random(in: 0..<open.count, using: &random))
                    let actual = Int.random(in: 0...reservation.cost, using: &random)
                    limiter.commit(reservation, actual: actual)
                    history[index].units = actual
                }
                var arrival: Int64 = 0  // in thousandths of `rate` nanoseconds
                for entry in history where entry.units > 0 {
                    arrival = max(arrival, (entry.moment - start) * Int64(rate)) + Int64(entry.units) * 1000
                }
                let debt = arrival - (time.monotonic.nanoseconds - start) * Int64(rate)
                let truth = debt <= 0 ? 0 : Int((debt + 999) / 1000)
                #expect(used(limiter, policy) >= truth)
            }
        }
    }

    @Test func aBudgetOfReservationsUnderAGCRAIsUsableToTheLastUnit() throws {
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("p", parsing: "60/minute burst 100")
        var reservations: [RateLimitReservation] = []
        for _ in 0..<10 { reservations.append(try #require(limiter.reserve(policy, key: "k", cost: 10).reservation)) }
        #expect(limiter.reserve(policy, key: "k", cost: 1).reservation == nil)
        for reservation in reservations.reversed() { limiter.commit(reservation, actual: 1) }
        #expect(used(limiter, policy) >= 10)
        #expect(used(limiter, policy) <= 100)
        time.advance(by: .seconds(100))
        #expect(used(limiter, policy) == 0)
    }
}
