extension Breaker {
    /// Which calls a breaker counts for ``Snapshot/totals``.
    public enum Metering: Sendable, Hashable {
        /// Those that took the lock anyway: failures, refusals, late calls and probes.
        ///
        /// The default: a success stays free of any write.
        case exceptions
        /// Every call: costs one atomic addition and one lock a call.
        case everyCall
    }

    /// What the calls of a breaker came to, with ``Metering/everyCall``.
    ///
    /// Counts since the breaker was made; they wrap after 2⁶⁴. `admitted` less the others but `slow`, and less
    /// ``Totals/failures`` and ``Totals/late``, are in flight; lost probes count as failures and, when they answer, as late.
    public struct CallTotals: Sendable, Hashable {
        public internal(set) var admitted: UInt64 = 0
        public internal(set) var succeeded: UInt64 = 0
        /// Calls that took as long as the slow threshold or longer, however they ended; 0 without a rule on slow calls.
        public internal(set) var slow: UInt64 = 0
        public internal(set) var ignored: UInt64 = 0
        public internal(set) var cancelled: UInt64 = 0

        package init() {}
    }
}
