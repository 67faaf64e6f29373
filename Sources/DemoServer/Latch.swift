import Synchronization

/// A value that becomes known once, and those who wait for it.
///
/// The first result wins, later ones are ignored. Memory: one continuation per waiting task.
final class Latch<Value: Sendable>: Sendable {
    private enum State {
        case waiting([UInt64: CheckedContinuation<Value, any Error>], next: UInt64)
        case settled(Result<Value, any Error>)
    }

    private let state = Mutex(State.waiting([:], next: 0))

    /// Makes the value, or the reason that there will be none, known.
    func settle(_ result: Result<Value, any Error>) {
        let waiters = state.withLock { state -> [CheckedContinuation<Value, any Error>] in
            guard case .waiting(let waiters, _) = state else { return [] }
            state = .settled(result)
            return Array(waiters.values)
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    /// The value, as soon as it is known.
    ///
    /// - Throws: the reason there is none, or `CancellationError` when the waiting task is cancelled.
    var value: Value {
        get async throws {
            let id = state.withLock { state -> UInt64 in
                guard case .waiting(let waiters, let next) = state else { return 0 }
                state = .waiting(waiters, next: next &+ 1)
                return next
            }
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let ready = state.withLock { state -> Result<Value, any Error>? in
                        switch state {
                        case .settled(let result): return result
                        case .waiting(var waiters, let next):
                            if Task.isCancelled { return .failure(CancellationError()) }
                            waiters[id] = continuation
                            state = .waiting(waiters, next: next)
                            return nil
                        }
                    }
                    if let ready { continuation.resume(with: ready) }
                }
            } onCancel: {
                let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
                    guard case .waiting(var waiters, let next) = state else { return nil }
                    defer { state = .waiting(waiters, next: next) }
                    return waiters.removeValue(forKey: id)
                }
                waiter?.resume(throwing: CancellationError())
            }
        }
    }
}
