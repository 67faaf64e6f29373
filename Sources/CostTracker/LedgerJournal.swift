import HardeningCore

/// The last lines of a journal in memory, and the sums of everything before them.
///
/// A line that leaves the window is added to the checkpoint: replaying the window from there must still arrive at the live counters.
struct LedgerJournal {
    private var lines: [JournalLine] = []
    /// Where the oldest line stands in `lines`.
    private var oldest = 0
    private let capacity: Int
    private var sequence: UInt64 = 0
    private(set) var head = ContentHash.genesis
    /// The state after the last line that left the window.
    private var checkpoint = (sequence: UInt64(0), head: ContentHash.genesis, totals: [UInt64: AccountTotals]())

    init(capacity: Int) {
        self.capacity = max(16, min(capacity, 1 << 22))
    }

    mutating func append(
        _ kind: JournalEntry.Kind, hold: HoldID, posted: EntryID?, accounts: [UInt64], moves: JournalEntry.Moves, usage: TokenUsage?,
        digest: Fingerprint?, opened: Account?, at now: Timestamp
    ) {
        sequence &+= 1
        let entry = JournalEntry(
            sequence: sequence, at: now, kind: kind, hold: hold, posted: posted, accounts: accounts, moves: moves, usage: usage,
            digest: digest, opened: opened)
        head = head.chained(entry.bytes)
        let line = JournalLine(entry: entry, hash: head)
        guard lines.count == capacity else { return lines.append(line) }
        let leaving = lines[oldest]
        for account in leaving.entry.accounts { _ = checkpoint.totals[account, default: AccountTotals()].apply(leaving.entry) }
        (checkpoint.sequence, checkpoint.head) = (leaving.entry.sequence, leaving.hash)
        lines[oldest] = line
        oldest = (oldest + 1) % capacity
    }

    /// Drops the sums of accounts that the store has forgotten, once they are more than those it keeps.
    mutating func prune(kept: Int, _ isKept: (UInt64) -> Bool) {
        guard checkpoint.totals.count > 2 * kept + 64 else { return }
        checkpoint.totals = checkpoint.totals.filter { isKept($0.key) }
    }

    func lines(after sequence: UInt64, limit: Int) -> [JournalLine] {
        guard limit > 0, let first = first?.entry.sequence, sequence < self.sequence else { return [] }
        let skipped = Int(max(sequence &+ 1, first) - first)
        return (skipped..<min(lines.count, skipped + limit)).map { lines[(oldest + $0) % lines.count] }
    }

    private var first: JournalLine? { lines.isEmpty ? nil : lines[oldest] }

    /// Replays the window.
    ///
    /// - Parameter live: the counters of every account that is kept, by number.
    func verify(live: [UInt64: AccountTotals]) -> JournalReport {
        var replay = JournalReplay(after: checkpoint.sequence, head: checkpoint.head, totals: checkpoint.totals)
        func report(_ fault: JournalFault?) -> JournalReport {
            JournalReport(lines: replay.lines, head: replay.head, accounts: live.count, fault: fault)
        }
        do throws(JournalFault) {
            for position in lines.indices { try replay.add(lines[(oldest + position) % lines.count]) }
        } catch {
            return report(error)
        }
        guard replay.head == head else { return report(JournalFault(.chainBroken, at: sequence, "the last line is missing")) }
        for (account, totals) in live where replay.totals[account, default: AccountTotals()] != totals {
            return report(JournalFault(.countersDiffer, at: nil, "account \(account) does not count what its lines add up to"))
        }
        return report(nil)
    }
}

/// How each step of the rules becomes a line.
///
/// Nothing of this runs while no journal is kept.
extension LedgerBook {
    /// Notes a step of the hold at `slot` in every account it is charged to.
    @inline(__always)
    mutating func note(
        _ kind: JournalEntry.Kind, hold slot: Int, moves: JournalEntry.Moves = .none, posted: HoldBook.Posting? = nil,
        digest: @autoclosure () -> Fingerprint? = nil, now: Timestamp
    ) {
        if journal != nil { append(kind, hold: slot, moves: moves, posted: posted, digest: digest(), now: now) }
    }

    private mutating func append(
        _ kind: JournalEntry.Kind, hold slot: Int, moves: JournalEntry.Moves, posted: HoldBook.Posting?, digest: Fingerprint?,
        now: Timestamp
    ) {
        let numbers = holds.accountPositions(of: slot).map { holds.account(at: $0).number }
        journal?.append(
            kind, hold: holds.records[slot].hold.id, posted: posted?.entry, accounts: numbers, moves: moves, usage: posted?.usage,
            digest: digest, opened: nil, at: now)
    }

    /// Notes that an account was opened at `slot`.
    mutating func noteOpened(_ slot: Int, now: Timestamp) {
        guard journal != nil else { return }
        journal?.prune(kept: accounts.count) { accounts.isCurrent(AccountBook.Reference(number: $0)) }
        journal?.append(
            .opened, hold: HoldID(rawValue: 0), posted: nil, accounts: [accounts.number(at: slot)], moves: .none, usage: nil, digest: nil,
            opened: accounts.states[slot].account, at: now)
    }

    func verify() -> JournalReport? {
        journal.map { journal in
            var live: [UInt64: AccountTotals] = [:]
            for slot in accounts.states.indices where accounts.states[slot].isOpen {
                live[accounts.number(at: slot)] = accounts.states[slot].totals
            }
            return journal.verify(live: live)
        }
    }
}

extension AccountBook.Reference {
    /// A number that no other account of the store ever has.
    var number: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    init(number: UInt64) {
        self.init(slot: UInt32(truncatingIfNeeded: number), generation: UInt32(truncatingIfNeeded: number >> 32))
    }
}

extension AccountBook {
    func number(at slot: Int) -> UInt64 { UInt64(states[slot].generation) << 32 | UInt64(slot) }
}
