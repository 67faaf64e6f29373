/// The bounded table behind ``BreakerRegistry``: breakers by key, and who has to make room.
///
/// Eviction is CLOCK, the usual approximation of least recently used (F. J. Corbató, "A Paging Experiment
/// with the Multics System", 1968): a look-up only sets a bit.
struct BreakerTable {
    private struct Entry {
        let key: String
        var breaker: Breaker
        /// Used since the hand last passed.
        var isRecent = true
    }

    private let capacity: Int
    private var entries: [Entry] = []
    private var positions: [String: Int] = [:]
    private var hand = 0

    /// Entries looked at for eviction in one insertion: bounds the time under the lock.
    private static let stepsPerEviction = 64

    /// - Parameter capacity: at least 1.
    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { entries.count }
    var breakers: [Breaker] { entries.map(\.breaker) }

    mutating func find(_ key: String) -> Breaker? {
        guard let position = positions[key] else { return nil }
        entries[position].isRecent = true
        return entries[position].breaker
    }

    /// - Parameter key: one that is not in the table.
    /// - Returns: false if there is no room.
    mutating func insert(_ breaker: Breaker, for key: String) -> Bool {
        let entry = Entry(key: key, breaker: breaker)
        if entries.count < capacity {
            positions[key] = entries.count
            entries.append(entry)
            return true
        }
        guard let position = evictablePosition() else { return false }
        positions[entries[position].key] = nil
        positions[key] = position
        entries[position] = entry
        return true
    }

    /// Moves the hand to the next breaker that is idle, held by nobody and not recently used.
    private mutating func evictablePosition() -> Int? {
        for _ in 0..<min(2 * entries.count, Self.stepsPerEviction) {
            let position = hand
            hand = (hand + 1) % entries.count
            if entries[position].isRecent {
                entries[position].isRecent = false
            } else if isKnownUniquelyReferenced(&entries[position].breaker) && entries[position].breaker.isIdle {
                return position
            }
        }
        return nil
    }
}
