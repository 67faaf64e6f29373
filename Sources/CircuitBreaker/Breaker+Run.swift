extension Breaker {
    /// Makes a call through the breaker.
    ///
    /// Adds ``Rejection`` to the errors of `operation`, and nothing else. Runs in the caller's isolation.
    ///
    /// Cancellation is judged by who cancelled:
    /// - the calling task was cancelled before: the operation is not run, nothing is counted;
    /// - the calling task was cancelled meanwhile and the operation threw: neutral, whatever it threw,
    ///   because clients rename cancellation; unless it had waited longer than ``Configuration/hangThreshold``;
    /// - the operation threw `CancellationError` while its caller lives: a failure.
    ///
    /// An operation that returns has succeeded, cancelled or not.
    @inlinable
    public func run<Value>(_ operation: () async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        let admission = try admit()
        let value: Value
        do {
            value = try await operation()
        } catch {
            settle(admission, outcome(ofThrown: error))
            throw error
        }
        succeed(admission)
        return value
    }

    /// Makes a call whose returned value may be a failure too, such as a response with status 503.
    ///
    /// ```swift
    /// let response = try await breaker.run(classify: { $0.status.code >= 500 ? .failure(.overloaded) : .success }) {
    ///     try await client.execute(request)
    /// }
    /// ```
    ///
    /// The value is returned whatever `classify` says. For the rest see ``run(_:)``.
    @inlinable
    public func run<Value>(
        classify: (Value) -> Outcome, _ operation: () async throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        let admission = try admit()
        let value: Value
        do {
            value = try await operation()
        } catch {
            settle(admission, outcome(ofThrown: error))
            throw error
        }
        settle(admission, classify(value))
        return value
    }

    /// The default judgement: every error is a failure of class ``FailureClass/error``, except those that
    /// know better (``OutcomeClassified``): refusals that made no call, and timeouts of our own.
    public static func outcome(ofError error: any Error) -> Outcome {
        (error as? any OutcomeClassified)?.breakerOutcome ?? .failure(.error)
    }

    @usableFromInline
    func outcome(ofThrown error: any Error) -> Outcome {
        if Task.isCancelled { return .cancelled }
        if error is CancellationError { return .failure(.cancelledInside) }
        return outcomeOfError(error)
    }
}
