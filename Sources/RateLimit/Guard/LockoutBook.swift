import HardeningCore

/// The failed sign-ins of all accounts, or all addresses, in fixed memory.
///
/// A newcomer for whom the table has no room is counted in cells it shares with others: one in each of two rows, of
/// which the milder speaks (a count-min sketch, Cormode and Muthukrishnan, 2005). A cell's count and lock are never less than
/// those any of its keys would have alone, so a flood of invented accounts frees nobody. It can
/// delay a newcomer, once it was itself allowed about cells-per-row × failures attempts.
/// Success takes back its own attempt there and nothing more.
struct LockoutBook: Sendable {
    /// Where an attempt was counted.
    struct Receipt: BitwiseCopyable, Sendable {
        var key: Fingerprint
        /// Of the record in the table, or of the two cells.
        var epochs: (UInt32, UInt32)
        var isShared: Bool
        /// Until when this attempt locks.
        var lock: Int64
    }

    enum Outcome: Sendable {
        case failed
        case succeeded(resets: Bool)
        case cancelled
    }

    let policy: LockoutPolicy
    private var table: WayTable<LockoutRecord>
    private var cells: [LockoutRecord]
    private let cellsPerRow: Int
    private var epoch: UInt32 = 0
    /// Attempts that found no room in the table.
    private(set) var shared: UInt64 = 0

    init(_ policy: LockoutPolicy, capacity: Int) {
        self.policy = policy
        table = WayTable(capacity: capacity, empty: LockoutRecord(epoch: 0))
        cellsPerRow = max(16, capacity / 4)
        cells = Array(repeating: LockoutRecord(epoch: 0), count: 2 * cellsPerRow)
    }

    var byteCount: Int { table.byteCount + cells.count * MemoryLayout<LockoutRecord>.stride }
    func count(now: Int64) -> Int { table.count(now: now) }
    func lockedCount(now: Int64) -> Int { table.slots.reduce(0) { $0 + ($1.expiry > now && $1.value.lockedUntil > now ? 1 : 0) } }

    private func cellIndices(of key: Fingerprint) -> (Int, Int) {
        let width = UInt64(truncatingIfNeeded: cellsPerRow)
        let second = (key.high << 32 | key.high >> 32) ^ key.low
        return (
            Int(truncatingIfNeeded: key.high.multipliedFullWidth(by: width).high),
            cellsPerRow + Int(truncatingIfNeeded: second.multipliedFullWidth(by: width).high)
        )
    }
}

extension LockoutBook {
    /// Nanoseconds until an attempt would be allowed; 0 when it is.
    func wait(_ key: Fingerprint, now: Int64) -> Int64 {
        if let index = table.find(key, now: now) { return table[index].wait(now: now) }
        let (one, other) = cellIndices(of: key)
        return min(cells[one].wait(now: now), cells[other].wait(now: now))
    }

    /// Counts an attempt that begins; ``wait(_:now:)`` said 0.
    mutating func charge(_ key: Fingerprint, now: Int64, chance: UInt64) -> Receipt {
        if let index = table.find(key, now: now) ?? claim(key, now: now) {
            let lock = table[index].charge(policy, now: now, chance: chance)
            table.setExpiry(table[index].expiry, at: index)
            return Receipt(key: key, epochs: (table[index].epoch, 0), isShared: false, lock: lock)
        }
        shared &+= 1
        let (one, other) = cellIndices(of: key)
        let lock = min(chargeCell(one, now, chance), chargeCell(other, now, chance))
        return Receipt(key: key, epochs: (cells[one].epoch, cells[other].epoch), isShared: true, lock: lock)
    }

    /// A slot for a newcomer; nil without room, and for a key that may have failed in its cells, which must not start afresh.
    private mutating func claim(_ key: Fingerprint, now: Int64) -> Int? {
        let (one, other) = cellIndices(of: key)
        guard cells[one].expiry <= now || cells[other].expiry <= now else { return nil }
        epoch &+= 1
        return table.claim(key, now: now, LockoutRecord(epoch: epoch))
    }

    private mutating func chargeCell(_ index: Int, _ now: Int64, _ chance: UInt64) -> Int64 {
        if cells[index].expiry <= now {
            epoch &+= 1
            cells[index] = LockoutRecord(epoch: epoch)
        }
        return cells[index].charge(policy, now: now, chance: chance)
    }

    /// Ends an attempt; one that was forgotten in the meantime changes nothing.
    ///
    /// - Returns: whether it brought a lock that is in force.
    @discardableResult
    mutating func settle(_ receipt: Receipt, _ outcome: Outcome, now: Int64) -> Bool {
        if receipt.isShared {
            let (one, other) = cellIndices(of: receipt.key)
            if cells[one].epoch == receipt.epochs.0 { Self.settle(&cells[one], policy, receipt, outcome) }
            if cells[other].epoch == receipt.epochs.1 { Self.settle(&cells[other], policy, receipt, outcome) }
        } else if let index = table.find(receipt.key, now: now), table[index].epoch == receipt.epochs.0 {
            Self.settle(&table[index], policy, receipt, outcome)
            table.setExpiry(table[index].expiry, at: index)
        }
        if case .failed = outcome { return receipt.lock > now && wait(receipt.key, now: now) > 0 }
        return false
    }

    private static func settle(_ record: inout LockoutRecord, _ policy: LockoutPolicy, _ receipt: Receipt, _ outcome: Outcome) {
        switch outcome {
        case .failed: record.confirm()
        case .succeeded(resets: true) where !receipt.isShared: record.reset(policy, lock: receipt.lock)
        case .succeeded, .cancelled: record.takeBack(policy, lock: receipt.lock, isShared: receipt.isShared)
        }
    }

    /// Forgets what a key failed, if it has a record of its own.
    mutating func lift(_ key: Fingerprint, now: Int64) -> Bool {
        guard let index = table.find(key, now: now) else { return false }
        table.setExpiry(.min, at: index)
        return true
    }
}
