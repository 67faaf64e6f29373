import HardeningCore

/// The holds of one store: the open ones, and the last finished ones with their answers.
///
/// A slot is reused with a new generation, so the id of a forgotten hold never names another one.
struct HoldBook {
    struct Record {
        var hold: Hold
        var state: HoldState
        var digest: Fingerprint
        var keyHash: UInt64
        /// When a reserved hold expires or a dispatched one goes to suspense.
        var deadline: Timestamp
        /// The answer, once there is one.
        var posting: Posting?
        /// The part of a charge that was given back.
        var refunded: Int64 = 0
        var generation: UInt32
        var accountCount = 0
        var isForgotten = false
    }

    /// What was posted for a hold.
    struct Posting {
        var entry: EntryID
        var kind: LedgerEntry.Kind
        var at: Timestamp
        var usage: TokenUsage?
        var amount: Money
        var held: Money?
        var refundOf: EntryID?
    }

    var records: [Record] = []
    private(set) var queues = SlotQueues()
    private var accounts: [AccountBook.Reference] = []
    private var index = SlotIndex()
    private var free: [Int] = []
    private let seed = FingerprintKey()
    private let rememberedCount: Int
    /// The slots of the last entries, by number modulo `rememberedCount`.
    private var entrySlots: [UInt32] = []
    private var lastEntry: UInt64 = 0

    private static let stride = ReserveCommand.maximumAccounts

    init(remembered: Int) {
        rememberedCount = max(16, min(remembered, 1 << 24))
    }

    var openCount: Int { queues.count(of: .reserved) + queues.count(of: .dispatched) + queues.count(of: .suspense) }

    // MARK: Finding

    @inline(__always)
    func hash(of key: String) -> UInt64 { seed.fingerprint(of: key).low }

    @inline(__always)
    func find(key: String, hash: UInt64) -> Int? {
        index.find(hash) { records[$0].hold.key == key }
    }

    @inline(__always)
    func find(_ id: HoldID) -> Int? {
        let slot = Int(id.rawValue & 0xffff_ffff)
        guard slot < records.count, records[slot].hold.id == id, !records[slot].isForgotten else { return nil }
        return slot
    }

    func find(_ entry: EntryID) -> Int? {
        guard entry.rawValue > 0 else { return nil }
        let position = Int((entry.rawValue - 1) % UInt64(rememberedCount))
        guard position < entrySlots.count else { return nil }
        let slot = Int(entrySlots[position])
        guard !records[slot].isForgotten, records[slot].posting?.entry == entry else { return nil }
        return slot
    }

    @inline(__always)
    func account(_ position: Int, of slot: Int) -> AccountBook.Reference {
        accounts[slot * Self.stride + position]
    }

    /// The newest finished holds that posted something, newest first.
    func newestPosted(limit: Int) -> [Int] {
        var slots: [Int] = []
        var slot = queues.last(in: .finished)
        while let current = slot, slots.count < limit {
            if records[current].posting != nil { slots.append(current) }
            slot = queues.slot(before: current)
        }
        return slots
    }

    // MARK: Changing

    /// Adds a record that stands in no queue yet.
    mutating func add(
        key: String?, keyHash: UInt64, digest: Fingerprint, request: PricedRequest, amount: Money, now: Timestamp, deadline: Timestamp
    ) -> Int {
        let slot = free.popLast() ?? records.count
        let generation = slot < records.count ? records[slot].generation &+ 1 : 1
        let id = HoldID(rawValue: UInt64(generation) << 32 | UInt64(truncatingIfNeeded: slot))
        let record = Record(
            hold: Hold(id: id, key: key, request: request, amount: amount, reservedAt: now, expiresAt: deadline), state: .reserved,
            digest: digest, keyHash: keyHash, deadline: deadline, generation: generation)
        if slot < records.count {
            records[slot] = record
        } else {
            records.append(record)
            accounts.append(contentsOf: repeatElement(AccountBook.Reference(), count: Self.stride))
        }
        if key != nil { index.insert(slot, hash: keyHash) }
        return slot
    }

    @inline(__always)
    mutating func attach(_ account: AccountBook.Reference, to slot: Int) {
        let count = records[slot].accountCount
        guard count < Self.stride else { return }
        accounts[slot * Self.stride + count] = account
        records[slot].accountCount = count + 1
    }

    mutating func open(_ slot: Int) {
        queues.append(slot, to: .reserved)
    }

    mutating func dispatch(_ slot: Int, deadline: Timestamp) {
        queues.remove(slot, from: .reserved)
        queues.append(slot, to: .dispatched)
        records[slot].state = .dispatched
        records[slot].deadline = deadline
    }

    mutating func suspend(_ slot: Int) {
        queues.remove(slot, from: .dispatched)
        queues.append(slot, to: .suspense)
        records[slot].state = .suspense
    }

    /// Ends an open hold, or one that was never opened, and forgets the oldest finished one if there are too many.
    mutating func finish(_ slot: Int, as state: HoldState, wasOpen: Bool = true) {
        if wasOpen {
            switch records[slot].state {
            case .reserved: queues.remove(slot, from: .reserved)
            case .dispatched: queues.remove(slot, from: .dispatched)
            case .suspense: queues.remove(slot, from: .suspense)
            case .settled, .released, .expired: return
            }
        }
        records[slot].state = state
        queues.append(slot, to: .finished)
        if queues.count(of: .finished) > rememberedCount, let oldest = queues.first(in: .finished) { forget(oldest) }
    }

    /// Numbers the next posting and remembers where it stands.
    mutating func nextEntry(at slot: Int) -> EntryID {
        let position = Int(lastEntry % UInt64(rememberedCount))
        lastEntry += 1
        if position < entrySlots.count {
            entrySlots[position] = UInt32(truncatingIfNeeded: slot)
        } else {
            entrySlots.append(UInt32(truncatingIfNeeded: slot))
        }
        return EntryID(rawValue: lastEntry)
    }

    private mutating func forget(_ slot: Int) {
        queues.remove(slot, from: .finished)
        if records[slot].hold.key != nil { index.remove(slot, hash: records[slot].keyHash) }
        records[slot].isForgotten = true
        free.append(slot)
    }
}
