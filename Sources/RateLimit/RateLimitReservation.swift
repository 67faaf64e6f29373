import Synchronization

/// Units that were charged before their real number is known: tokens of a model's answer, a sign-in that may fail.
///
/// ```swift
/// let attempt = limiter.reserve(checks, cost: 2000)
/// guard let reservation = attempt.reservation else { return tooMany(attempt.decision) }
/// let answer = try await model.answer(prompt)
/// limiter.commit(reservation, actual: answer.tokens)
/// ```
/// What is held counts in full from the start, so however many wait for their answers, the limit holds. A
/// reservation that is dropped stays charged and leaves the windows like any request: the safe side.
///
/// For costs known beforehand `admit` is enough. Sendable; settled once, whoever comes first.
public final class RateLimitReservation: Sendable {
    /// What a limiter answers to `reserve`.
    public struct Attempt: Sendable {
        public let decision: RateLimitDecision
        /// Nil when the decision is a refusal.
        public let reservation: RateLimitReservation?

        public init(decision: RateLimitDecision, reservation: RateLimitReservation?) {
            self.decision = decision
            self.reservation = reservation
        }
    }

    /// The stamp of a check that was charged in no log of its own.
    public static let unlogged: Int64 = -1

    public let checks: [RateLimitCheck]
    /// Units held for each check.
    public let cost: Int
    /// By what the limiter finds the charge of each check again: a moment on its clock, or a number of its store.
    public let stamps: [Int64]
    private let issuer: ObjectIdentifier
    private let isEnded = Atomic(false)

    /// For limiters, which make reservations after they have charged.
    ///
    /// - Parameters:
    ///   - issuer: the limiter, or what stands for it; nobody else may settle the reservation.
    ///   - stamps: one for each check.
    public init(issuer: AnyObject, checks: [RateLimitCheck], cost: Int, stamps: [Int64]) {
        self.issuer = ObjectIdentifier(issuer)
        self.checks = checks
        self.cost = cost
        self.stamps = stamps
    }

    public var isSettled: Bool { isEnded.load(ordering: .acquiring) }

    /// Ends the reservation; for limiters, before they change a count.
    ///
    /// - Returns: true once, to the issuer; the charges are then the caller's to correct.
    public func end(by limiter: AnyObject) -> Bool {
        ObjectIdentifier(limiter) == issuer && !isEnded.exchange(true, ordering: .acquiringAndReleasing)
    }
}
