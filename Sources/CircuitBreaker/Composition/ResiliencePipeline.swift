import HardeningCore

/// The layers around a call in the one order that works: fallback, deadline, retry, breaker, bulkhead, attempt timeout.
///
/// - The deadline bounds all attempts and the waits between them; a fallback still has its say when it is over.
/// - Retry is outside the breaker, so that every attempt is counted and an open breaker ends the attempts.
/// - The breaker is outside the bulkhead: an open one takes no place, and our own full bulkhead is no failure of the dependency.
/// - The attempt timeout is innermost: waiting for a place does not use it up.
///
/// Every layer is optional; without any, the call is made directly. Keep one pipeline for one dependency. ``Hedge`` is not
/// among the layers, as it doubles the load of what it is put around: put it around a pipeline, or inside an operation.
///
/// Cost of a success: retry, breaker and bulkhead together allocate nothing and take less than a microsecond. Deadline and
/// timeout each start two tasks, which is some twenty microseconds and twenty allocations: leave out what the client has.
public struct ResiliencePipeline: Sendable {
    /// For the whole of a call.
    public let deadline: Duration?
    public let retry: Retry?
    public let breaker: Breaker?
    public let bulkhead: Bulkhead?
    /// For each attempt.
    public let timeout: Timeout?
    private let waiter: Waiter

    /// Checks that the layers fit each other.
    ///
    /// - Parameters:
    ///   - deadline: positive and finite.
    ///   - waiter: the clock of the deadline; the layers that wait must have been made with the same.
    /// - Throws: ``CompositionError``: the deadline makes no sense, leaves no time for the attempt timeout or the queue to
    ///   ever take effect, or the layers live on different clocks.
    public init(
        deadline: Duration? = nil, retry: Retry? = nil, breaker: Breaker? = nil, bulkhead: Bulkhead? = nil,
        timeout: Timeout? = nil, waiter: Waiter = .system
    ) throws(CompositionError) {
        if let deadline {
            try CompositionError.check(deadline.isUsableLimit, .pipelineDeadline, "the deadline must be positive and finite")
            try CompositionError.check(
                (timeout?.limit ?? .zero) < deadline, .pipelineTimeout, "the attempt timeout must be shorter than the deadline")
            try CompositionError.check(
                (bulkhead?.maxWait ?? .zero) < deadline, .pipelineQueue, "the longest wait in the queue must be shorter than the deadline")
        }
        let waiters = [retry?.waiter, timeout?.waiter, bulkhead?.maxWait == nil ? nil : bulkhead?.waiter]
        try CompositionError.check(
            waiters.allSatisfy { $0 == nil || $0 == waiter }, .pipelineClock, "all layers must wait on the clock of the pipeline")
        self.deadline = deadline
        self.retry = retry
        self.breaker = breaker
        self.bulkhead = bulkhead
        self.timeout = timeout
        self.waiter = waiter
    }

    /// Makes a call through all layers.
    ///
    /// - Parameter fallback: the outermost layer, here because it depends on the type of the answer.
    /// - Throws: ``DeadlineExceeded``, ``Breaker/Rejection``, ``BulkheadFull``, ``TimeoutError``, `CancellationError`, and what
    ///   `operation` and the fallback throw.
    public func run<Value: Sendable>(
        fallback: Fallback<Value>? = nil, _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let fallback else { return try await withinDeadline(operation) }
        return try await fallback.run { try await withinDeadline(operation) }
    }

    private func withinDeadline<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard let deadline else { return try await retried(operation) }
        return try await Deadline.run(within: deadline, waiter: waiter) { try await retried(operation) }
    }

    private func retried<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard let retry else { return try await guarded(operation) }
        return try await retry.run { try await guarded(operation) }
    }

    private func guarded<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard let breaker else { return try await placed(operation) }
        return try await breaker.run { try await placed(operation) }
    }

    private func placed<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard let bulkhead else { return try await timed(operation) }
        return try await bulkhead.run { try await timed(operation) }
    }

    private func timed<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard let timeout else { return try await operation() }
        return try await timeout.run(operation)
    }
}
