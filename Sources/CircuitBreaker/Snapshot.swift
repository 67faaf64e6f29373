extension Breaker {
    /// What a breaker is doing, at one moment.
    public struct Snapshot: Sendable, Hashable {
        public let name: String
        /// What the next caller would meet: an open breaker whose time is over reads half-open.
        public let state: State
        /// Transitions and resets so far, modulo 2⁴⁰.
        public let generation: UInt64
        /// Failures since the last success, at most 4095; they stay visible while the breaker is open.
        public let failures: Int
        /// Probes that are out.
        public let probesInFlight: Int
        /// How long the next caller would be refused; nil if it would be admitted, or only an operator decides.
        public let retryAfter: Duration?
        /// The latest failure of the current run of failures.
        public let lastFailure: Failure?
        public let totals: Totals

        /// ``retryAfter`` in whole seconds, rounded up.
        public var retryAfterSeconds: Int64? { retryAfter?.secondsRoundedUp }
    }

    /// Counts since the breaker was made.
    ///
    /// Nothing resets them; they wrap after 2⁶⁴.
    ///
    /// Successes are not among them: counting would cost the hot path a write that all cores fight for.
    public struct Totals: Sendable, Hashable {
        /// Recorded failures, lost probes included.
        public internal(set) var failures: UInt64 = 0
        /// Times it opened or reopened.
        public internal(set) var openings: UInt64 = 0
        /// Calls refused.
        public internal(set) var refusals: UInt64 = 0
        /// Calls that settled after the generation they began in had ended, and so changed nothing else.
        public internal(set) var late: UInt64 = 0
        /// Probes let through.
        public internal(set) var probes: UInt64 = 0
        /// Probes whose lease ended before they settled.
        public internal(set) var lostProbes: UInt64 = 0

        package init() {}
    }
}
