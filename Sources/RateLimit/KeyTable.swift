import HardeningCore

/// Where the record of a client is: open addressing with linear probing over a fixed number of 4-byte slots.
///
/// A slot holds the position of a record and, in the bits that leaves, a part of the key, so that a look-up reads one
/// line of slots and then one record, the right one. At most two thirds of the slots are ever occupied. Keys are keyed
/// fingerprints, which nobody outside can choose, so they are their own hash.
///
/// Records never move: a pointer to one is good until it is removed.
struct KeyTable: BitwiseCopyable {
    private let slots: UnsafeMutablePointer<UInt32>
    private let records: UnsafeMutablePointer<ClientRecord>
    private let slotCount: Int
    /// The bits of a slot that hold the position + 1 of a record; 0 in an empty slot.
    private let positionMask: UInt32
    /// Records at most.
    private let limit: UInt32
    private(set) var count = 0
    /// Records from here on were never used, and their memory never touched.
    private var fresh: UInt32 = 0
    /// The first of the records that were used and removed, by position + 1, linked by ``ClientRecord/ring``.
    private var vacant: UInt32 = 0

    init(limit: Int) {
        self.limit = UInt32(clamping: limit)
        slotCount = limit + limit / 2 + 1
        positionMask = .max >> UInt32((UInt32(clamping: limit)).leadingZeroBitCount)
        slots = .allocate(capacity: slotCount)
        slots.initialize(repeating: 0, count: slotCount)
        records = UnsafeMutableRawPointer.allocate(byteCount: limit * MemoryLayout<ClientRecord>.stride, alignment: 64).bindMemory(
            to: ClientRecord.self, capacity: limit)
    }

    func deallocate() {
        slots.deallocate()
        records.deallocate()
    }

    var byteCount: Int { slotCount * MemoryLayout<UInt32>.stride + Int(limit) * MemoryLayout<ClientRecord>.stride }
    var isFull: Bool { count >= Int(limit) }

    /// Positions that were ever used; ``record(at:)`` takes them.
    var positions: Range<Int> { 0..<Int(fresh) }

    @inline(__always)

    subscript(position: Int) -> UnsafeMutablePointer<ClientRecord> { records + position }

    @inline(__always)

    func position(of record: UnsafeMutablePointer<ClientRecord>) -> Int { record - records }

    /// - Returns: nil where the record was removed.
    func record(at position: Int) -> UnsafeMutablePointer<ClientRecord>? { records[position].windowCount == 0 ? nil : records + position }

    /// The slot a key would have if there were no other: multiplication instead of division.
    @inline(__always)
    private func home(_ key: Fingerprint) -> Int {
        Int(truncatingIfNeeded: key.low.multipliedFullWidth(by: UInt64(truncatingIfNeeded: slotCount)).high)
    }

    /// The part of a key that a slot repeats; the low bits of `high` chose the shard.
    @inline(__always)
    private func tag(_ key: Fingerprint) -> UInt32 { UInt32(truncatingIfNeeded: key.high &>> 32) & ~positionMask }

    @inline(__always)

    func find(_ key: Fingerprint) -> UnsafeMutablePointer<ClientRecord>? {
        var index = home(key)
        let tag = tag(key)
        while true {
            let slot = slots[index]
            if slot == 0 { return nil }
            if slot & ~positionMask == tag {
                let record = records + Int(slot & positionMask &- 1)
                if record.pointee.key.low == key.low && record.pointee.key.high == key.high { return record }
            }
            index += 1
            if index == slotCount { index = 0 }
        }
    }

    /// Puts a record with an empty log for a key that is not there into a table that is not full.
    mutating func insert(_ key: Fingerprint, _ rule: WindowRule) -> UnsafeMutablePointer<ClientRecord> {
        let position: UInt32
        if vacant != 0 {
            position = vacant
            vacant = UInt32(truncatingIfNeeded: records[Int(position) - 1].ring)
        } else {
            fresh += 1
            position = fresh
        }
        var index = home(key)
        while slots[index] != 0 { index = next(index) }
        slots[index] = tag(key) | position
        count += 1
        let record = records + Int(position) - 1
        record.initialize(to: ClientRecord(key: key, rule))
        return record
    }

    /// Removes a record and closes the gap, so that no look-up ends early (Knuth, TAOCP 3, 6.4, algorithm R).
    mutating func remove(_ record: UnsafeMutablePointer<ClientRecord>) {
        let position = UInt32(truncatingIfNeeded: record - records) + 1
        var gap = home(record.pointee.key)
        while slots[gap] & positionMask != position { gap = next(gap) }
        var index = gap
        while true {
            index = next(index)
            let slot = slots[index]
            if slot == 0 { break }
            let home = home(records[Int(slot & positionMask) - 1].key)
            if distance(from: home, to: index) >= distance(from: gap, to: index) {
                slots[gap] = slot
                gap = index
            }
        }
        slots[gap] = 0
        record.pointee.windowCount = 0
        record.pointee.ring = UInt64(vacant)
        vacant = position
        count -= 1
    }

    private func next(_ index: Int) -> Int { index + 1 == slotCount ? 0 : index + 1 }

    private func distance(from start: Int, to end: Int) -> Int { end >= start ? end - start : end - start + slotCount }
}
