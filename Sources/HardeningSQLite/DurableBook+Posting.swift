import CostTracker
import HardeningCore

/// How amounts reach the accounts: settlements, charges without a hold, refunds.
extension DurableBook {
    func settle(_ command: SettleCommand) throws -> LedgerEntry {
        let stored = try openHold(command.hold, now: command.now)
        let (usage, amount): (TokenUsage?, Money) =
            switch command.outcome {
            case .exact(let usage, let amount): (usage, amount)
            case .atHold: (nil, stored.hold.amount)
            }
        switch stored.state {
        case .reserved, .dispatched, .suspense:
            guard amount >= .zero else { throw LedgerError(.overflow, "a charge is not below zero") }
            return try post(stored, usage: usage, amount: amount, now: command.now)
        case .settled:
            guard let entry = stored.entry, entry.usage == usage, entry.amount == amount else {
                throw LedgerError(.settledDifferently, "the hold was settled with another usage; refund or track the difference")
            }
            return entry
        case .released, .expired:
            throw Self.ended(stored.state)
        }
    }

    /// Posts the cost of an open hold to the accounts that held it, whatever window it is now.
    func post(_ open: StoredHold, usage: TokenUsage?, amount: Money, now: Timestamp) throws -> LedgerEntry {
        var stored = open
        let held = stored.hold.amount.picoUSD
        let wasSuspended = stored.state == .suspense
        let extra = amount.picoUSD &- held  // both are at least zero
        let positions = try stored.accounts.map { try accounts.find(id: $0) }
        if extra > 0 {
            for position in positions where !accounts.rows[position].state.canAdd(extra) { throw Self.overflow }
        }
        let (prompt, completion) = (usage?.promptTokens ?? 0, usage?.completionTokens ?? 0)
        change(positions, now: now) { state in
            state.free(held, wasSuspended: wasSuspended)
            state.add(amount.picoUSD, prompt: prompt, completion: completion, now: now)
        }
        if extra > 0 { raise(.overrun, stored, amount: Money(picoUSD: extra), now: now) }
        let posting = StoredHold.Posting(
            entry: takeEntry(), at: now, usage: usage, amount: amount, held: stored.hold.amount, refundOf: nil)
        (stored.state, stored.posting) = (.settled, posting)
        closeHold()
        try holds.change(stored)
        let moves =
            wasSuspended
            ? JournalEntry.Moves(suspense: -held, spent: amount.picoUSD) : JournalEntry.Moves(held: -held, spent: amount.picoUSD)
        try journal.append(.charged, hold: stored.hold.id, accounts: stored.accounts, moves: moves, posting: posting, now: now)
        return try entry(of: stored)
    }

    /// Posts a cost that was never held.
    func charge(_ command: ChargeCommand) throws -> LedgerEntry {
        try moveDueHolds(now: command.now)
        let digest = command.digest
        if let key = command.key, let known = try holds.find(key: key) {
            guard known.call == .charge, known.digest == digest, let entry = known.entry else { throw Self.conflict(key) }
            return entry
        }
        guard command.amount >= .zero else { throw Self.overflow }
        let limits = command.accounts.limits
        let found = try limits.map { try accounts.find($0.account) }
        for case .some(let position) in found where !accounts.rows[position].state.canAdd(command.amount.picoUSD) { throw Self.overflow }
        let positions = try open(limits, found: found, now: command.now)
        var stored = newRecord(
            .charge, key: command.key, digest: digest, request: command.request, amount: .zero, positions: positions, now: command.now,
            deadline: command.now)
        let (prompt, completion) = (command.usage.promptTokens, command.usage.completionTokens)
        change(positions, limits: limits, now: command.now) { state in
            state.add(command.amount.picoUSD, prompt: prompt, completion: completion, now: command.now)
        }
        let posting = StoredHold.Posting(
            entry: takeEntry(), at: command.now, usage: command.usage, amount: command.amount, held: nil, refundOf: nil)
        stored.posting = posting
        try holds.add(stored)
        try journal.append(
            .charged, hold: stored.hold.id, accounts: stored.accounts, moves: .init(spent: command.amount.picoUSD), posting: posting,
            digest: digest, now: command.now)
        return try entry(of: stored)
    }

    /// Posts a credit to the accounts of a charge.
    func refund(_ command: RefundCommand) throws -> LedgerEntry {
        try moveDueHolds(now: command.now)
        let digest = command.digest
        if let known = try holds.find(key: command.key) {
            guard known.call == .refund, known.digest == digest, let entry = known.entry else { throw Self.conflict(command.key) }
            return entry
        }
        guard var charge = try holds.find(command.entry), charge.call.kind == .charge, let posted = charge.posting else {
            throw LedgerError(.entryNotFound, "no such charge")
        }
        guard command.amount > .zero else { throw LedgerError(.refundInvalid, "a refund is above zero") }
        let left = posted.amount.picoUSD + charge.adjusted - charge.refunded
        guard command.amount.picoUSD <= left else {
            throw LedgerError(.refundExceedsCharge, "\(command.amount) USD of a charge of which \(Money(picoUSD: left)) USD are left")
        }
        let positions = try charge.accounts.map { try accounts.find(id: $0) }
        for position in positions { try accounts.rows[position].state.checkRefund(command.amount.picoUSD) }
        charge.refunded += command.amount.picoUSD
        try holds.change(charge)
        for position in positions { accounts.change(position) { $0.refund(command.amount.picoUSD, now: command.now) } }
        var stored = newRecord(
            .refund, key: command.key, digest: digest, request: charge.hold.request, amount: .zero, positions: positions,
            now: command.now, deadline: command.now)
        let posting = StoredHold.Posting(
            entry: takeEntry(), at: command.now, usage: nil, amount: Money(picoUSD: -command.amount.picoUSD), held: nil,
            refundOf: command.entry)
        stored.posting = posting
        try holds.add(stored)
        try journal.append(
            .refunded, hold: stored.hold.id, accounts: stored.accounts, moves: .init(spent: -command.amount.picoUSD), posting: posting,
            digest: digest, now: command.now)
        return try entry(of: stored)
    }

    func entry(of stored: StoredHold) throws -> LedgerEntry {
        guard let entry = stored.entry else { throw SQLFailure.damaged("hold \(stored.id)") }
        return entry
    }

    static var overflow: LedgerError {
        LedgerError(.overflow, "the amount, or the sum of an account, is more than can be counted")
    }
}
