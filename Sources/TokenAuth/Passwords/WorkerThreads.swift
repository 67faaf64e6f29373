import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Runs blocking work on a bounded number of threads of its own, first come first served.
///
/// Work of hundreds of milliseconds on Swift's cooperative pool, which has one thread a core, would
/// stop every other task of the process. A thread is started when there is work and ends when there
/// is none: starting one takes microseconds, and nothing is left to shut down.
final class WorkerThreads: Sendable {
    enum Refusal: Error {
        /// The queue is full; so many pieces of work are ahead for each thread.
        case full(aheadPerThread: Int)
        case cancelled
    }

    private struct Job {
        let id: UInt64
        let run: @Sendable () -> Void
        let refuse: @Sendable (Refusal) -> Void
    }

    private struct State {
        var queue: [Job] = []
        var cancelled: Set<UInt64> = []
        var threads = 0
        /// Jobs taken from the queue and not finished.
        var running = 0
        var nextID: UInt64 = 0
    }

    private enum Admission {
        case queued(needsThread: Bool)
        case refused(Refusal)
    }

    private let threadLimit: Int
    private let queueLimit: Int
    private let state = Mutex(State())

    init(threads: Int, queueLimit: Int) {
        threadLimit = max(1, threads)
        self.queueLimit = max(0, queueLimit)
    }

    /// Pieces of work waiting, not counting those that run.
    var queuedCount: Int { state.withLock { $0.queue.count } }

    /// Runs `work` on one of the threads.
    ///
    /// What is queued leaves when the task is cancelled; what runs is finished.
    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(Refusal) -> Value {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let result: Result<Value, Refusal> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let job = Job(
                    id: id, run: { continuation.resume(returning: .success(work())) },
                    refuse: { continuation.resume(returning: .failure($0)) })
                submit(job)
            }
        } onCancel: {
            cancel(id)
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        return try result.get()
    }

    /// Runs `work` on one of the threads without anybody waiting for it.
    ///
    /// - Parameter refuse: called instead, when the queue is full or no thread can be had.
    func enqueue(_ work: @escaping @Sendable () -> Void, orElse refuse: @escaping @Sendable (Refusal) -> Void) {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        submit(Job(id: id, run: work, refuse: refuse))
    }

    private func submit(_ job: Job) {
        let admission: Admission = state.withLock { state in
            // Cancelled before it got here: nothing else would ever wake it.
            if state.cancelled.contains(job.id) { return .refused(.cancelled) }
            let needsThread = state.threads < threadLimit
            guard state.queue.count + state.running < threadLimit + queueLimit else {
                return .refused(.full(aheadPerThread: state.queue.count / threadLimit + 1))
            }
            state.queue.append(job)
            if needsThread { state.threads += 1 }
            return .queued(needsThread: needsThread)
        }
        switch admission {
        case .refused(let refusal): job.refuse(refusal)
        case .queued(needsThread: false): break
        case .queued(needsThread: true):
            if !startThread() { threadDidNotStart() }
        }
    }

    private func cancel(_ id: UInt64) {
        let job: Job? = state.withLock { state in
            guard let index = state.queue.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            return state.queue.remove(at: index)
        }
        job?.refuse(.cancelled)
    }

    private func work() {
        while let job = next() {
            job.run()
            state.withLock { $0.running -= 1 }
        }
    }

    private func next() -> Job? {
        state.withLock { state in
            if state.queue.isEmpty {
                state.threads -= 1
                return nil
            }
            state.running += 1
            return state.queue.removeFirst()
        }
    }

    /// Without any thread nothing would ever run: whoever waits is told so.
    private func threadDidNotStart() {
        let stranded: [Job] = state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return [] }
            defer { state.queue.removeAll() }
            return state.queue
        }
        for job in stranded { job.refuse(.full(aheadPerThread: 1)) }
    }

    private func startThread() -> Bool {
        // Balanced by `takeRetainedValue` on the new thread, or below when there is none.
        let reference = Unmanaged.passRetained(self)
        #if canImport(Darwin)
            var thread: pthread_t?
            let status = pthread_create(
                &thread, nil,
                { argument in
                    Unmanaged<WorkerThreads>.fromOpaque(argument).takeRetainedValue().work()
                    return nil
                }, reference.toOpaque())
            if status == 0, let thread { pthread_detach(thread) }
        #else
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { argument in
                    if let argument { Unmanaged<WorkerThreads>.fromOpaque(argument).takeRetainedValue().work() }
                    return nil
                }, reference.toOpaque())
            if status == 0 { pthread_detach(thread) }
        #endif
        if status != 0 { reference.release() }
        return status == 0
    }
}
