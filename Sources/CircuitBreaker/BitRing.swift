/// The last n outcomes, one bit each, with a running count of those that are set.
///
/// Memory: n bits. Adding is O(1) and does not allocate.
struct BitRing: Sendable, Hashable {
    let capacity: Int
    private(set) var count = 0
    private(set) var hits = 0
    private var next = 0
    private var words: [UInt64]

    /// - Parameter capacity: at least 1.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
        words = Array(repeating: 0, count: (self.capacity + 63) / 64)
    }

    mutating func add(isHit: Bool) {
        let word = next >> 6
        let bit: UInt64 = 1 << UInt64(next & 63)
        if count == capacity {
            if words[word] & bit != 0 { hits -= 1 }
        } else {
            count += 1
        }
        if isHit {
            words[word] |= bit
            hits += 1
        } else {
            words[word] &= ~bit
        }
        next += 1
        if next == capacity { next = 0 }
    }
}
