extension Breaker {
    /// The right to make one call.
    ///
    /// Settling consumes it, so settling twice does not compile.
    ///
    /// ```swift
    /// let permit = try breaker.acquire()
    /// …
    /// permit.succeed()
    /// ```
    ///
    /// Dropping it hands it back as if the call had never been made. All methods are synchronous, so it
    /// can be settled in `defer` and `deinit`, and safe to use from any task.
    public struct Permit: ~Copyable, Sendable {
        private let breaker: Breaker
        private var admission: Admission?

        init(breaker: Breaker, admission: Admission) {
            self.breaker = breaker
            self.admission = admission
        }

        deinit {
            if let admission { breaker.settle(admission, .ignored) }
        }

        /// Whether this call decides over recovery.
        ///
        /// A probe may choose to ask something small.
        public var isProbe: Bool { admission?.isProbe ?? false }

        /// The dependency answered.
        public consuming func succeed() {
            if let admission = admission.take() { breaker.succeed(admission) }
        }

        /// The dependency is to blame.
        ///
        /// - Parameter retryAfter: the server's `Retry-After`, if it sent one: the breaker opens for at least as long.
        public consuming func fail(_ failureClass: FailureClass = .error, retryAfter: Duration? = nil) {
            settle(.failure(failureClass, retryAfter: retryAfter))
        }

        /// The call says nothing about the dependency.
        public consuming func ignore() {
            settle(.ignored)
        }

        /// The caller gave up: neutral, unless it waited longer than ``Configuration/hangThreshold``.
        public consuming func cancel() {
            settle(.cancelled)
        }

        /// Ends the call with an outcome found elsewhere.
        public consuming func settle(_ outcome: Outcome) {
            if let admission = admission.take() { breaker.settle(admission, outcome) }
        }
    }
}
