import CostTracker
import HardeningCore

/// How corrections reach the accounts: nothing is overwritten, a difference is added.
extension DurableBook {
    func standing(of entry: EntryID) throws -> ChargeStanding? {
        guard let charge = try holds.find(entry), charge.call.kind == .charge, let posted = charge.posting else { return nil }
        return ChargeStanding(
            amount: Money(picoUSD: posted.amount.picoUSD + charge.adjusted), price: charge.adjustedPrice ?? charge.hold.request.price)
    }

    func adjust(_ command: AdjustCommand) throws -> LedgerEntry? {
        try moveDueHolds(now: command.now)
        guard var charge = try holds.find(command.entry), let standing = try standing(of: command.entry) else {
            throw LedgerError(.entryNotFound, "no such charge")
        }
        guard command.target.picoUSD >= charge.refunded else {
            throw LedgerError(.adjustmentInvalid, "the charge would be less than what was refunded of it")
        }
        let difference = command.target.picoUSD - standing.amount.picoUSD  // both are at least zero
        if difference == 0 { return nil }
        let positions = try charge.accounts.map { try accounts.find(id: $0) }
        try checkRange(of: difference, at: positions)
        charge.adjusted += difference
        charge.adjustedPrice = command.price
        try holds.change(charge)
        let original = charge.hold
        let request = PricedRequest(
            scope: original.request.scope, model: original.request.model, terms: original.request.terms, price: command.price)
        let stored = newRecord(
            .adjustment, key: nil, digest: command.digest, request: request, amount: .zero, positions: positions,
            now: original.reservedAt, deadline: command.now)
        change(positions, now: command.now) { $0.adjust(difference, now: command.now) }
        return try post(difference, as: stored, adjusting: command.entry, now: command.now)
    }

    func correct(_ command: CorrectionCommand) throws -> LedgerEntry {
        try moveDueHolds(now: command.now)
        let digest = command.digest
        if let known = try holds.find(key: command.key) {
            guard known.call == .adjustment, known.digest == digest, let entry = known.entry else { throw Self.conflict(command.key) }
            return entry
        }
        guard command.amount != .zero else { throw LedgerError(.adjustmentInvalid, "an adjustment is not zero") }
        var limits = command.accounts.limits
        var found = try limits.map { try accounts.find($0.account) }
        try checkRange(of: command.amount.picoUSD, at: found.compactMap(\.self))
        if command.amount < .zero {
            // A credit opens no account: there is nothing in it to give back.
            limits = zip(limits, found).compactMap { $1 == nil ? nil : $0 }
            found.removeAll { $0 == nil }
        }
        let positions = try open(limits, found: found, now: command.now)
        let stored = newRecord(
            .adjustment, key: command.key, digest: digest, request: command.accounts.request, amount: .zero, positions: positions,
            now: command.spentAt, deadline: command.now)
        let amount = command.amount.picoUSD
        change(positions, limits: limits, now: command.now) { $0.adjust(amount, now: command.now) }
        return try post(amount, as: stored, adjusting: nil, now: command.now)
    }

    /// Checks every account before anything is touched.
    private func checkRange(of difference: Int64, at positions: [Int]) throws(LedgerError) {
        for position in positions {
            let state = accounts.rows[position].state
            guard state.used.addingSaturating(difference) >= 0 else {
                throw LedgerError(.adjustmentInvalid, "\(state.account) would be below zero")
            }
            guard difference < 0 || state.canAdd(difference) else { throw Self.overflow }
        }
    }

    private func post(_ difference: Int64, as record: StoredHold, adjusting entry: EntryID?, now: Timestamp) throws -> LedgerEntry {
        var stored = record
        let posting = StoredHold.Posting(
            entry: takeEntry(), at: now, usage: nil, amount: Money(picoUSD: difference), held: nil, refundOf: entry)
        stored.posting = posting
        try holds.add(stored)
        try journal.append(
            .adjusted, hold: stored.hold.id, accounts: stored.accounts, moves: .init(spent: difference), posting: posting,
            digest: stored.digest, now: now)
        return try self.entry(of: stored)
    }
}
