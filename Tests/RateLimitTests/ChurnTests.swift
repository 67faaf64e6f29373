import HardeningCore
import RateLimit
import Testing

@Suite struct ChurnTests {
    /// Clients come and go in a nearly full table while others keep what they used: every removal has to leave all
    /// remaining clients findable.
    @Test(arguments: 0..<8) func clientsThatStayKeepTheirUseWhileOthersAreEvicted(seed: UInt64) throws {
        var random = SeededGenerator(seed: 7_000 + seed)
        let time = ManualTime()
        let capacity = 96
        let limiter = RateLimiter(capacity: capacity, time: .manual(time), key: .fixed, shardCount: 1)
        let long = try RateLimitPolicy("long", parsing: "2/hour")
        let short = try RateLimitPolicy("short", parsing: "1/second")
        let residents = (0..<60).map { "resident \(seed) \($0)" }
        for resident in residents { #expect(limiter.admit(long, key: resident).isAdmitted) }

        for round in 0..<200 {
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                _ = limiter.admit(short, key: "visitor \(UInt64.random(in: 0 ... .max, using: &random))")
            }
            time.advance(by: .milliseconds(1001))
            let resident = residents[Int.random(in: 0..<residents.count, using: &random)]
            let quota = limiter.peek([RateLimitCheck(long, key: resident)])
            try #require(quota.first?.used == 1, "round \(round): \(resident) used \(quota.first?.used ?? -1)")
        }
        #expect(limiter.snapshot.evictions > 0)
        for resident in residents {
            #expect(limiter.admit(long, key: resident).isAdmitted)
            #expect(!limiter.admit(long, key: resident).isAdmitted)
        }
    }
}
