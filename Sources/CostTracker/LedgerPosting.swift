import HardeningCore

/// How amounts reach the accounts: settlements, charges without a hold, refunds.
extension LedgerBook {
    /// Posts the cost of an open hold to the accounts that held it, whatever window it is now.
    ///
    /// - Throws: ``LedgerError/Code/overflow``, with the hold left as it was.
    mutating func post(_ slot: Int, usage: TokenUsage?, amount: Money, now: Timestamp) throws(LedgerError) -> LedgerEntry {
        let hold = holds.records[slot].hold
        let held = hold.amount.picoUSD
        let wasSuspended = holds.records[slot].state == .suspense
        let accountCount = holds.records[slot].accountCount
        let extra = amount.picoUSD &- held  // both are at least zero
        for position in 0..<accountCount {
            let account = Int(holds.account(position, of: slot).slot)
            guard accounts.states[account].committed(adding: max(0, extra)) != nil else { throw Self.overflow }
        }
        for position in 0..<accountCount {
            let account = Int(holds.account(position, of: slot).slot)
            accounts.states[account].free(held, wasSuspended: wasSuspended)
            accounts.states[account].add(amount.picoUSD, usage: usage, now: now)
            raiseLevels(of: account, now: now)
        }
        if extra > 0 { raise(.overrun, hold: slot, amount: Money(picoUSD: extra), now: now) }
        return finish(
            slot, kind: .charge, usage: usage, amount: amount, held: hold.amount, refundOf: nil, now: now, wasOpen: true)
    }

    /// Posts a cost that was never held.
    mutating func charge(_ command: ChargeCommand) throws(LedgerError) -> LedgerEntry {
        moveDueHolds(now: command.now)
        if let entry = try replay(key: command.key, digest: command.digest) { return entry }
        guard command.amount >= .zero, command.accounts.count <= ReserveCommand.maximumAccounts else { throw Self.overflow }
        locate(command.accounts)
        for position in command.accounts.indices {
            let slot = locatedSlot(position)
            guard slot < 0 || accounts.states[slot].committed(adding: command.amount.picoUSD) != nil else { throw Self.overflow }
        }
        try openAccounts(command.accounts, now: command.now)
        let slot = holds.add(
            key: command.key, keyHash: command.key.map(holds.hash(of:)) ?? 0, digest: command.digest, request: command.request,
            amount: .zero, now: command.now, deadline: command.now)
        for (position, limit) in command.accounts.enumerated() {
            let account = locatedSlot(position)
            holds.attach(accounts.reference(to: account), to: slot)
            accounts.states[account].apply(limit, now: command.now)
            accounts.states[account].add(command.amount.picoUSD, usage: command.usage, now: command.now)
            raiseLevels(of: account, now: command.now)
        }
        return finish(
            slot, kind: .charge, usage: command.usage, amount: command.amount, held: nil, refundOf: nil, now: command.now, wasOpen: false)
    }

    /// Posts a credit to the accounts of a charge, as far as they are still kept.
    mutating func refund(_ command: RefundCommand) throws(LedgerError) -> LedgerEntry {
        moveDueHolds(now: command.now)
        if let entry = try replay(key: command.key, digest: command.digest) { return entry }
        guard let charge = holds.find(command.entry), let posting = holds.records[charge].posting, posting.kind == .charge else {
            throw LedgerError(.entryNotFound, "no such charge, or it is so old that it was forgotten")
        }
        guard command.amount > .zero else { throw LedgerError(.refundInvalid, "a refund is above zero") }
        let left = posting.amount.picoUSD - holds.records[charge].refunded
        guard command.amount.picoUSD <= left else {
            throw LedgerError(.refundExceedsCharge, "\(command.amount) USD of a charge of which \(Money(picoUSD: left)) USD are left")
        }
        holds.records[charge].refunded += command.amount.picoUSD
        for position in 0..<holds.records[charge].accountCount {
            let reference = holds.account(position, of: charge)
            guard accounts.isCurrent(reference) else { continue }
            accounts.states[Int(reference.slot)].used &-= command.amount.picoUSD  // at most what was added
            accounts.states[Int(reference.slot)].refunded = accounts.states[Int(reference.slot)].refunded
                .addingSaturating(command.amount.picoUSD)
            accounts.states[Int(reference.slot)].lastUsed = command.now
        }
        let slot = holds.add(
            key: command.key, keyHash: holds.hash(of: command.key), digest: command.digest, request: holds.records[charge].hold.request,
            amount: .zero, now: command.now, deadline: command.now)
        return finish(
            slot, kind: .refund, usage: nil, amount: Money(picoUSD: -command.amount.picoUSD), held: nil, refundOf: command.entry,
            now: command.now, wasOpen: false)
    }

    func entry(of record: HoldBook.Record, _ posting: HoldBook.Posting) -> LedgerEntry {
        LedgerEntry(
            id: posting.entry, kind: posting.kind, postedAt: posting.at, hold: record.hold, usage: posting.usage, amount: posting.amount,
            held: posting.held, refundOf: posting.refundOf)
    }

    func recentEntries(limit: Int) -> [LedgerEntry] {
        holds.newestPosted(limit: limit).compactMap { slot in
            holds.records[slot].posting.map { entry(of: holds.records[slot], $0) }
        }
    }

    private func replay(key: String?, digest: Fingerprint) throws(LedgerError) -> LedgerEntry? {
        guard let key, let slot = holds.find(key: key, hash: holds.hash(of: key)) else { return nil }
        guard holds.records[slot].digest == digest, let posting = holds.records[slot].posting else { throw Self.conflict(key) }
        return entry(of: holds.records[slot], posting)
    }

    private mutating func finish(
        _ slot: Int, kind: LedgerEntry.Kind, usage: TokenUsage?, amount: Money, held: Money?, refundOf: EntryID?, now: Timestamp,
        wasOpen: Bool
    ) -> LedgerEntry {
        let posting = HoldBook.Posting(
            entry: holds.nextEntry(at: slot), kind: kind, at: now, usage: usage, amount: amount, held: held, refundOf: refundOf)
        holds.records[slot].posting = posting
        let entry = entry(of: holds.records[slot], posting)
        holds.finish(slot, as: .settled, wasOpen: wasOpen)
        return entry
    }

    private static var overflow: LedgerError {
        LedgerError(.overflow, "the amount, or the sum of an account, is more than can be counted")
    }
}
