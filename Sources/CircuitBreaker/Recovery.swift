extension Breaker {
    /// How a half-open breaker finds out whether the dependency has recovered.
    public struct Recovery: Sendable, Hashable {
        /// Probes out at the same time, 1…255.
        ///
        /// One by default: a dependency that is coming up is not to be crowded.
        public var maxProbes: Int
        /// Successful probes that close the breaker, 1…4095.
        public var successThreshold: Int
        /// Failed probes that are forgiven, 0…4095; by default none, so that the first failure reopens.
        ///
        /// With 2 forgiven and 3 successes needed, a trial is 3 of 5: the breaker reopens as soon as 3
        /// can no longer succeed.
        public var toleratedFailures: Int
        /// How long a probe may take before the next caller counts it as failed and takes its place.
        ///
        /// 60 seconds by default: longer than a healthy answer of a language model. A probe that
        /// answers later, before anyone took its place, still counts as what it was.
        public var probeLease: Duration
        /// How a breaker that recovered gives the load back; nil, the default, at once.
        public var ramp: Ramp?

        public init(
            maxProbes: Int = 1, successThreshold: Int = 1, toleratedFailures: Int = 0, probeLease: Duration = .seconds(60),
            ramp: Ramp? = nil
        ) {
            self.maxProbes = maxProbes
            self.successThreshold = successThreshold
            self.toleratedFailures = toleratedFailures
            self.probeLease = probeLease
            self.ramp = ramp
        }
    }
}
