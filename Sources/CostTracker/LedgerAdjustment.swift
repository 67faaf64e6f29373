import HardeningCore

/// How corrections reach the accounts: nothing is overwritten, a difference is added.
extension LedgerBook {
    func standing(of entry: EntryID) -> ChargeStanding? {
        guard let slot = holds.find(entry), let posting = holds.records[slot].posting, posting.kind == .charge else { return nil }
        let record = holds.records[slot]
        return ChargeStanding(
            amount: Money(picoUSD: posting.amount.picoUSD + record.adjusted), price: record.adjustedPrice ?? record.hold.request.price)
    }

    mutating func adjust(_ command: AdjustCommand) throws(LedgerError) -> LedgerEntry? {
        moveDueHolds(now: command.now)
        guard let charge = holds.find(command.entry), let standing = standing(of: command.entry) else {
            throw LedgerError(.entryNotFound, "no such charge, or it is so old that it was forgotten")
        }
        guard command.target.picoUSD >= holds.records[charge].refunded else {
            throw LedgerError(.adjustmentInvalid, "the charge would be less than what was refunded of it")
        }
        let difference = command.target.picoUSD - standing.amount.picoUSD  // both are at least zero
        if difference == 0 { return nil }
        locateKept(of: charge)
        try checkRange(of: difference)
        holds.records[charge].adjusted += difference
        holds.records[charge].adjustedPrice = command.price
        let original = holds.records[charge].hold
        let request = PricedRequest(
            scope: original.request.scope, model: original.request.model, terms: original.request.terms, price: command.price)
        return post(
            difference, of: request, key: nil, spentAt: original.reservedAt, adjusting: command.entry, now: command.now,
            digest: command.digest)
    }

    mutating func correct(_ command: CorrectionCommand) throws(LedgerError) -> LedgerEntry {
        moveDueHolds(now: command.now)
        if let slot = holds.find(key: command.key, hash: holds.hash(of: command.key)) {
            guard holds.records[slot].call == .adjustment, let entry = holds.records[slot].entry, entry.amount == command.amount,
                entry.hold.reservedAt == command.spentAt, entry.request.isSameCall(as: command.accounts.request)
            else { throw Self.conflict(command.key) }
            return entry
        }
        guard command.amount != .zero else { throw LedgerError(.adjustmentInvalid, "an adjustment is not zero") }
        accounts.locate(command.accounts, into: &places)
        try checkRange(of: command.amount.picoUSD)
        if command.amount > .zero {
            try openAccounts(command.accounts, now: command.now)
        } else {
            places.removeAll { $0.slot < 0 }
        }
        let plan = command.accounts.plan
        _ = accounts.update(places) { item, state in
            state.apply(plan.items[item].limit, plan.items[item].warnings, now: command.now)
        }
        return post(
            command.amount.picoUSD, of: command.accounts.request, key: command.key, spentAt: command.spentAt, adjusting: nil,
            now: command.now, digest: command.digest)
    }

    /// Checks every account before anything is touched.
    private func checkRange(of difference: Int64) throws(LedgerError) {
        for place in places where place.slot >= 0 {
            guard accounts.states[place.slot].used.addingSaturating(difference) >= 0 else {
                throw LedgerError(.adjustmentInvalid, "\(accounts.states[place.slot].account) would be below zero")
            }
            guard difference < 0 || accounts.states[place.slot].canAdd(difference) else { throw Self.overflow }
        }
    }

    /// Posts a checked difference to the located accounts.
    private mutating func post(
        _ difference: Int64, of request: PricedRequest, key: String?, spentAt: Timestamp, adjusting entry: EntryID?, now: Timestamp,
        digest: @autoclosure () -> Fingerprint
    ) -> LedgerEntry {
        let (slot, hold) = holds.add(
            .adjustment, key: key, keyHash: key.map(holds.hash(of:)) ?? 0, request: request, amount: .zero, now: spentAt, deadline: now)
        let mayCross = accounts.update(places) { _, state in state.adjust(difference, now: now) }
        holds.attach(places, to: slot)
        if mayCross { raiseCrossedLevels(at: places.map(\.slot), now: now) }
        return finish(
            slot, of: hold, kind: .adjustment, usage: nil, amount: Money(picoUSD: difference), held: nil, refundOf: entry, now: now,
            wasOpen: false, moves: .init(spent: difference), digest: digest())
    }
}
