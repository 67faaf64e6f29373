import Synchronization

/// Reads a stream in a task of its own, one element for each that is asked for.
///
/// The consumer can so leave at a deadline even when the stream does not react to cancellation; the task ends as soon as it
/// does. Nothing is read ahead.
final class StreamPump<Element: Sendable>: Sendable {
    private typealias Delivery = Result<Element?, any Error>

    private struct State {
        var task: Task<Void, Never>?
        var isStopped = false
        /// Elements asked for and not yet begun to be read: 0 or 1.
        var isWanted = false
        var pump: CheckedContinuation<Bool, Never>?
        var consumer: CheckedContinuation<Delivery, Never>?
        /// What arrived while no consumer was waiting for it.
        var arrived: Delivery?
        /// Kept so that asking again after the end answers again.
        var hasEnded = false
    }

    private let state = Mutex(State())

    /// Begins to wait for the first demand.
    func start<Base: AsyncSequence & Sendable>(_ base: Base) where Base.Element == Element {
        let task = Task {
            var iterator = base.makeAsyncIterator()
            while await demand() {
                do {
                    guard let element = try await iterator.next() else { return end(.success(nil)) }
                    deliver(.success(element))
                } catch {
                    return end(.failure(error))
                }
            }
        }
        let isStopped = state.withLock { state in
            if !state.hasEnded { state.task = task }
            return state.isStopped
        }
        if isStopped { task.cancel() }
    }

    /// Cancels the reading; whoever waits gets `CancellationError`.
    func stop() {
        let (task, pump, consumer) = state.withLock { state in
            state.isStopped = true
            defer { (state.task, state.pump, state.consumer) = (nil, nil, nil) }
            return (state.task, state.pump, state.consumer)
        }
        task?.cancel()
        pump?.resume(returning: false)
        consumer?.resume(returning: .failure(CancellationError()))
    }

    /// Asks for one element and waits for it.
    ///
    /// - Throws: what the stream throws, and `CancellationError` as soon as the calling task is cancelled.
    func receive() async throws -> Element? {
        let delivery: Delivery = await withTaskCancellationHandler {
            await withCheckedContinuation { consumer in
                let (ready, pump): (Delivery?, CheckedContinuation<Bool, Never>?) = state.withLock { state in
                    if let arrived = state.arrived.take() { return (arrived, nil) }
                    if state.hasEnded { return (.success(nil), nil) }
                    if state.isStopped || Task.isCancelled || state.consumer != nil { return (.failure(CancellationError()), nil) }
                    state.consumer = consumer
                    state.isWanted = state.pump == nil
                    return (nil, state.pump.take())
                }
                if let ready { consumer.resume(returning: ready) }
                pump?.resume(returning: true)
            }
        } onCancel: {
            state.withLock { $0.consumer.take() }?.resume(returning: .failure(CancellationError()))
        }
        return try delivery.get()
    }

    /// - Returns: true when an element is asked for, false when the reading is over.
    private func demand() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.isStopped { return false }
                if state.isWanted {
                    state.isWanted = false
                    return true
                }
                state.pump = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    private func end(_ delivery: sending Result<Element?, any Error>) {
        state.withLock { state in
            state.hasEnded = true
            state.task = nil
        }
        deliver(delivery)
    }

    private func deliver(_ delivery: sending Result<Element?, any Error>) {
        let consumer = state.withLock { state in
            if let consumer = state.consumer.take() { return consumer as CheckedContinuation<Delivery, Never>? }
            if !state.isStopped { state.arrived = delivery }
            return nil
        }
        consumer?.resume(returning: delivery)
    }
}
