extension Breaker {
    /// What a finished call says about the health of the dependency.
    public enum Outcome: Sendable, Hashable {
        /// The dependency answered. Resets the run of consecutive failures.
        case success
        /// The dependency is to blame.
        case failure(Failure)
        /// The call says nothing about the dependency: the request was invalid, a limit of our own
        /// refused it. Touches no counter, resets nothing, hands a probe back.
        case ignored
        /// The caller gave up. Neutral like ``ignored``, unless the caller had waited longer than
        /// ``Configuration/hangThreshold``: then it is a failure of class ``FailureClass/hung``.
        case cancelled

        /// A failure in one word, without or with the wait the server asked for.
        public static func failure(_ class: FailureClass = .error, retryAfter: Duration? = nil) -> Outcome {
            .failure(Failure(`class`, retryAfter: retryAfter))
        }
    }

    /// One failure: its class, and how long the server asked to be left alone.
    public struct Failure: Sendable, Hashable {
        public let failureClass: FailureClass
        /// The server's `Retry-After` (RFC 9110 §10.2.3), if it sent one.
        ///
        /// Zero and negative values ask for nothing.
        public let retryAfter: Duration?

        public init(_ failureClass: FailureClass = .error, retryAfter: Duration? = nil) {
            self.failureClass = failureClass
            self.retryAfter = retryAfter
        }
    }

    /// The kind of a failure, for explanations and metric labels.
    ///
    /// Add your own as static members. Keep the set small and closed: never put an error's text in a code.
    public struct FailureClass: Sendable, Hashable, CustomStringConvertible {
        public let code: String

        public init(_ code: String) {
            self.code = code
        }

        /// The call threw, and nothing more is known.
        public static let error = FailureClass("error")
        /// No answer within the time allowed for one attempt.
        public static let timeout = FailureClass("timeout")
        /// The server limits us: HTTP 429.
        public static let rateLimited = FailureClass("rate_limited")
        /// The server is overloaded: HTTP 503, 529.
        public static let overloaded = FailureClass("overloaded")
        /// An answer arrived and was not usable.
        public static let badAnswer = FailureClass("bad_answer")
        /// The caller gave up after waiting longer than ``Configuration/hangThreshold``.
        public static let hung = FailureClass("hung")
        /// The call ended with `CancellationError` although its caller was not cancelled.
        public static let cancelledInside = FailureClass("cancelled")
        /// The call took as long as the threshold of a rule on slow calls, or longer.
        public static let slow = FailureClass("slow")
        /// Calls in flight exceeded the limit of ``TripRules/overdue``.
        public static let overdue = FailureClass("overdue")
        /// A probe did not settle before its lease ended.
        public static let lostProbe = FailureClass("lost_probe")

        public var description: String { code }
    }
}
