import Synchronization

/// Bounds how many calls run at once, and how many wait for that.
///
/// Keeps one slow dependency from taking every task and connection of the service (Nygard, "Release It!", 2007). Waiters are
/// served in the order they came. Uncontended: one short lock, no task, no hop. Memory: at most `maxQueued` continuations.
public final class Bulkhead: Sendable {
    /// Counts at one moment; `rejected` since it was made.
    public struct Snapshot: Sendable, Hashable {
        public internal(set) var inFlight = 0
        public internal(set) var queued = 0
        public internal(set) var rejected: UInt64 = 0
    }

    private typealias Turn = CheckedContinuation<Bool, Never>

    private struct State {
        var inFlight = 0
        var rejected: UInt64 = 0
        // By place; served from `head`, cancelled ones are holes that are skipped.
        var queue: [UInt64: (ticket: UInt64, turn: Turn)] = [:]
        var places: [UInt64: UInt64] = [:]
        var head: UInt64 = 0
        var tail: UInt64 = 0
        var nextTicket: UInt64 = 0

        mutating func append(_ ticket: UInt64, _ turn: Turn) {
            queue[tail] = (ticket, turn)
            places[ticket] = tail
            tail += 1
        }

        mutating func remove(_ ticket: UInt64) -> Turn? {
            places.removeValue(forKey: ticket).flatMap { queue.removeValue(forKey: $0) }?.turn
        }

        mutating func next() -> Turn? {
            while head < tail {
                defer { head += 1 }
                if let (ticket, turn) = queue.removeValue(forKey: head) {
                    places[ticket] = nil
                    return turn
                }
            }
            return nil
        }
    }

    public let limit: Int
    public let maxQueued: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: calls at once, 1…1,000,000.
    ///   - maxQueued: calls that may wait, 0…1,000,000; none by default, because a queue hides overload.
    /// - Throws: ``CompositionError``.
    public init(limit: Int, maxQueued: Int = 0) throws(CompositionError) {
        try CompositionError.check((1...1_000_000).contains(limit), .bulkheadLimit, "the number of calls at once must be 1…1000000")
        try CompositionError.check((0...1_000_000).contains(maxQueued), .bulkheadQueue, "the length of the queue must be 0…1000000")
        self.limit = limit
        self.maxQueued = maxQueued
    }

    public var snapshot: Snapshot {
        state.withLock { Snapshot(inFlight: $0.inFlight, queued: $0.queue.count, rejected: $0.rejected) }
    }

    /// Makes a call when there is room.
    ///
    /// - Throws: ``BulkheadFull``, `CancellationError` if cancelled before its turn, and what `operation` throws.
    public func run<Value>(_ operation: () async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        if try !enter() { try await waitForTurn() }
        defer { leave() }
        // The turn may have come in the instant of the cancellation.
        try Task.checkCancellation()
        return try await operation()
    }

    /// - Returns: false if the caller has to queue.
    private func enter() throws(BulkheadFull) -> Bool {
        let entered: Bool? = state.withLock { state in
            if state.inFlight < limit {
                state.inFlight += 1
                return true
            }
            if state.queue.count < maxQueued { return false }
            state.rejected &+= 1
            return nil
        }
        guard let entered else { throw BulkheadFull(limit: limit, maxQueued: maxQueued) }
        return entered
    }

    private func waitForTurn() async throws {
        let ticket = state.withLock { state in
            defer { state.nextTicket += 1 }
            return state.nextTicket
        }
        let hasTurn = await withTaskCancellationHandler {
            await withCheckedContinuation { park($0, ticket) }
        } onCancel: {
            // Not there any more means: it has its turn, and run hands it on.
            state.withLock { $0.remove(ticket) }?.resume(returning: false)
        }
        if hasTurn { return }
        try Task.checkCancellation()
        throw BulkheadFull(limit: limit, maxQueued: maxQueued)
    }

    private func park(_ turn: Turn, _ ticket: UInt64) {
        let answer: Bool? = state.withLock { state in
            if Task.isCancelled { return false }
            if state.inFlight < limit {
                state.inFlight += 1
                return true
            }
            if state.queue.count >= maxQueued {  // it filled meanwhile
                state.rejected &+= 1
                return false
            }
            state.append(ticket, turn)
            return nil
        }
        if let answer { turn.resume(returning: answer) }
    }

    /// Hands the place to the next waiter, or frees it.
    private func leave() {
        let turn: Turn? = state.withLock { state in
            if let turn = state.next() { return turn }
            state.inFlight -= 1
            return nil
        }
        turn?.resume(returning: true)
    }
}

/// Our own bulkhead had no room: the call was not made.
///
/// Neutral to a breaker around it: classify it as ``Breaker/Outcome/ignored``.
public struct BulkheadFull: Error, Sendable, Hashable {
    public let code = "BULKHEAD_FULL"
    public let limit: Int
    public let maxQueued: Int
}
