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
        let charged = holds.references(of: slot)
        let extra = amount.picoUSD &- held  // both are at least zero
        if extra > 0 {
            for reference in charged where !accounts.states[Int(reference.slot)].canAdd(extra) { throw Self.overflow }
        }
        let (prompt, completion) = (usage?.promptTokens ?? 0, usage?.completionTokens ?? 0)
        let mayCross = accounts.update(charged) { state in
            state.free(held, wasSuspended: wasSuspended)
            state.add(amount.picoUSD, prompt: prompt, completion: completion, now: now)
        }
        if mayCross { raiseCrossedLevels(at: charged.map { Int($0.slot) }, now: now) }
        if extra > 0 { raise(.overrun, hold: slot, amount: Money(picoUSD: extra), now: now) }
        let freed = wasSuspended ? (held: Int64(0), suspense: -held) : (held: -held, suspense: 0)
        return finish(
            slot, of: hold, kind: .charge, usage: usage, amount: amount, held: hold.amount, refundOf: nil, now: now, wasOpen: true,
            moves: .init(held: freed.held, suspense: freed.suspense, spent: amount.picoUSD), digest: nil)
    }

    /// Posts a cost that was never held.
    mutating func charge(_ command: ChargeCommand) throws(LedgerError) -> LedgerEntry {
        moveDueHolds(now: command.now)
        if let key = command.key, let slot = holds.find(key: key, hash: holds.hash(of: key)) {
            guard holds.records[slot].call == .charge, let entry = holds.records[slot].entry, entry.usage == command.usage,
                entry.request.isSameCall(as: command.request)
            else { throw Self.conflict(key) }
            return entry
        }
        guard command.amount >= .zero else { throw Self.overflow }
        accounts.locate(command.accounts, into: &places)
        for place in places where place.slot >= 0 {
            guard accounts.states[place.slot].canAdd(command.amount.picoUSD) else { throw Self.overflow }
        }
        try openAccounts(command.accounts, now: command.now)
        let (slot, hold) = holds.add(
            .charge, key: command.key, keyHash: command.key.map(holds.hash(of:)) ?? 0, request: command.request, amount: .zero,
            now: command.now, deadline: command.now)
        let (prompt, completion) = (command.usage.promptTokens, command.usage.completionTokens)
        charge(command.accounts, now: command.now, by: slot) { state in
            state.add(command.amount.picoUSD, prompt: prompt, completion: completion, now: command.now)
        }
        return finish(
            slot, of: hold, kind: .charge, usage: command.usage, amount: command.amount, held: nil, refundOf: nil, now: command.now,
            wasOpen: false, moves: .init(spent: command.amount.picoUSD), digest: command.digest)
    }

    /// Posts a credit to the accounts of a charge, as far as they are still kept.
    mutating func refund(_ command: RefundCommand) throws(LedgerError) -> LedgerEntry {
        moveDueHolds(now: command.now)
        let keyHash = holds.hash(of: command.key)
        if let slot = holds.find(key: command.key, hash: keyHash) {
            guard holds.records[slot].call == .refund, let entry = holds.records[slot].entry, entry.refundOf == command.entry,
                entry.amount.picoUSD == 0 &- command.amount.picoUSD
            else { throw Self.conflict(command.key) }
            return entry
        }
        guard let charge = holds.find(command.entry), let posted = holds.records[charge].posting, posted.kind == .charge else {
            throw LedgerError(.entryNotFound, "no such charge, or it is so old that it was forgotten")
        }
        guard command.amount > .zero else { throw LedgerError(.refundInvalid, "a refund is above zero") }
        let left = posted.amount.picoUSD + holds.records[charge].adjusted - holds.records[charge].refunded
        guard command.amount.picoUSD <= left else {
            throw LedgerError(.refundExceedsCharge, "\(command.amount) USD of a charge of which \(Money(picoUSD: left)) USD are left")
        }
        locateKept(of: charge)
        for place in places { try accounts.states[place.slot].checkRefund(command.amount.picoUSD) }
        holds.records[charge].refunded += command.amount.picoUSD
        for place in places { accounts.states[place.slot].refund(command.amount.picoUSD, now: command.now) }
        let (slot, hold) = holds.add(
            .refund, key: command.key, keyHash: keyHash, request: holds.records[charge].hold.request, amount: .zero, now: command.now,
            deadline: command.now)
        holds.attach(places, to: slot)
        return finish(
            slot, of: hold, kind: .refund, usage: nil, amount: Money(picoUSD: -command.amount.picoUSD), held: nil, refundOf: command.entry,
            now: command.now, wasOpen: false, moves: .init(spent: -command.amount.picoUSD), digest: command.digest)
    }

    /// Locates those accounts of a charge that are still kept.
    mutating func locateKept(of charge: Int) {
        places.removeAll(keepingCapacity: true)
        for position in holds.accountPositions(of: charge) {
            let reference = holds.account(at: position)
            guard accounts.isCurrent(reference) else { continue }
            places.append(AccountBook.Place(item: 0, slot: Int(reference.slot), generation: reference.generation, hash: 0))
        }
    }

    func recentEntries(limit: Int) -> [LedgerEntry] {
        holds.newestPosted(limit: limit).compactMap { holds.records[$0].entry }
    }

    mutating func finish(
        _ slot: Int, of hold: Hold, kind: LedgerEntry.Kind, usage: TokenUsage?, amount: Money, held: Money?, refundOf: EntryID?,
        now: Timestamp, wasOpen: Bool, moves: JournalEntry.Moves, digest: @autoclosure () -> Fingerprint?
    ) -> LedgerEntry {
        let posting = HoldBook.Posting(
            entry: holds.nextEntry(at: slot), kind: kind, at: now, usage: usage, amount: amount, held: held, refundOf: refundOf)
        holds.records[slot].posting = posting
        let journalKind: JournalEntry.Kind = kind == .charge ? .charged : kind == .refund ? .refunded : .adjusted
        note(journalKind, hold: slot, moves: moves, posted: posting, digest: digest(), now: now)
        holds.finish(slot, as: .settled, wasOpen: wasOpen)
        return LedgerEntry(hold: hold, posting)
    }

    static var overflow: LedgerError {
        LedgerError(.overflow, "the amount, or the sum of an account, is more than can be counted")
    }
}
