import HardeningCore

extension Breaker {
    /// How long a breaker stays open: `min(max(base · factor^attempt, Retry-After), cap) + jitter`.
    ///
    /// Never shorter than the server asked, except that `cap` bounds a hostile or mistaken `Retry-After`.
    /// Jitter only lengthens. All arithmetic saturates.
    public struct OpenTime: Sendable, Hashable {
        /// The open time after the first trip.
        public var base: Duration
        /// What every failed recovery multiplies the open time by, 1…100; by default 1, which keeps it constant.
        public var backoffFactor: Int
        /// The longest wait before jitter.
        ///
        /// An hour by default: one probe an hour costs nothing, and a server that asks for more is more often wrong
        /// than down for so long.
        public var cap: Duration
        /// Up to this share of the wait is added at random, 0…100 percent; none by default.
        ///
        /// It keeps many instances from probing in the same instant.
        public var jitterPercent: Int

        /// - Parameter cap: nil stands for an hour, or `base` when that is longer.
        public init(base: Duration, backoffFactor: Int = 1, cap: Duration? = nil, jitterPercent: Int = 0) {
            self.base = base
            self.backoffFactor = backoffFactor
            self.cap = cap ?? max(base, .seconds(3600))
            self.jitterPercent = jitterPercent
        }

        /// The open time in nanoseconds.
        ///
        /// - Parameters:
        ///   - attempt: failed recoveries since the breaker was last closed.
        ///   - serverAsks: nanoseconds the server still wants to be left alone, 0 if it does not say.
        ///   - random: uniformly distributed bits.
        /// - Complexity: O(log(cap / base)).
        package func nanoseconds(attempt: Int, serverAsks: Int64, random: UInt64) -> Int64 {
            let cap = cap.saturatingNanoseconds
            var wait = base.saturatingNanoseconds
            if backoffFactor > 1 {
                var remaining = attempt
                while remaining > 0 && wait < cap {
                    wait = wait.multipliedSaturating(by: Int64(backoffFactor))
                    remaining -= 1
                }
            }
            wait = max(0, min(max(wait, serverAsks), cap))
            let percent = Int64(min(max(0, jitterPercent), 100))
            let span = (wait / 100) * percent + (wait % 100) * percent / 100  // ≤ wait
            let jitter = random.multipliedFullWidth(by: UInt64(span) + 1).high  // ≤ span
            return wait.addingSaturating(Int64(jitter))
        }
    }
}
