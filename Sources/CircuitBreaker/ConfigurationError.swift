extension Breaker {
    /// Why a configuration makes no sense, in words an operator can act on.
    public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
        /// A closed reason with a stable name, for tests and start-up messages.
        public enum Code: String, Sendable, Hashable, CaseIterable {
            case failureThreshold = "BREAKER_FAILURE_THRESHOLD"
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
