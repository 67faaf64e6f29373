import HardeningCore

/// Where the log of a client is: open addressing with linear probing over a fixed number of slots.
///
/// A slot is 32 bytes, two to a cache line. At most three quarters of the slots are ever occupied, so a look-up
/// reads one or two lines. Keys are keyed fingerprints, which nobody outside can choose, so they are their own hash.
struct KeyTable: BitwiseCopyable {
    struct Slot: BitwiseCopyable {
        var key: Fingerprint
        /// From this moment on the client is indistinguishable from one never seen.
        var expiry: Int64
        /// Nil in an empty slot.
        var block: UnsafeMutableRawPointer?
    }

    let slotCount: Int
    /// Occupied slots at most.
    let limit: Int
    private(set) var count = 0
    private let slots: UnsafeMutablePointer<Slot>

    init(limit: Int) {
        self.limit = limit
        slotCount = limit + limit / 3 + 1
        slots = .allocate(capacity: slotCount)
        slots.initialize(repeating: Slot(key: Fingerprint(high: 0, low: 0), expiry: 0, block: nil), count: slotCount)
    }

    func deallocate() {
        slots.deallocate()
    }

    var byteCount: Int { slotCount * MemoryLayout<Slot>.stride }
    var isFull: Bool { count >= limit }

    @inline(__always)
    subscript(index: Int) -> Slot {
        get { slots[index] }
        nonmutating set { slots[index] = newValue }
    }

    @inline(__always)
    func setExpiry(_ expiry: Int64, at index: Int) { slots[index].expiry = expiry }

    @inline(__always)
    func setBlock(_ block: UnsafeMutableRawPointer, at index: Int) { slots[index].block = block }

    /// The slot a key would have if there were no other: multiplication instead of division.
    @inline(__always)
    private func home(_ key: Fingerprint) -> Int {
        Int(truncatingIfNeeded: key.low.multipliedFullWidth(by: UInt64(truncatingIfNeeded: slotCount)).high)
    }

    /// - Returns: nil when the key is not there.
    @inline(__always)
    func find(_ key: Fingerprint) -> Int? {
        var index = home(key)
        while slots[index].block != nil {
            if slots[index].key.low == key.low && slots[index].key.high == key.high { return index }
            index += 1
            if index == slotCount { index = 0 }
        }
        return nil
    }

    /// Puts a key that is not there into a table that is not full.
    mutating func insert(_ slot: Slot) -> Int {
        var index = home(slot.key)
        while slots[index].block != nil {
            index += 1
            if index == slotCount { index = 0 }
        }
        slots[index] = slot
        count += 1
        return index
    }

    /// Empties a slot and closes the gap, so that no look-up ends early (Knuth, TAOCP 3, 6.4, algorithm R).
    mutating func remove(at index: Int) {
        var gap = index
        var next = index
        while true {
            next += 1
            if next == slotCount { next = 0 }
            guard slots[next].block != nil else { break }
            let distanceFromHome = distance(from: home(slots[next].key), to: next)
            if distanceFromHome >= distance(from: gap, to: next) {
                slots[gap] = slots[next]
                gap = next
            }
        }
        slots[gap].block = nil
        count -= 1
    }

    private func distance(from start: Int, to end: Int) -> Int {
        end >= start ? end - start : end - start + slotCount
    }
}
