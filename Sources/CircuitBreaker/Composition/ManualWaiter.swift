public import HardeningCore
import Synchronization

/// Waiting on ``ManualTime``: nobody sleeps, ``advance(by:)`` wakes whoever is due.
///
/// For tests and simulations. Move time through this type; time moved elsewhere wakes nobody until the next advance.
/// Memory: one entry for every task that waits.
public final class ManualWaiter: Sendable {
    private struct Sleeper {
        let id: UInt64
        let until: MonotonicTime
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct Watcher {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var nextID: UInt64 = 0
        var sleepers: [Sleeper] = []
        var watchers: [Watcher] = []

        mutating func satisfiedWatchers() -> [Watcher] {
            let count = sleepers.count
            defer { watchers.removeAll { $0.count <= count } }
            return watchers.filter { $0.count <= count }
        }
    }

    public let time: ManualTime
    private let state = Mutex(State())

    public init(_ time: ManualTime = ManualTime()) {
        self.time = time
    }

    /// The number of tasks that wait.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Moves time and wakes everyone who is due, the earliest first, equals in the order they came.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            time.advance(by: duration)
            let now = time.monotonic
            let due = state.sleepers.filter { $0.until <= now }
            state.sleepers.removeAll { $0.until <= now }
            return due.sorted { ($0.until, $0.id) < ($1.until, $1.id) }
        }
        for sleeper in due { sleeper.continuation.resume(returning: true) }
    }

    /// Returns once at least `count` tasks wait; the deterministic replacement for a sleep in a test.
    public func untilParked(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append(Watcher(count: count, continuation: continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func wait(until moment: MonotonicTime) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isDue = await withTaskCancellationHandler {
            await withCheckedContinuation { park(id, until: moment, $0) }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.sleepers.firstIndex { $0.id == id }.map { state.sleepers.remove(at: $0) }
            }
            sleeper?.continuation.resume(returning: false)
        }
        if !isDue { throw CancellationError() }
    }

    private func park(_ id: UInt64, until moment: MonotonicTime, _ continuation: CheckedContinuation<Bool, Never>) {
        let (answer, watchers): (Bool?, [Watcher]) = state.withLock { state in
            if Task.isCancelled { return (false, []) }
            if moment <= time.monotonic { return (true, []) }
            state.sleepers.append(Sleeper(id: id, until: moment, continuation: continuation))
            return (nil, state.satisfiedWatchers())
        }
        if let answer { continuation.resume(returning: answer) }
        for watcher in watchers { watcher.continuation.resume() }
    }
}
