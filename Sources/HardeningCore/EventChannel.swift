import Synchronization

/// Delivers what a library decided to whoever subscribed, without slowing the decision.
///
/// The owner records an event while it holds its own lock, so that events keep the order of the
/// decisions, and delivers after it has let go, so that nothing foreign runs under a lock. Delivery
/// appends to a bounded buffer per subscriber and returns: a subscriber that is slow, throws, blocks
/// or calls back into the library delays nobody. What does not fit is counted in
/// ``EventSubscription/droppedCount``, never lost silently.
///
/// Cost: one atomic load per event while nobody is subscribed.
public final class EventChannel<Event: Sendable>: Sendable {
    private struct State {
        var pending: [Event] = []
        var isDelivering = false
        var subscribers: [EventSubscription<Event>] = []
    }

    private let hasSubscribers = Atomic(false)
    private let state = Mutex(State())

    public init() {}

    /// Opens a subscription that sees every event recorded from now on.
    ///
    /// It ends when ``EventSubscription/cancel()`` is called; until then it occupies its buffer.
    ///
    /// - Parameter capacity: events kept for a subscriber that has not read them yet, at least 1.
    ///   When full, newer events are dropped and counted: the first ones explain how it began.
    public func subscribe(capacity: Int = 1024) -> EventSubscription<Event> {
        let subscription = EventSubscription<Event>(capacity: capacity) { [weak self] finished in
            self?.remove(finished)
        }
        state.withLock { $0.subscribers.append(subscription) }
        hasSubscribers.store(true, ordering: .releasing)
        return subscription
    }

    /// Notes an event in order.
    ///
    /// May be called under the owner's lock: it calls nobody.
    package func record(_ event: @autoclosure () -> Event) {
        guard hasSubscribers.load(ordering: .acquiring) else { return }
        let event = event()
        state.withLock { $0.pending.append(event) }
    }

    /// Hands recorded events to the subscribers, in order.
    ///
    /// Call it after the owner's lock is released. One caller delivers at a time; others return at once and leave their events to it.
    package func deliver() {
        guard hasSubscribers.load(ordering: .acquiring) else { return }
        var isDeliverer = false
        while true {
            let batch: (events: [Event], subscribers: [EventSubscription<Event>])? = state.withLock { state in
                if state.isDelivering && !isDeliverer { return nil }
                state.isDelivering = !state.pending.isEmpty
                guard state.isDelivering else { return nil }
                defer { state.pending.removeAll(keepingCapacity: false) }
                return (state.pending, state.subscribers)
            }
            guard let batch else { return }
            isDeliverer = true
            for event in batch.events {
                for subscriber in batch.subscribers { subscriber.append(event) }
            }
        }
    }

    /// ``record(_:)`` and ``deliver()`` for owners without a lock of their own.
    package func send(_ event: @autoclosure () -> Event) {
        record(event())
        deliver()
    }

    private func remove(_ subscription: EventSubscription<Event>) {
        state.withLock { state in
            state.subscribers.removeAll { $0 === subscription }
            hasSubscribers.store(!state.subscribers.isEmpty, ordering: .releasing)
            if state.subscribers.isEmpty { state.pending.removeAll() }
        }
    }
}
