extension Breaker {
    /// Makes a call whose answer is a stream; it is settled when the stream ends, not when it begins.
    ///
    /// ```swift
    /// for try await chunk in try await breaker.run(streaming: policy, { try await client.stream(request) }) {
    ///     show(chunk)
    /// }
    /// ```
    ///
    /// Settled exactly once, whatever happens:
    /// - the stream ends: success, or ``StreamPolicy/emptyStream`` when it had no element;
    /// - it throws: as ``run(_:)`` judges the error;
    /// - an element does not arrive in time, or an element says so: failure;
    /// - the consumer stops or is cancelled after an element: success, since the dependency answered;
    /// - the consumer stops or is cancelled before: neutral, unless it waited longer than ``Configuration/hangThreshold``;
    /// - the stream is dropped without being read: neutral.
    ///
    /// The permit is held to the end, so ``Recovery/probeLease`` must be longer than a stream may be, and rules on slow
    /// calls see whole streams. Time counts only while the consumer waits: a slow consumer is nobody's failure.
    ///
    /// - Parameters:
    ///   - policy: deadlines and judgements.
    ///   - waiter: the clock of the deadlines.
    ///   - open: begins the stream.
    /// - Throws: ``Rejection``, and what `open` throws.
    public func run<Base: AsyncSequence & Sendable>(
        streaming policy: StreamPolicy<Base.Element> = StreamPolicy(), waiter: Waiter = .system, _ open: () async throws -> Base
    ) async throws -> BreakerStream<Base> where Base.Element: Sendable {
        try Task.checkCancellation()
        let call = StreamCall(breaker: self, admission: try admit())
        do {
            return BreakerStream(base: try await open(), policy: policy, waiter: waiter, call: call)
        } catch {
            call.settle(outcome(ofThrown: error))
            throw error
        }
    }
}
