import HardeningCore

extension Breaker {
    /// The call was not made: the breaker refused it.
    ///
    /// Thrown without allocating. Not a failure of the call, so do not retry it before ``retryAfter``,
    /// and do not count it against the dependency: an enclosing breaker ignores it.
    public struct Rejection: Error, Sendable, Hashable, CustomStringConvertible {
        /// Why, with a stable code.
        public enum Reason: String, Sendable, Hashable, CaseIterable {
            /// The open time is not over.
            case open = "BREAKER_OPEN"
            /// All probes of the half-open state are out.
            case probing = "BREAKER_HALF_OPEN"
            /// An operator isolated the dependency.
            case isolated = "BREAKER_ISOLATED"
            /// The dependency has recovered and gets its load back in steps; see ``Ramp``.
            case recovering = "BREAKER_RECOVERING"
        }

        /// The name of the breaker that refused.
        public let breaker: String
        public let reason: Reason
        /// How long the breaker goes on refusing, as far as it can know.
        ///
        /// Open: exactly what is left of the open time. Half-open: at most this long until a probe is back or
        /// forfeit. Recovering: until the next step of the ramp. Isolated: what is left of it, or nil when only an operator ends it.
        public var retryAfter: Duration? { nanoseconds < 0 ? nil : .nanoseconds(nanoseconds) }

        /// ``retryAfter`` as one register, so that refusing does no 128-bit arithmetic; -1 for nil.
        private let nanoseconds: Int64

        /// - Parameter until: nil if only an operator ends the refusal.
        @inline(__always)
        init(breaker: String, reason: Reason, until: MonotonicTime?, now: MonotonicTime) {
            self.breaker = breaker
            self.reason = reason
            nanoseconds = until.map { max(0, $0.nanoseconds.subtractingSaturating(now.nanoseconds)) } ?? -1
        }

        /// ``retryAfter`` in whole seconds, rounded up, for an HTTP `Retry-After` header.
        public var retryAfterSeconds: Int64? { retryAfter?.secondsRoundedUp }

        public var description: String {
            let wait = retryAfter.map { "; retry after \(DurationWords($0))" } ?? ""
            return switch reason {
            case .open: "\(breaker) is not called: its circuit is open\(wait)"
            case .probing: "\(breaker) is not called: a probe is finding out whether it has recovered\(wait)"
            case .isolated: "\(breaker) is not called: an operator isolated it\(wait)"
            case .recovering: "\(breaker) is not called: it has just recovered and gets its load back in steps\(wait)"
            }
        }
    }
}
