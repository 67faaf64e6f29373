import HardeningCore

/// Bounds one attempt; ``Deadline`` bounds all of them together.
///
/// At the limit the operation is cancelled and awaited: one that ignores cancellation delays the return, because leaving it
/// behind would leak what it holds.
public struct Timeout: Sendable {
    public let limit: Duration
    private let waiter: Waiter

    /// - Parameter limit: positive and finite.
    /// - Throws: ``CompositionError``.
    public init(_ limit: Duration, waiter: Waiter = .system) throws(CompositionError) {
        try CompositionError.check(limit.isUsableLimit, .timeout, "the timeout must be positive and finite")
        self.limit = limit
        self.waiter = waiter
    }

    /// Runs one attempt.
    ///
    /// - Throws: ``TimeoutError`` at the limit, and what `operation` throws.
    public func run<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        let moment = waiter.time.monotonic.advanced(by: limit)
        return try await Race.run(until: moment, waiter: waiter, expired: TimeoutError(limit: limit), operation)
    }
}

/// One attempt took longer than it may.
///
/// A failure of the dependency: classify it as ``Breaker/FailureClass/timeout``.
public struct TimeoutError: Error, Sendable, Hashable {
    public let code = "ATTEMPT_TIMEOUT"
    public let limit: Duration
}
