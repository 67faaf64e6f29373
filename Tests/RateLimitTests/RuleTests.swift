import HardeningCore
import RateLimit
import Testing

@Suite struct RuleTests {
    private let time = ManualTime()
    private let limiter: RateLimiter
    private let policy: RateLimitPolicy

    init() throws {
        limiter = RateLimiter.manual(time)
        policy = try RateLimitPolicy("chat", parsing: "3/minute; 5/hour")
    }

    /// A column is ten seconds.
    ///
    /// Above the requests, below the decisions: `.` admitted, `x` refused.
    @Test(arguments: [
        (
            "3/minute",
            "aaaaaaaaaaaa",
            "...xxx...xxx"
        ),
        (
            "3/minute",
            "aaa---aaa-aa",
            "...---...-xx"
        ),
        (
            "1/10s",
            "aaaaa",
            "....."
        ),
        (
            "1/20s; 3/90s",
            "aaaaaaaaaaaa",
            ".x.x.xxxx.x."
        ),
    ])
    func picture(text: String, requests: String, decisions: String) throws {
        let policy = try RateLimitPolicy("picture", parsing: text)
        let drawn = requests.map { request -> Character in
            defer { time.advance(by: .seconds(10)) }
            return request == "a" ? limiter.admit(policy, key: "k").isAdmitted ? "." : "x" : request
        }
        #expect(String(drawn) == decisions)
    }

    @Test func aRefusedRequestConsumesNothingInAnyWindowOfAnyPolicy() throws {
        let narrow = try RateLimitPolicy("narrow", parsing: "1/day")
        let checks = [RateLimitCheck(policy, key: "user"), RateLimitCheck(narrow, key: "address")]
        #expect(limiter.admit(checks).isAdmitted)
        let before = limiter.peek(checks).map(\.used)
        for _ in 0..<50 { #expect(!limiter.admit(checks).isAdmitted) }
        for _ in 0..<50 { #expect(!limiter.admit(Array(checks.reversed())).isAdmitted) }
        #expect(limiter.peek(checks).map(\.used) == before)
        #expect(before == [1, 1, 1])
        #expect(limiter.admit(policy, key: "user").quota.map(\.used) == [2, 2])
    }

    @Test func theOrderOfPoliciesNeverChangesTheOutcome() throws {
        let other = try RateLimitPolicy("other", parsing: "2/minute")
        for flip in [false, true] {
            let limiter = RateLimiter.manual(ManualTime())
            let checks = [RateLimitCheck(policy, key: "k"), RateLimitCheck(other, key: "k")]
            let outcomes = (0..<4).map { _ in limiter.admit(flip ? checks.reversed() : checks).isAdmitted }
            #expect(outcomes == [true, true, false, false])
        }
    }

    @Test func aPolicyAndClientThatOccurTwiceAreChargedOnce() {
        let check = RateLimitCheck(policy, key: "k")
        #expect(limiter.admit([check, check]).quota.map(\.used) == [1, 1, 1, 1])
        #expect(limiter.peek([check]).map(\.used) == [1, 1])
    }

    @Test func costsWeigh() {
        #expect(limiter.admit(policy, key: "k", cost: 2).isAdmitted)
        #expect(!limiter.admit(policy, key: "k", cost: 2).isAdmitted)
        #expect(limiter.admit(policy, key: "k", cost: 1).quota.map(\.remaining) == [0, 2])
    }

    @Test func costZeroPeeks() {
        for _ in 0..<10 { #expect(limiter.admit(policy, key: "k", cost: 0).quota.map(\.used) == [0, 0]) }
        #expect(limiter.snapshot.entries == 0)
        #expect(limiter.counters.isEmpty)
        for _ in 0..<3 { #expect(limiter.admit(policy, key: "k").isAdmitted) }
        #expect(limiter.admit(policy, key: "k", cost: 0).isAdmitted)
        #expect(limiter.admit(policy, key: "k", cost: 0).quota.map(\.remaining) == [0, 2])
    }

    @Test(arguments: [-1, Int.min]) func aNegativeCostIsRefusedForEverAndChargesNothing(cost: Int) throws {
        for decision in [
            limiter.admit(policy, key: "k", cost: cost),
            limiter.admit([RateLimitCheck(policy, key: "k"), RateLimitCheck(policy, key: "l")], cost: cost),
        ] {
            let refusal = try #require(decision.refusal)
            #expect(refusal.reason == .negativeCost)
            #expect(refusal.retry == .never)
        }
        #expect(limiter.snapshot.entries == 0)
    }

    @Test(arguments: [4, 6, Int.max]) func aCostAboveALimitIsNeverAndChargesNothing(cost: Int) throws {
        let refusal = try #require(limiter.admit(policy, key: "k", cost: cost).refusal)
        #expect(refusal.reason == .costExceedsLimit)
        #expect(refusal.retry == .never)
        #expect(refusal.violated.map(\.limit) == (cost == 4 ? [3] : [3, 5]))
        #expect(limiter.peek([RateLimitCheck(policy, key: "k")]).map(\.used) == [0, 0])
    }

    @Test(arguments: [0, 1]) func aLimitOfZeroAlwaysRefuses(cost: Int) throws {
        let closed = try RateLimitPolicy("closed", parsing: "0/minute; 5/hour")
        let refusal = try #require(limiter.admit(closed, key: "k", cost: cost).refusal)
        #expect(refusal.retry == .never)
        #expect(refusal.violated.map(\.limit) == [0])
    }

    @Test func neverBeatsLaterWhateverTheOrder() throws {
        let closed = try RateLimitPolicy("closed", parsing: "0/minute")
        for _ in 0..<3 { _ = limiter.admit(policy, key: "k") }
        for checks in [[policy, closed], [closed, policy]] {
            let refusal = try #require(limiter.admit(checks.map { RateLimitCheck($0, key: "k") }).refusal)
            #expect(refusal.retry == .never)
            #expect(refusal.violated.count == 2)
        }
    }

    @Test func aDecisionWithoutChecksAdmits() {
        #expect(limiter.admit([]).isAdmitted)
        #expect(limiter.admit([]).quota.binding == nil)
    }

    @Test func theBindingWindowIsTheOneWithTheLeastLeft() throws {
        #expect(limiter.admit(policy, key: "k").quota.binding?.limit == 3)
        time.advance(by: .seconds(60))
        #expect(limiter.admit(policy, key: "k", cost: 2).quota.binding?.limit == 3)
        time.advance(by: .seconds(60))
        let quota = limiter.admit(policy, key: "k").quota
        #expect(quota.map(\.remaining) == [2, 1])
        #expect(quota.binding?.limit == 5)
    }

    @Test func ofWindowsWithEquallyLittleLeftTheOneThatResetsLastBinds() throws {
        let equal = try RateLimitPolicy("equal", parsing: "3/minute; 3/hour")
        #expect(limiter.admit(equal, key: "k").quota.binding?.length == .seconds(3600))
    }

    @Test func resetIsWhenTheOldestUnitLeavesAndStaysThatMomentBetweenRequests() {
        #expect(limiter.admit(policy, key: "k").quota.map(\.reset) == [.seconds(60), .seconds(3600)])
        time.advance(by: .seconds(13))
        #expect(limiter.admit(policy, key: "k").quota.map(\.reset) == [.seconds(47), .seconds(3587)])
        time.advance(by: .seconds(47))
        #expect(limiter.peek([RateLimitCheck(policy, key: "k")]).map(\.reset) == [.seconds(13), .seconds(3540)])
    }

    @Test func aQuotaOfManyWindowsIsCompleteAndInOrder() throws {
        let policies = try (0..<5).map { try RateLimitPolicy("p\($0)", parsing: "\(10 + $0)/second; \(20 + $0)/minute") }
        let decision = limiter.admit(policies.map { RateLimitCheck($0, key: "k") }, cost: 3)
        #expect(decision.quota.map(\.policy) == policies.flatMap { [$0.name, $0.name] })
        #expect(decision.quota.map(\.limit) == [10, 20, 11, 21, 12, 22, 13, 23, 14, 24])
        #expect(decision.quota.allSatisfy { $0.used == 3 && $0.reset == $0.length })
    }

    @Test func refundsClampAtNothingUsed() {
        let check = RateLimitCheck(policy, key: "k")
        #expect(limiter.refund(check) == 0)
        _ = limiter.admit(check, cost: 3)
        #expect(limiter.refund(check, cost: 1) == 1)
        #expect(limiter.peek([check]).map(\.used) == [2, 2])
        #expect(limiter.refund(check, cost: .max) == 2)
        #expect(limiter.refund(check, cost: -5) == 0)
        #expect(limiter.peek([check]).map(\.used) == [0, 0])
        #expect(limiter.admit(check, cost: 3).isAdmitted)
    }

    @Test func enormousEmptyAndUnusualKeysAreJustClients() {
        let keys = ["", String(repeating: "k", count: 1 << 20), "\u{0}", "🧨", "a\u{301}"]
        for key in keys {
            for _ in 0..<3 { #expect(limiter.admit(policy, key: key).isAdmitted) }
            #expect(!limiter.admit(policy, key: key).isAdmitted)
        }
        #expect(limiter.snapshot.entries == keys.count)
    }

    @Test func anIPv6ClientIsItsPrefixAndAMappedOneItsIPv4Address() throws {
        let addresses = ["2001:db8::1", "2001:db8::ffff:2", "::ffff:192.0.2.1", "192.0.2.1", "2001:db8:0:1::1"]
        for text in addresses {
            _ = limiter.admit(RateLimitCheck(policy, key: try #require(IPAddress(text))))
        }
        #expect(limiter.snapshot.entries == 3)
    }

    @Test func aReadyFingerprintIsTheSameClientAsItsText() {
        _ = limiter.admit(policy, key: "user")
        let fingerprint = limiter.fingerprintKey.fingerprint(of: "user")
        #expect(limiter.admit(RateLimitCheck(policy, key: fingerprint)).quota.map(\.used) == [2, 2])
    }
}
