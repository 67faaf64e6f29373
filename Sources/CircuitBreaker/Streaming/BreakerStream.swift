/// The stream of a call that a breaker watches; see ``Breaker/run(streaming:waiter:_:)``.
///
/// Read it once. A second iterator reads the base again, with the same deadlines, but the call is settled already.
///
/// Cost: one task for the stream, and two short-lived ones for each element while a deadline is set. Memory: one element.
public struct BreakerStream<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element: Sendable {
    public typealias Element = Base.Element

    let base: Base
    let policy: Breaker.StreamPolicy<Element>
    let waiter: Waiter
    let call: StreamCall

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(reader: StreamReader(base: base, policy: policy, waiter: waiter, call: call))
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let reader: StreamReader<Base>

        /// The next element, or nil at the end.
        ///
        /// - Throws: ``StreamTimeout``, `CancellationError` when the consumer is cancelled while it waits, and what the base throws.
        public mutating func next() async throws -> Element? {
            try await reader.next()
        }
    }
}
