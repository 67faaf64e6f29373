extension Breaker {
    /// Why a configuration makes no sense, in words an operator can act on.
    public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
        /// A closed reason with a stable name, for tests and start-up messages.
        public enum Code: String, Sendable, Hashable, CaseIterable {
            case failureThreshold = "BREAKER_FAILURE_THRESHOLD"
            case noTripRule = "BREAKER_NO_TRIP_RULE"
            case shareCount = "BREAKER_SHARE_COUNT"
            case sharePercent = "BREAKER_SHARE_PERCENT"
            case shareMinCalls = "BREAKER_SHARE_MIN_CALLS"
            case window = "BREAKER_WINDOW"
            case slowThreshold = "BREAKER_SLOW_THRESHOLD"
            case overdueCalls = "BREAKER_OVERDUE_CALLS"
            case overdueLimit = "BREAKER_OVERDUE_LIMIT"
            case rampPercents = "BREAKER_RAMP_PERCENTS"
            case rampStep = "BREAKER_RAMP_STEP"
            case openTime = "BREAKER_OPEN_TIME"
            case openTimeCap = "BREAKER_OPEN_TIME_CAP"
            case backoffFactor = "BREAKER_BACKOFF_FACTOR"
            case jitter = "BREAKER_JITTER"
            case maxProbes = "BREAKER_MAX_PROBES"
            case successThreshold = "BREAKER_SUCCESS_THRESHOLD"
            case toleratedFailures = "BREAKER_TOLERATED_FAILURES"
            case probeLease = "BREAKER_PROBE_LEASE"
            case hangThreshold = "BREAKER_HANG_THRESHOLD"
        }

        public let code: Code
        public let description: String
    }
}
