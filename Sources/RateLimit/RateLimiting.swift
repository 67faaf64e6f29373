/// A limiter, wherever it keeps its state.
///
/// ``RateLimiter`` answers from memory, synchronously; a shared limiter asks a store and may fail. Code that takes
/// either takes `some RateLimiting`; code that knows it has a local one pays neither `await` nor `try`.
public protocol RateLimiting: Sendable {
    /// Admits the request under all checks and charges it, or refuses it and charges nothing.
    ///
    /// - Parameters:
    ///   - checks: the policies and the clients they are asked about. Their order never changes the outcome.
    ///   - cost: units to charge; 0 asks without charging; negative is refused.
    /// - Throws: what the store threw, if the limiter has one and was told to pass failures on.
    func admit(_ checks: [RateLimitCheck], cost: Int) async throws -> RateLimitDecision

    /// Gives the newest `cost` units back to every client of the checks, never below nothing used.
    func refund(_ checks: [RateLimitCheck], cost: Int) async throws

    /// Admits like ``admit(_:cost:)`` and lets the caller correct the cost once it is known.
    ///
    /// An implementation must remember when each check was charged: ``commit(_:actual:)`` corrects that charge, not
    /// the newest.
    func reserve(_ checks: [RateLimitCheck], cost: Int) async throws -> RateLimitReservation.Attempt

    /// Ends a reservation at what was really used.
    ///
    /// Less than was held: the difference is taken back from this reservation's own charge, at its own moment, if the
    /// windows still see it; never from what others used. More: the rest is charged now without asking, because it
    /// has happened. A second call changes nothing.
    ///
    /// - Parameter actual: units; below 0 counts as 0.
    /// - Returns: whether this call settled it; false when it was settled before, or another limiter made it.
    @discardableResult
    func commit(_ reservation: RateLimitReservation, actual: Int) async throws -> Bool
}

extension RateLimiting {
    /// Ends a reservation of which nothing was used; see ``commit(_:actual:)``.
    @discardableResult
    public func cancel(_ reservation: RateLimitReservation) async throws -> Bool { try await commit(reservation, actual: 0) }
}
