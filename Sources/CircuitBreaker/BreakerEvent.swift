public import HardeningCore

extension Breaker {
    /// One transition of one breaker.
    ///
    /// `from` and `to` differ, except that a breaker in ``State/metricsOnly`` reports once an episode that it would have opened.
    public struct Event: Sendable, Hashable {
        /// The name of the breaker.
        public let breaker: String
        public let from: State
        public let to: State
        public let cause: Cause
        /// The generation that began with this transition.
        public let generation: UInt64
        /// How long calls are refused from now on, or would be; nil unless it opens or would have opened.
        public let openFor: Duration?
        /// The failure behind it; nil unless it opens or would have opened.
        public let failure: Failure?
        /// Whether somebody should be told: true for the opening that begins an episode, false when a failed probe
        /// reopens.
        ///
        /// An episode ends when the breaker closes.
        public let isAlert: Bool
        /// Civil time of the transition.
        public let timestamp: Timestamp
    }

    /// Why a breaker changed its state.
    public struct Cause: Sendable, Hashable, CustomStringConvertible {
        public let code: String

        /// As many failures in a row as ``TripRules/consecutiveFailures`` says.
        public static let consecutiveFailures = Cause(code: "CONSECUTIVE_FAILURES")
        /// The share of failures that a rule of ``TripRules/shares`` names.
        public static let failureShare = Cause(code: "FAILURE_SHARE")
        /// The share of slow calls that a rule of ``TripRules/shares`` names.
        public static let slowShare = Cause(code: "SLOW_SHARE")
        /// As many calls in flight for too long as ``TripRules/overdue`` says.
        public static let callsOverdue = Cause(code: "CALLS_OVERDUE")
        /// The open time was over and a caller came.
        public static let openTimeOver = Cause(code: "OPEN_TIME_OVER")
        /// A probe failed.
        public static let probeFailed = Cause(code: "PROBE_FAILED")
        /// A probe did not settle before its lease ended.
        public static let probeLost = Cause(code: "PROBE_LOST")
        /// Enough probes succeeded.
        public static let recovered = Cause(code: "RECOVERED")
        /// ``Breaker/reset()``.
        public static let reset = Cause(code: "RESET")
        /// ``Breaker/isolate(reason:for:)``.
        public static let isolated = Cause(code: "ISOLATED")
        /// The time given to ``Breaker/isolate(reason:for:)`` was over and a caller came.
        public static let isolationOver = Cause(code: "ISOLATION_OVER")
        /// ``Breaker/disable()``.
        public static let disabled = Cause(code: "DISABLED")
        /// ``Breaker/restore(_:maxAge:)``.
        public static let restored = Cause(code: "RESTORED")
        /// ``Breaker/measureOnly()``.
        public static let metricsOnly = Cause(code: "METRICS_ONLY")
        /// ``Breaker/release()``.
        public static let released = Cause(code: "RELEASED")

        public var description: String { code }
    }
}
