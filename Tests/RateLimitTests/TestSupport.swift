import HardeningCore
import RateLimit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}

extension FingerprintKey {
    /// Where clients fall in tables and sketches, and who collides with whom, is the same in every run.
    static let fixed = FingerprintKey(Secret((0..<16).map { UInt8($0 * 11) })) ?? FingerprintKey()
}

extension RateLimiter {
    /// One shard and a manual clock: whatever the model says must hold to the nanosecond.
    static func manual(_ time: ManualTime, capacity: Int = 1000) -> RateLimiter {
        RateLimiter(capacity: capacity, time: .manual(time), key: .fixed, shardCount: 1)
    }
}

extension RateLimitDecision {
    /// Nil when admitted or never.
    var wait: Duration? {
        if case .later(let duration)? = refusal?.retry { duration } else { nil }
    }
}

/// How many random steps a model test takes: `RATE_LIMIT_STEPS`, or what fits a debug run.
func modelSteps(default count: Int) -> Int {
    getenv("RATE_LIMIT_STEPS").flatMap { Int(String(cString: $0)) } ?? count
}

extension Duration {
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
