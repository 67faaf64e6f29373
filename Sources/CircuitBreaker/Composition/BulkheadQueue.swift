/// Who is in a bulkhead and who waits, in order.
///
/// While anyone waits all places are taken: a place that becomes free is handed on and never seen free, so no newcomer overtakes.
struct BulkheadQueue {
    typealias Turn = CheckedContinuation<Answer, Never>

    /// How a wait ended.
    enum Answer: Sendable {
        case place
        case cancelled
        case full
        case expired
    }

    enum Entry {
        case entered
        case refused
        case mustQueue
    }

    private var counts = Bulkhead.Snapshot()
    // By position; served from `head`, removed ones are holes that are skipped.
    private var queue: [UInt64: (ticket: UInt64, turn: Turn)] = [:]
    private var positions: [UInt64: UInt64] = [:]
    private var head: UInt64 = 0
    private var tail: UInt64 = 0
    private var nextTicket: UInt64 = 0

    var snapshot: Bulkhead.Snapshot {
        var snapshot = counts
        snapshot.queued = queue.count
        return snapshot
    }

    mutating func enter(limit: Int, maxQueued: Int) -> Entry {
        if counts.inFlight < limit {
            counts.inFlight += 1
            return .entered
        }
        if queue.count < maxQueued { return .mustQueue }
        counts.rejected &+= 1
        return .refused
    }

    mutating func takeTicket() -> UInt64 {
        defer { nextTicket &+= 1 }
        return nextTicket
    }

    /// - Returns: nil if the turn waits now.
    mutating func park(_ ticket: UInt64, _ turn: Turn, limit: Int, maxQueued: Int, isOver: Bool) -> Answer? {
        switch enter(limit: limit, maxQueued: maxQueued) {
        case .entered: return .place
        case .refused: return .full  // it filled meanwhile
        case .mustQueue: break
        }
        if isOver {
            counts.expired &+= 1
            return .expired
        }
        queue[tail] = (ticket, turn)
        positions[ticket] = tail
        tail &+= 1
        return nil
    }

    /// - Returns: the turn to resume, or nil if it does not wait.
    mutating func remove(_ ticket: UInt64, _ answer: Answer) -> Turn? {
        guard let position = positions.removeValue(forKey: ticket) else { return nil }
        if case .expired = answer { counts.expired &+= 1 }
        return queue.removeValue(forKey: position)?.turn
    }

    /// - Returns: the turn that gets the place; nil if the place is free now.
    mutating func leave() -> Turn? {
        while head < tail {
            defer { head &+= 1 }
            if let (ticket, turn) = queue.removeValue(forKey: head) {
                positions[ticket] = nil
                return turn
            }
        }
        counts.inFlight -= 1
        return nil
    }
}
