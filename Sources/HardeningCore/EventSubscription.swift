import Synchronization

/// One subscriber's view of an ``EventChannel``: an asynchronous sequence with a bounded buffer.
///
/// ```swift
/// let events = breaker.events.subscribe()
/// Task { for await event in events { alert(event) } }
/// ```
///
/// Several tasks may read one subscription; each event goes to one of them. Memory: at most
/// `capacity` events.
public final class EventSubscription<Event: Sendable>: Sendable, AsyncSequence {
    public typealias Element = Event
    public typealias Failure = Never

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Event?, Never>
    }

    private struct State {
        var buffer: [Event] = []
        var waiters: [Waiter] = []
        var nextWaiter: UInt64 = 0
        var droppedCount: UInt64 = 0
        var isCancelled = false
    }

    private let capacity: Int
    private let onCancel: @Sendable (EventSubscription) -> Void
    private let state = Mutex(State())

    init(capacity: Int, onCancel: @escaping @Sendable (EventSubscription) -> Void) {
        self.capacity = Swift.max(1, capacity)
        self.onCancel = onCancel
    }

    /// Events that did not fit since the subscription began.
    public var droppedCount: UInt64 { state.withLock { $0.droppedCount } }

    /// Takes what has arrived, oldest first, without waiting.
    public func drain() -> [Event] {
        state.withLock { state in
            defer { state.buffer.removeAll(keepingCapacity: true) }
            return state.buffer
        }
    }

    /// Ends the subscription: readers see the end of the sequence, the buffer is released.
    public func cancel() {
        let waiters = state.withLock { state in
            state.isCancelled = true
            state.buffer.removeAll()
            defer { state.waiters.removeAll() }
            return state.waiters
        }
        onCancel(self)
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let subscription: EventSubscription

        /// The next event, or nil once the subscription or the reading task is cancelled.
        public mutating func next() async -> Event? {
            await subscription.next()
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(subscription: self)
    }

    func append(_ event: Event) {
        let waiter: Waiter? = state.withLock { state in
            if state.isCancelled { return nil }
            if !state.waiters.isEmpty { return state.waiters.removeFirst() }
            if state.buffer.count < capacity {
                state.buffer.append(event)
            } else {
                state.droppedCount += 1
            }
            return nil
        }
        waiter?.continuation.resume(returning: event)
    }

    private func next() async -> Event? {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready: Event?? = state.withLock { state in
                    if !state.buffer.isEmpty { return .some(state.buffer.removeFirst()) }
                    if state.isCancelled || Task.isCancelled { return .some(nil) }
                    state.waiters.append(Waiter(id: id, continuation: continuation))
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: nil)
        }
    }
}
