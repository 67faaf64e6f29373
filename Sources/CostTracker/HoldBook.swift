import HardeningCore

/// The holds of one store: the open ones, and the last finished ones with their answers.
///
/// A slot is reused with a new generation, so the id of a forgotten hold never names another one.
struct HoldBook {
    /// What kind of call a key stands for; the payload of a posting is in its answer.
    enum Call: Equatable, BitwiseCopyable {
        case reserve(InputBound, maxOutput: Int64)
        case charge
        case refund
        case adjustment
    }

    struct Record {
        private(set) var hold: Hold
        private(set) var call: Call
        private(set) var keyHash: UInt64
        /// When a reserved hold expires or a dispatched one goes to suspense.
        var deadline: Timestamp
        private(set) var generation: UInt32
        var state = HoldState.reserved
        var isForgotten = false
        var accountCount: UInt8 = 0
        /// The part of a charge that was given back.
        var refunded: Int64 = 0
        /// What adjustments added to a charge.
        var adjusted: Int64 = 0
        /// The price of the last adjustment.
        var adjustedPrice: ModelPrice?
        /// The answer, once there is one.
        var posting: Posting?

        init(hold: Hold, call: Call, keyHash: UInt64, deadline: Timestamp, generation: UInt32) {
            self.hold = hold
            self.call = call
            self.keyHash = keyHash
            self.deadline = deadline
            self.generation = generation
        }

        /// Becomes a new record in place: an assignment would copy it twice.
        @inline(__always)
        mutating func reuse(hold: Hold, call: Call, keyHash: UInt64, deadline: Timestamp, generation: UInt32) {
            self.hold = hold
            self.call = call
            self.keyHash = keyHash
            self.deadline = deadline
            self.generation = generation
            (state, isForgotten, accountCount) = (.reserved, false, 0)
            (refunded, adjusted) = (0, 0)
            if adjustedPrice != nil { adjustedPrice = nil }
            posting = nil
        }

        var entry: LedgerEntry? { posting.map { LedgerEntry(hold: hold, $0) } }
    }

    /// What was posted for a hold.
    struct Posting: BitwiseCopyable {
        let entry: EntryID
        let kind: LedgerEntry.Kind
        let at: Timestamp
        let usage: TokenUsage?
        let amount: Money
        let held: Money?
        let refundOf: EntryID?
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

    private static let stride = AccountSelection.maximumCount

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
        guard slot < records.count, UInt64(records[slot].generation) == id.rawValue >> 32, !records[slot].isForgotten else { return nil }
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

    /// The accounts a hold is charged to, as positions for ``account(at:)``.
    @inline(__always)
    func accountPositions(of slot: Int) -> Range<Int> {
        let first = slot * Self.stride
        return first..<first + Int(records[slot].accountCount)
    }

    /// The accounts a hold is charged to; let go of it before another hold is added, which would copy them all.
    @inline(__always)
    func references(of slot: Int) -> ArraySlice<AccountBook.Reference> { accounts[accountPositions(of: slot)] }

    @inline(__always)
    func account(at position: Int) -> AccountBook.Reference { accounts[position] }

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
        _ call: Call, key: String?, keyHash: UInt64, request: PricedRequest, amount: Money, now: Timestamp, deadline: Timestamp
    ) -> (slot: Int, hold: Hold) {
        let slot = free.popLast() ?? records.count
        let generation = slot < records.count ? records[slot].generation &+ 1 : 1
        let id = HoldID(rawValue: UInt64(generation) << 32 | UInt64(truncatingIfNeeded: slot))
        let hold = Hold(id: id, key: key, request: request, amount: amount, reservedAt: now, expiresAt: deadline)
        if slot < records.count {
            records[slot].reuse(hold: hold, call: call, keyHash: keyHash, deadline: deadline, generation: generation)
        } else {
            records.append(Record(hold: hold, call: call, keyHash: keyHash, deadline: deadline, generation: generation))
            accounts.append(contentsOf: repeatElement(AccountBook.Reference(), count: Self.stride))
        }
        if key != nil { index.insert(slot, hash: keyHash) }
        return (slot, hold)
    }

    @inline(__always)
    mutating func attach(_ places: [AccountBook.Place], to slot: Int) {
        let count = min(places.count, Self.stride)
        accounts.withUnsafeMutableBufferPointer { accounts in
            for position in 0..<count {
                accounts[slot * Self.stride + position] = AccountBook.Reference(
                    slot: UInt32(truncatingIfNeeded: places[position].slot), generation: places[position].generation)
            }
        }
        records[slot].accountCount = UInt8(truncatingIfNeeded: count)
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

extension LedgerEntry {
    init(hold: Hold, _ posting: HoldBook.Posting) {
        self.init(
            id: posting.entry, kind: posting.kind, postedAt: posting.at, hold: hold, usage: posting.usage, amount: posting.amount,
            held: posting.held, refundOf: posting.refundOf)
    }
}
