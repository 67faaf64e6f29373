extension Breaker {
    /// When a closed breaker opens.
    public struct TripRules: Sendable, Hashable {
        /// Failures in a row that open the breaker, 1…4095; any success starts the count anew.
        ///
        /// nil when the rule is not used.
        public let consecutiveFailures: Int?

        /// Opens at the n-th failure in a row.
        ///
        /// Right for dependencies that are either up or down, and the cheapest rule: a success while the
        /// count is 0 writes nothing. Not for a dependency that fails every other call: it never trips.
        ///
        /// - Parameter count: 1…4095, the width of the count in the state word.
        public static func consecutiveFailures(_ count: Int) -> TripRules {
            TripRules(consecutiveFailures: count)
        }

        /// The rule that `streak` meets, or nil.
        func cause(of streak: FailureStreak) -> Cause? {
            if let consecutiveFailures, streak.count >= consecutiveFailures { return .consecutiveFailures }
            return nil
        }
    }
}
