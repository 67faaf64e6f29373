import HardeningCore

/// The records of the clients: open addressing with linear probing over a fixed number of cache lines.
///
/// At most three quarters of the lines are ever occupied, so a look-up reads one or two, and what it finds is
/// already all that most decisions need. Keys are keyed fingerprints, which nobody outside can choose, so they are
/// their own hash.
///
/// A record stays where it is until another is removed.
struct KeyTable: BitwiseCopyable {
    private let records: UnsafeMutablePointer<ClientRecord>
    let slotCount: Int
    /// Records at most.
    private let limit: Int
    private(set) var count = 0

    init(limit: Int) {
        self.limit = limit
        slotCount = limit + limit / 3 + 1
        let size = slotCount * MemoryLayout<ClientRecord>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        records = memory.initializeMemory(as: ClientRecord.self, repeating: .vacant, count: slotCount)
    }

    func deallocate() {
        records.deallocate()
    }

    var byteCount: Int { slotCount * MemoryLayout<ClientRecord>.stride }
    var isFull: Bool { count >= limit }
    /// How many more records fit.
    var room: Int { limit - count }

    /// The record in a slot; see ``ClientRecord/isVacant``.
    @inline(__always)
    subscript(slot: Int) -> UnsafeMutablePointer<ClientRecord> { records + slot }

    /// The slot a key would have if there were no other: multiplication instead of division.
    @inline(__always)
    private func home(_ key: Fingerprint) -> Int {
        Int(truncatingIfNeeded: key.low.multipliedFullWidth(by: UInt64(truncatingIfNeeded: slotCount)).high)
    }

    private func next(_ slot: Int) -> Int { slot + 1 == slotCount ? 0 : slot + 1 }

    /// - Returns: the slot of the key; nil when it is not there.
    @inline(__always)
    func find(_ key: Fingerprint) -> Int? {
        var slot = home(key)
        while !records[slot].isVacant {
            if records[slot].key.low == key.low && records[slot].key.high == key.high { return slot }
            slot &+= 1
            if slot == slotCount { slot = 0 }
        }
        return nil
    }

    /// Puts a record for a key that is not there into a table that is not full.
    mutating func insert(_ record: ClientRecord) -> UnsafeMutablePointer<ClientRecord> {
        var slot = home(record.key)
        while !records[slot].isVacant { slot = next(slot) }
        records[slot] = record
        count += 1
        return records + slot
    }

    /// Empties a slot and closes the gap, so that no look-up ends early (Knuth, TAOCP 3, 6.4, algorithm R).
    mutating func remove(at slot: Int) {
        var gap = slot
        var later = next(slot)
        while !records[later].isVacant {
            if distance(from: home(records[later].key), to: later) >= distance(from: gap, to: later) {
                records[gap] = records[later]
                gap = later
            }
            later = next(later)
        }
        records[gap] = .vacant
        count -= 1
    }

    private func distance(from start: Int, to end: Int) -> Int {
        end >= start ? end - start : end - start + slotCount
    }
}
