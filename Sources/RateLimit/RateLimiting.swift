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
}
