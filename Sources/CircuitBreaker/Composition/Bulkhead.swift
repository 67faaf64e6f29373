import HardeningCore
import Synchronization

/// Bounds how many calls run at once, and how many wait for that, and for how long.
///
/// Keeps one slow dependency from taking every task and connection of the service (Nygard, "Release It!", 2007). Waiters are
/// served in the order they came. Uncontended: two short locks, no task, no hop, no
/// allocation. Memory: at most `maxQueued` continuations.
public final class Bulkhead: Sendable {
    /// Counts at one moment; `rejected` and `expired` since it was made.
    public struct Snapshot: Sendable, Hashable {
        public internal(set) var inFlight = 0
        public internal(set) var queued = 0
        /// Calls that found no room.
        public internal(set) var rejected: UInt64 = 0
        /// Calls that waited for as long as they may.
        public internal(set) var expired: UInt64 = 0
    }

    public let limit: Int
    public let maxQueued: Int
    public let maxWait: Duration?
    public let retryHint: Duration?
    let waiter: Waiter
    private let state = Mutex(BulkheadQueue())

    /// - Parameters:
    ///   - limit: calls at once, 1…1,000,000.
    ///   - maxQueued: calls that may wait, 0…1,000,000; none by default, because a queue hides overload.
    ///   - maxWait: how long a call may wait, positive and finite; nil leaves that to the caller's own deadline.
    ///   - retryHint: what a refused caller is told to wait, positive and finite. A bulkhead cannot know when a call ends, so
    ///     this is your guess; nil, the default, says nothing, and then ``Retry`` does not retry a refusal.
    ///   - waiter: the clock of `maxWait`.
    /// - Throws: ``CompositionError``.
    public init(
        limit: Int, maxQueued: Int = 0, maxWait: Duration? = nil, retryHint: Duration? = nil, waiter: Waiter = .system
    ) throws(CompositionError) {
        try CompositionError.check((1...1_000_000).contains(limit), .bulkheadLimit, "the number of calls at once must be 1…1000000")
        try CompositionError.check((0...1_000_000).contains(maxQueued), .bulkheadQueue, "the length of the queue must be 0…1000000")
        try CompositionError.check(
            maxWait?.isUsableLimit ?? true, .bulkheadWait, "the longest wait in the queue must be positive and finite")
        try CompositionError.check(
            retryHint?.isUsableLimit ?? true, .bulkheadHint, "the hint to a refused caller must be positive and finite")
        self.limit = limit
        self.maxQueued = maxQueued
        self.maxWait = maxWait
        self.retryHint = retryHint
        self.waiter = waiter
    }

    public var snapshot: Snapshot { state.withLock { $0.snapshot } }

    /// Makes a call when there is room.
    ///
    /// - Throws: ``BulkheadFull``, `CancellationError` if cancelled before its turn, and what `operation` throws.
    public func run<Value>(_ operation: () async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        switch state.withLock({ $0.enter(limit: limit, maxQueued: maxQueued) }) {
        case .entered: break
        case .refused: throw BulkheadFull(self, .full)
        case .mustQueue: try await queue()
        }
        defer { leave() }
        // The turn may have come in the instant of the cancellation.
        try Task.checkCancellation()
        return try await operation()
    }

    /// Returns with a place, or throws without one.
    private func queue() async throws {
        let ticket = state.withLock { $0.takeTicket() }
        switch await turn(ticket) {
        case .place: return
        case .cancelled: throw CancellationError()
        case .full: throw BulkheadFull(self, .full)
        case .expired: throw BulkheadFull(self, .waited)
        }
    }

    private func turn(_ ticket: UInt64) async -> BulkheadQueue.Answer {
        guard let maxWait else { return await parked(ticket, until: .distantFuture) }
        let moment = waiter.time.monotonic.advanced(by: maxWait)
        return await withTaskGroup(of: Void.self) { group in
            // The timer answers through the queue, so that it cannot take a place back that was just handed over.
            group.addTask {
                if (try? await self.waiter.wait(until: moment)) != nil { self.end(ticket, .expired) }
            }
            defer { group.cancelAll() }
            return await self.parked(ticket, until: moment)
        }
    }

    private func parked(_ ticket: UInt64, until moment: MonotonicTime) async -> BulkheadQueue.Answer {
        await withTaskCancellationHandler {
            await withCheckedContinuation { turn in
                let answer: BulkheadQueue.Answer? = state.withLock { state in
                    // Checked under the lock: the handler and the timer either come later, or are seen here.
                    if Task.isCancelled { return .cancelled }
                    let isOver = moment != .distantFuture && moment <= waiter.time.monotonic
                    return state.park(ticket, turn, limit: limit, maxQueued: maxQueued, isOver: isOver)
                }
                if let answer { turn.resume(returning: answer) }
            }
        } onCancel: {
            end(ticket, .cancelled)
        }
    }

    /// Ends a wait; not there any more means that it has its turn, which `run` hands on.
    private func end(_ ticket: UInt64, _ answer: BulkheadQueue.Answer) {
        state.withLock { $0.remove(ticket, answer) }?.resume(returning: answer)
    }

    /// Hands the place to the next waiter, or frees it.
    private func leave() {
        state.withLock { $0.leave() }?.resume(returning: .place)
    }
}

/// Our own bulkhead had no room: the call was not made.
///
/// Neutral to a breaker around it (``OutcomeClassified``).
public struct BulkheadFull: Error, Sendable, Hashable {
    /// Why, with a stable code.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// All places were taken, and the queue too.
        case full = "BULKHEAD_FULL"
        /// No place became free in the longest wait.
        case waited = "BULKHEAD_WAIT_OVER"
    }

    public let reason: Reason
    public let limit: Int
    public let maxQueued: Int
    /// The guess the bulkhead was made with, if any.
    public let retryAfter: Duration?

    public var code: String { reason.rawValue }

    init(_ bulkhead: Bulkhead, _ reason: Reason) {
        self.reason = reason
        limit = bulkhead.limit
        maxQueued = bulkhead.maxQueued
        retryAfter = bulkhead.retryHint
    }
}
