import Synchronization

/// Steps that wait for the one writer of a file, in the order they came, bounded.
///
/// Whoever adds a step while nobody writes must start the writer; the writer takes batches until there is none, and has then stopped.
/// Both are decided under one lock, so that no step is left behind between a last look and a stop.
final class WaitingSteps<Step: Sendable>: Sendable {
    enum Admission {
        /// Too many wait; the step was not kept.
        case refused
        /// A writer is at work and will come to it.
        case waits
        /// As ``waits``, once the caller has started a writer.
        case startsWriter
    }

    private struct State {
        var steps: [Step] = []
        var acceptedCount = 0
        var isWriting = false
    }

    let capacity: Int
    private let batchSize: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - capacity: steps that may wait, at least 1.
    ///   - batchSize: steps in one transaction at most, at least 1.
    init(capacity: Int, batchSize: Int) {
        self.capacity = max(1, capacity)
        self.batchSize = max(1, batchSize)
    }

    /// Steps that were kept so far, those that were taken included.
    var acceptedCount: Int { state.withLock { $0.acceptedCount } }

    func add(_ step: Step) -> Admission {
        state.withLock { state in
            guard state.steps.count < capacity else { return .refused }
            state.steps.append(step)
            state.acceptedCount &+= 1
            defer { state.isWriting = true }
            return state.isWriting ? .waits : .startsWriter
        }
    }

    /// The writer's next batch; when it is empty, the writer has stopped.
    func nextBatch() -> [Step] {
        state.withLock { state in
            let batch = Array(state.steps.prefix(batchSize))
            state.steps.removeFirst(batch.count)
            state.isWriting = !batch.isEmpty
            return batch
        }
    }
}
