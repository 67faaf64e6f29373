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
        /// What the rules about shares see, in the order of ``TripRules/shares``.
        public let rates: [Rate]
        /// Calls in flight; nil unless a rule watches them.
        public let callsInFlight: Int?
        /// The share of calls admitted after a recovery; nil when all are.
        ///
        /// See ``Ramp``.
        public let rampPercent: Int?
        public let totals: Totals

        /// ``retryAfter`` in whole seconds, rounded up.
        public var retryAfterSeconds: Int64? { retryAfter?.secondsRoundedUp }

        /// What a rule about a share sees.
        public struct Rate: Sendable, Hashable {
            /// ``Cause/failureShare`` or ``Cause/slowShare``.
            public let cause: Cause
            public let hits: Int
            public let calls: Int
            public let minCalls: Int
            /// The percentage that opens the breaker.
            public let limitPercent: Int

            /// The share in percent, rounded down; nil below `minCalls`, where there is none.
            public var percent: Int? {
                calls >= minCalls && calls > 0 ? calls.dividingFullWidth(hits.multipliedFullWidth(by: 100)).quotient : nil
            }
        }
    }

    /// Counts since the breaker was made, to be copied into a metrics library when it collects.
    ///
    /// Nothing resets them; they wrap after 2⁶⁴.
    ///
    /// Successes are only among them with ``Metering/everyCall``: counting costs the hot path a write that all cores fight for.
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
        /// Episodes in which it would have opened, had it not been in ``State/metricsOnly``.
        public internal(set) var hypotheticalOpenings: UInt64 = 0
        /// Every call; nil unless ``Configuration/metering`` is ``Metering/everyCall``.
        public internal(set) var calls: CallTotals?

        package init() {}
    }
}
