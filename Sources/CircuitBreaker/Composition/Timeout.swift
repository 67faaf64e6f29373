import HardeningCore

/// Bounds one attempt; ``Deadline`` bounds all of them together.
///
/// At the limit the operation is cancelled and awaited: one that ignores cancellation delays the return, because leaving it
/// behind would leak what it holds.
public struct Timeout: Sendable {
    public let limit: Duration
    let waiter: Waiter
    private let tally = Tally(Snapshot())

    /// Counts since it was made; copies count together.
    public struct Snapshot: Sendable, Hashable {
        /// Attempts begun.
        public internal(set) var calls: UInt64 = 0
        /// Attempts cut off at the limit.
        public internal(set) var timeouts: UInt64 = 0
    }

    public var snapshot: Snapshot { tally.value }

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
        tally.note { $0.calls &+= 1 }
        let moment = waiter.time.monotonic.advanced(by: limit)
        return try await Race.run(until: moment, waiter: waiter, expired: expired, operation)
    }

    /// Called by the race only when the limit decided it.
    private func expired() -> any Error {
        tally.note { $0.timeouts &+= 1 }
        return TimeoutError(limit: limit)
    }
}

/// One attempt took longer than it may.
///
/// A breaker around it counts a failure of class ``Breaker/FailureClass/timeout``.
public struct TimeoutError: Error, Sendable, Hashable {
    public let code = "ATTEMPT_TIMEOUT"
    public let limit: Duration
}
