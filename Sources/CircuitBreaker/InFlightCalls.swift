import HardeningCore

/// The calls in flight, oldest first: a doubly linked list in one array.
///
/// Memory: 16 bytes for every call watched, at most ``capacity``. All operations are O(1) but ``overdue(_:limit:at:)``.
package struct InFlightCalls: Sendable, Hashable {
    private struct Slot: Sendable, Hashable {
        var startedAt: MonotonicTime
        var older: Int32
        var newer: Int32
    }

    static let capacity = 1024
    private static let none: Int32 = -1

    private var slots: [Slot] = []
    private var oldest = none
    private var newest = none
    /// Chained through `newer`.
    private var free = none
    package private(set) var count = 0

    /// - Returns: what ends the call, 0 when there is no room and it is not watched.
    mutating func begin(at now: MonotonicTime) -> Int32 {
        let index: Int32
        // A clock that went back must not break the order.
        let startedAt = newest == Self.none ? now : max(now, slots[Int(newest)].startedAt)
        let slot = Slot(startedAt: startedAt, older: newest, newer: Self.none)
        if free != Self.none {
            index = free
            free = slots[Int(index)].newer
            slots[Int(index)] = slot
        } else if slots.count < Self.capacity {
            index = Int32(slots.count)
            slots.append(slot)
        } else {
            return 0
        }
        if newest == Self.none { oldest = index } else { slots[Int(newest)].newer = index }
        newest = index
        count += 1
        return index + 1
    }

    /// - Parameter ticket: from ``begin(at:)`` since the last ``clear()``, once.
    mutating func end(_ ticket: Int32) {
        let index = ticket - 1
        guard slots.indices.contains(Int(index)) else { return }
        let slot = slots[Int(index)]
        if slot.older == Self.none { oldest = slot.newer } else { slots[Int(slot.older)].newer = slot.newer }
        if slot.newer == Self.none { newest = slot.older } else { slots[Int(slot.newer)].older = slot.older }
        slots[Int(index)].newer = free
        free = index
        count -= 1
    }

    /// When the `calls`-th oldest call was in flight for `limit`, if it is for longer now.
    ///
    /// - Complexity: O(1) when the oldest is not overdue, else O(`calls`).
    func overdue(_ calls: Int, limit: Duration, at now: MonotonicTime) -> MonotonicTime? {
        guard count >= calls else { return nil }
        var index = oldest
        var moment: MonotonicTime?
        for _ in 0..<calls {
            guard index != Self.none else { return nil }
            let due = slots[Int(index)].startedAt.advanced(by: limit)
            guard due < now else { return nil }
            moment = due
            index = slots[Int(index)].newer
        }
        return moment
    }

    mutating func clear() {
        self = InFlightCalls()
    }
}
