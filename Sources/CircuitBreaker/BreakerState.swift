extension Breaker {
    /// What a breaker does with the next call.
    ///
    /// Raw values are the names health endpoints and metrics show.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Calls pass; failures are counted.
        case closed = "CLOSED"
        /// Calls are refused until the open time is over.
        case open = "OPEN"
        /// A few probes find out whether the dependency has recovered; other calls are refused.
        case halfOpen = "HALF_OPEN"
        /// An operator refuses every call, until released or expired.
        case isolated = "ISOLATED"
        /// An operator lets every call pass, and nothing is recorded.
        case disabled = "DISABLED"
        /// An operator lets every call pass; outcomes are recorded, and an event says when it would have opened.
        case metricsOnly = "METRICS_ONLY"
    }
}
