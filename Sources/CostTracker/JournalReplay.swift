import HardeningCore

/// Replays a journal line by line and says which is the first that cannot be right.
///
/// Memory: the holds that are open at the replayed moment, and the accounts of ``Share`` — a journal of any length with any number
/// of accounts is checked in several passes of bounded size.
package struct JournalReplay {
    /// The accounts a pass looks at: those whose number leaves `remainder` when divided by `count`.
    package struct Share: Sendable {
        package var remainder: UInt64 = 0
        package var count: UInt64 = 1

        package init(remainder: UInt64 = 0, count: UInt64 = 1) {
            self.remainder = remainder
            self.count = max(1, count)
        }

        package func contains(_ account: UInt64) -> Bool { account % count == remainder }
    }

    /// A hold that is reserved, dispatched or in suspense.
    package struct OpenHold {
        package var state: HoldState
        package let amount: Int64
    }

    package private(set) var lines: UInt64 = 0
    package private(set) var head: ContentHash
    package var totals: [UInt64: AccountTotals]
    package private(set) var holds: [HoldID: OpenHold] = [:]
    private var next: UInt64
    private let share: Share
    /// Whether lines before the first were dropped, with holds that may still be open.
    private let isPartial: Bool

    package init(
        share: Share = Share(), after sequence: UInt64 = 0, head: ContentHash = .genesis, totals: [UInt64: AccountTotals] = [:]
    ) {
        self.share = share
        next = sequence &+ 1
        self.head = head
        self.totals = totals
        isPartial = sequence > 0
    }

    /// Checks one line and applies it.
    package mutating func add(_ line: JournalLine) throws(JournalFault) {
        try add(line.entry, bytes: line.entry.bytes, hash: line.hash)
    }

    /// - Parameter bytes: the bytes of the entry as they were kept.
    package mutating func add(_ entry: JournalEntry, bytes: [UInt8], hash: ContentHash) throws(JournalFault) {
        guard entry.sequence == next else {
            throw JournalFault(.gap, at: next, "line \(next) is missing; line \(entry.sequence) stands in its place")
        }
        let expected = head.chained(bytes)
        guard expected == hash else {
            throw JournalFault(.chainBroken, at: next, "its hash is not that of its bytes after line \(next &- 1)")
        }
        try addTrusted(entry)
        head = hash
    }

    /// Applies a line whose link was checked in an earlier pass.
    package mutating func addTrusted(_ entry: JournalEntry) throws(JournalFault) {
        guard entry.moves.isBalanced else {
            throw JournalFault(.unbalanced, at: entry.sequence, "its changes do not add up to zero")
        }
        try step(entry)
        for account in entry.accounts where share.contains(account) {
            guard totals[account, default: AccountTotals()].apply(entry) else {
                throw JournalFault(.belowZero, at: entry.sequence, "account \(account) would hold less than nothing in a pocket")
            }
        }
        next = entry.sequence &+ 1
        lines += 1
    }

    /// The life of a hold: whether it can do that now, with that amount.
    private mutating func step(_ entry: JournalEntry) throws(JournalFault) {
        let known = holds[entry.hold]
        if known == nil, isPartial, entry.kind != .reserved, entry.kind != .refunded {
            if entry.kind == .suspended { holds[entry.hold] = OpenHold(state: .suspense, amount: entry.moves.suspense) }
            return
        }
        let isPossible: Bool =
            switch entry.kind {
            case .opened: entry.moves == .none && entry.opened != nil
            case .reserved: known == nil && entry.moves == .init(held: entry.moves.held) && entry.moves.held >= 0
            case .dispatched: known?.state == .reserved && entry.moves == .none
            case .released, .expired: known?.state == .reserved && entry.moves == .init(held: 0 &- (known?.amount ?? 0))
            case .suspended:
                known?.state == .dispatched && entry.moves == .init(held: 0 &- (known?.amount ?? 0), suspense: known?.amount ?? 0)
            case .charged: isPossibleCharge(entry, of: known)
            case .refunded: entry.moves == .init(spent: entry.moves.spent) && entry.moves.spent < 0
            case .adjusted: known == nil && entry.posted != nil && entry.moves == .init(spent: entry.moves.spent)
            default: false
            }
        guard isPossible else {
            throw JournalFault(
                .impossibleStep, at: entry.sequence,
                "hold \(entry.hold.rawValue) cannot be \(entry.kind.rawValue) with these amounts when it is \(known?.state.rawValue ?? "not open")"
            )
        }
        switch entry.kind {
        case .reserved: holds[entry.hold] = OpenHold(state: .reserved, amount: entry.moves.held)
        case .dispatched: holds[entry.hold]?.state = .dispatched
        case .suspended: holds[entry.hold]?.state = .suspense
        case .released, .expired, .charged: holds[entry.hold] = nil
        default: break
        }
    }

    private func isPossibleCharge(_ entry: JournalEntry, of hold: OpenHold?) -> Bool {
        guard entry.posted != nil, entry.moves.spent >= 0 else { return false }
        guard let hold else { return entry.moves == .init(spent: entry.moves.spent) }
        return hold.state == .suspense
            ? entry.moves == .init(suspense: 0 &- hold.amount, spent: entry.moves.spent)
            : entry.moves == .init(held: 0 &- hold.amount, spent: entry.moves.spent)
    }
}
