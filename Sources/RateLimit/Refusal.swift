extension RateLimitDecision {
    /// Why a request was refused, and when to come back.
    ///
    /// A refused request was charged nowhere.
    public struct Refusal: Sendable {
        /// When the same request would pass.
        public enum Retry: Sendable, Hashable {
            /// Exactly after this long, if nothing else is admitted in the meantime; one nanosecond earlier it would be refused.
            case later(Duration)
            /// However long the client waits: the cost exceeds a limit, a limit is 0, or the request is invalid.
            case never
        }

        /// A closed reason with a stable name.
        public enum Reason: String, Sendable, Hashable, CaseIterable {
            /// A window has no room.
            case limitReached = "RATE_LIMIT_REACHED"
            /// The cost is larger than a limit, or a limit is 0.
            case costExceedsLimit = "RATE_COST_EXCEEDS_LIMIT"
            /// The cost is negative; giving back is ``RateLimiter/refund(_:cost:)``'s business.
            case negativeCost = "RATE_NEGATIVE_COST"
        }

        /// How all windows stand, violated or not.
        public let quota: Quota  // first, where an admission has it too: a decision fills it in place
        public let reason: Reason
        /// Nanoseconds, or ``Shard/Finding/never``.
        private let wait: Int64

        public var retry: Retry { wait == Shard.Finding.never ? .never : .later(.nanoseconds(wait)) }

        init(reason: Reason, wait: Int64, quota: consuming Quota) {
            self.reason = reason
            self.wait = wait
            self.quota = quota
        }

        /// The windows without room, each with its policy, of all policies that were asked.
        public var violated: [Quota.Window] { quota.filter(\.isViolated) }
    }
}

extension RateLimitDecision.Refusal.Retry {
    /// What `Retry-After` says: whole seconds, rounded up, at least 1; nil for never.
    public var seconds: Int64? {
        switch self {
        case .later(let duration):
            let (seconds, attoseconds) = duration.components
            return max(1, attoseconds > 0 ? seconds + 1 : seconds)
        case .never: return nil
        }
    }
}
