extension Lockout {
    /// The right to check one password.
    ///
    /// Settling consumes it, so settling twice does not compile.
    ///
    /// **Dropping it counts as failed.** A guesser who closes the connection cancels the task that checks the password;
    /// were that neutral, every guess would be free. Use ``cancelled()`` where the password was certainly not compared.
    ///
    /// All methods are synchronous, and safe to use from any task.
    public struct Attempt: ~Copyable, Sendable {
        enum Outcome: Sendable {
            case failed
            case succeeded
            case cancelled
        }

        private let lockout: Lockout
        private var receipt: Receipt?

        /// - Parameter receipt: nil for an attempt that nobody counts.
        init(lockout: Lockout, receipt: Receipt?) {
            self.lockout = lockout
            self.receipt = receipt
        }

        deinit {
            if let receipt { lockout.settle(receipt, .failed) }
        }

        /// The password was wrong, or there is no such account.
        public consuming func failed() {
            settle(.failed)
        }

        /// The password was right: what failed before is forgotten for the account, not for the address.
        public consuming func succeeded() {
            settle(.succeeded)
        }

        /// The password was not compared, because the database did not answer, say: as if there had been no attempt.
        public consuming func cancelled() {
            settle(.cancelled)
        }

        private consuming func settle(_ outcome: Outcome) {
            if let receipt = receipt.take() { lockout.settle(receipt, outcome) }
        }
    }
}
