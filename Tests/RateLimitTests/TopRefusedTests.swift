import HardeningCore
import RateLimit
import Testing

@Suite struct TopRefusedTests {
    private let closed: RateLimitPolicy
    private let other: RateLimitPolicy

    init() throws {
        closed = try RateLimitPolicy("closed", parsing: "0/minute")
        other = try RateLimitPolicy("other", parsing: "0/hour")
    }

    private func refuse(_ limiter: RateLimiter, _ policy: RateLimitPolicy, _ number: Int, times: Int) {
        let check = RateLimitCheck(policy, key: Fingerprint(high: UInt64(number), low: UInt64(number)))
        for _ in 0..<times { #expect(!limiter.admit(check).isAdmitted) }
    }

    @Test func aFewClientsAreCountedExactlyPolicyByPolicyTheMostRefusedFirst() {
        let limiter = RateLimiter(capacity: 10_000, time: .manual(ManualTime()), key: .fixed, shardCount: 4)
        for (number, times) in [(1, 3), (2, 9), (3, 5)] { refuse(limiter, closed, number, times: times) }
        refuse(limiter, other, 2, times: 4)
        let top = limiter.topRefused()
        #expect(top.map { "\($0.policy) \($0.client.low)" } == ["closed 2", "closed 3", "other 2", "closed 1"])
        #expect(top.map(\.atLeast) == [9, 5, 4, 3])
        #expect(top.map(\.atMost) == [9, 5, 4, 3])
        #expect(limiter.topRefused(2).count == 2)
        #expect(limiter.topRefused(-1).isEmpty)
    }

    @Test func peeksAdmissionsAndShadowsAreNotCounted() throws {
        let limiter = RateLimiter.manual(ManualTime())
        let open = try RateLimitPolicy("open", parsing: "5/minute")
        _ = limiter.admit(open, key: "k")
        _ = limiter.admit(closed, key: "k", cost: 0)
        _ = limiter.admit(closed.with(.shadow), key: "k")
        #expect(limiter.topRefused().isEmpty)
    }

    /// One in ten of a hundred thousand refusals is one client's; everybody else comes once.
    @Test func aHeavyHitterIsFoundInAFloodOfDistinctClients() {
        let limiter = RateLimiter(capacity: 10_000, time: .manual(ManualTime()), key: .fixed, shardCount: 1)
        for number in 0..<100_000 {
            let key = number % 10 == 0 ? 0 : number
            _ = limiter.admit(RateLimitCheck(closed, key: Fingerprint(high: 0, low: UInt64(key))))
        }
        let top = limiter.topRefused()
        #expect(top.first?.client.low == 0)
        let (least, most) = (top.first?.atLeast ?? 0, top.first?.atMost ?? 0)
        #expect(least <= 10_000 && 10_000 <= most)
        #expect(most - least <= 100_000 / 16)
        #expect(least > 1000)
        #expect(top.dropFirst().allSatisfy { $0.atLeast <= 1 })
    }
}
