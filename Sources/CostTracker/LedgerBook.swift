import HardeningCore

/// The rules of the ledger: accounts and holds, and what each step does to them.
///
/// It reads no clock and calls nobody. What should be announced collects in ``raised`` until the
/// owner takes it.
struct LedgerBook {
    var accounts: AccountBook
    var holds: HoldBook
    /// Events since the owner last took them, in order.
    var raised: [BudgetEvent] = []
    /// Nil: none is kept.
    var journal: LedgerJournal?
    private let openHoldCapacity: Int
    /// Where the accounts of the current command stand.
    var places: [AccountBook.Place] = []

    init(bounds: InMemoryLedgerStore.Bounds) {
        accounts = AccountBook(capacity: bounds.accounts, idleLifetime: bounds.idleLifetime)
        holds = HoldBook(remembered: bounds.rememberedHolds)
        journal = bounds.journalLines > 0 ? LedgerJournal(capacity: bounds.journalLines) : nil
        openHoldCapacity = max(16, min(bounds.openHolds, 1 << 24))
        places.reserveCapacity(AccountSelection.maximumCount)
    }

    // MARK: Reserve

    mutating func reserve(_ command: ReserveCommand) throws(LedgerError) -> Hold {
        moveDueHolds(now: command.now)
        let call = HoldBook.Call.reserve(command.input, maxOutput: command.maxOutput)
        let keyHash = holds.hash(of: command.key)
        if let slot = holds.find(key: command.key, hash: keyHash) {
            guard holds.records[slot].call == call, holds.records[slot].hold.request.isSameCall(as: command.request) else {
                throw Self.conflict(command.key)
            }
            return holds.records[slot].hold
        }
        guard command.amount >= .zero else { throw LedgerError(.overflow, "a hold is not below zero") }
        accounts.locate(command.accounts, into: &places)
        try admit(command.amount, to: command.accounts)
        try makeRoomForHold(now: command.now)
        try openAccounts(command.accounts, now: command.now)

        let (slot, hold) = holds.add(
            call, key: command.key, keyHash: keyHash, request: command.request, amount: command.amount, now: command.now,
            deadline: command.expiresAt)
        charge(command.accounts, now: command.now, by: slot) { $0.hold(command.amount.picoUSD) }  // fits: admit() added it
        holds.open(slot)
        note(.reserved, hold: slot, moves: .init(held: command.amount.picoUSD), digest: command.digest, now: command.now)
        return hold
    }

    /// Checks every account before anything is touched.
    private func admit(_ amount: Money, to selection: AccountSelection) throws(LedgerError) {
        var fits = true
        for place in places where !self.fits(amount, in: place, limit: selection.plan.items[place.item].limit) { fits = false }
        if !fits { throw refusal(of: amount, to: selection) }
    }

    /// Whether used + held + suspense + amount ≤ limit; without a limit, whether the sum can be counted.
    @inline(__always)
    private func fits(_ amount: Money, in place: AccountBook.Place, limit: Money?) -> Bool {
        let committed = place.slot < 0 ? 0 : accounts.states[place.slot].committed
        let (sum, overflow) = committed.addingReportingOverflow(amount.picoUSD)
        return !overflow && sum <= (limit ?? .max).picoUSD
    }

    private func refusal(of amount: Money, to selection: AccountSelection) -> LedgerError {
        var failing: [AccountBalance] = []
        for place in places {
            guard let name = selection.name(at: place.item) else { continue }
            let limit = selection.limit(at: place.item, name: name)
            if fits(amount, in: place, limit: limit.limit) { continue }
            guard limit.limit != nil else {
                return LedgerError(.overflow, "\(limit.account) counts more than an amount can hold")
            }
            failing.append(balance(of: limit, slot: place.slot))
        }
        return LedgerError(refused: BudgetRefusal(requested: amount, failing: failing))
    }

    /// Frees a place for one more open hold.
    ///
    /// What has waited longest in suspense is charged in full: it was counted anyway, and its late settlement
    /// is answered with a conflict.
    private mutating func makeRoomForHold(now: Timestamp) throws(LedgerError) {
        guard holds.openCount >= openHoldCapacity else { return }
        guard let oldest = holds.queues.first(in: .suspense) else {
            throw LedgerError(.ledgerFull, "\(openHoldCapacity) holds are open; settle or release some")
        }
        raise(.writtenOff, hold: oldest, now: now)
        _ = try post(oldest, usage: nil, amount: holds.records[oldest].hold.amount, now: now)
    }

    // MARK: Dispatch, settle, release

    mutating func dispatch(_ id: HoldID, deadline: Timestamp, now: Timestamp) throws(LedgerError) {
        let slot = try openHold(id, now: now)
        switch holds.records[slot].state {
        case .reserved:
            holds.dispatch(slot, deadline: deadline)
            note(.dispatched, hold: slot, now: now)
        case .dispatched, .suspense, .settled: break
        case .released, .expired: throw Self.ended(holds.records[slot].state)
        }
    }

    mutating func settle(_ command: SettleCommand) throws(LedgerError) -> LedgerEntry {
        let slot = try openHold(command.hold, now: command.now)
        let hold = holds.records[slot].hold
        let (usage, amount): (TokenUsage?, Money) =
            switch command.outcome {
            case .exact(let usage, let amount): (usage, amount)
            case .atHold: (nil, hold.amount)
            }
        switch holds.records[slot].state {
        case .reserved, .dispatched, .suspense:
            guard amount >= .zero else { throw LedgerError(.overflow, "a charge is not below zero") }
            return try post(slot, usage: usage, amount: amount, now: command.now)
        case .settled:
            guard let posting = holds.records[slot].posting, posting.usage == usage, posting.amount == amount else {
                throw LedgerError(.settledDifferently, "the hold was settled with another usage; refund or track the difference")
            }
            return LedgerEntry(hold: hold, posting)
        case .released, .expired:
            throw Self.ended(holds.records[slot].state)
        }
    }

    mutating func release(_ id: HoldID, now: Timestamp) throws(LedgerError) {
        let slot = try openHold(id, now: now)
        switch holds.records[slot].state {
        case .reserved: giveBack(slot, as: .released, now: now)
        case .released, .expired: break
        case .dispatched, .suspense:
            throw LedgerError(.holdDispatched, "the request has left; settle it, with zero usage if the provider says so")
        case .settled: throw LedgerError(.holdSettled, "the hold is settled; refund its entry instead")
        }
    }

    func state(of id: HoldID) -> HoldState? {
        holds.find(id).map { holds.records[$0].state }
    }

    /// Finds a hold and lets its own time pass, wherever it stands in its queue.
    private mutating func openHold(_ id: HoldID, now: Timestamp) throws(LedgerError) -> Int {
        moveDueHolds(now: now)
        guard let slot = holds.find(id) else {
            throw LedgerError(.holdNotFound, "no such hold, or it ended so long ago that it was forgotten")
        }
        if holds.records[slot].state == .reserved, holds.records[slot].deadline <= now { expire(slot, now: now) }
        return slot
    }

    private static func ended(_ state: HoldState) -> LedgerError {
        state == .released
            ? LedgerError(.holdReleased, "the hold was released; reserve again, or track what was spent")
            : LedgerError(.holdExpired, "the hold was not dispatched in time; reserve again, or track what was spent")
    }

    package static func conflict(_ key: String) -> LedgerError {
        LedgerError(.keyConflict, "the key \"\(key.prefix(64))\" was used for something else")
    }
}

// MARK: - Time

extension LedgerBook {
    /// Ends what is overdue.
    ///
    /// Amortised constant: each hold moves at most twice.
    ///
    /// Queues are in the order of entry. After the wall clock stepped back, a hold may wait behind one
    /// with a later deadline: money comes back later than promised then, never earlier.
    mutating func moveDueHolds(now: Timestamp) {
        while let slot = holds.queues.first(in: .reserved), holds.records[slot].deadline <= now {
            expire(slot, now: now)
        }
        while let slot = holds.queues.first(in: .dispatched), holds.records[slot].deadline <= now {
            raise(.suspended, hold: slot, now: now)
            let amount = holds.records[slot].hold.amount.picoUSD
            for position in holds.accountPositions(of: slot) {
                accounts.states[Int(holds.account(at: position).slot)].suspend(amount)
            }
            note(.suspended, hold: slot, moves: .init(held: -amount, suspense: amount), now: now)
            holds.suspend(slot)
        }
    }

    private mutating func expire(_ slot: Int, now: Timestamp) {
        raise(.expired, hold: slot, now: now)
        giveBack(slot, as: .expired, now: now)
    }

    private mutating func giveBack(_ slot: Int, as state: HoldState, now: Timestamp) {
        let amount = holds.records[slot].hold.amount.picoUSD
        for position in holds.accountPositions(of: slot) {
            accounts.states[Int(holds.account(at: position).slot)].free(amount, wasSuspended: false)
        }
        note(state == .expired ? .expired : .released, hold: slot, moves: .init(held: -amount), now: now)
        holds.finish(slot, as: state)
    }
}

// MARK: - Accounts

extension LedgerBook {
    /// Opens the accounts that ``AccountBook/locate(_:into:)`` did not find.
    ///
    /// If one cannot be opened, those opened before it are empty, so nothing has to be undone.
    mutating func openAccounts(_ selection: AccountSelection, now: Timestamp) throws(LedgerError) {
        guard places.contains(where: { $0.slot < 0 }) else { return }
        // What making room must not forget is pinned by an open hold meanwhile.
        for place in places where place.slot >= 0 { accounts.states[place.slot].openHolds &+= 1 }
        defer { for place in places where place.slot >= 0 { accounts.states[place.slot].openHolds &-= 1 } }
        for position in places.indices where places[position].slot < 0 {
            guard let name = selection.name(at: places[position].item) else { continue }
            let limit = selection.limit(at: places[position].item, name: name)
            guard let slot = accounts.open(limit.account, hash: places[position].hash, windowEnd: limit.windowEnd, now: now) else {
                throw LedgerError(.ledgerFull, "\(accounts.count) accounts are kept and none may be forgotten")
            }
            places[position].open(slot, generation: accounts.states[slot].generation)
            accounts.states[slot].openHolds &+= 1
            noteOpened(slot, now: now)
        }
    }

    /// Attaches the located accounts to a hold, with today's limits, and changes each of them.
    @inline(__always)
    mutating func charge(_ selection: AccountSelection, now: Timestamp, by hold: Int, _ change: (inout AccountState) -> Void) {
        let plan = selection.plan
        let mayCross = accounts.update(places) { item, state in
            state.apply(plan.items[item].limit, plan.items[item].warnings, now: now)
            change(&state)
        }
        holds.attach(places, to: hold)
        if mayCross { raiseCrossedLevels(at: places.map(\.slot), now: now) }
    }

    /// Raises what was crossed for the first time.
    mutating func raiseCrossedLevels(at slots: [Int], now: Timestamp) {
        for slot in slots where accounts.states[slot].mayCrossLevel {
            accounts.states[slot].raiseCrossedLevels(now: now, into: &raised)
        }
    }

    func balance(of limit: AccountLimit, slot: Int) -> AccountBalance {
        var balance =
            slot < 0
            ? AccountBalance(account: limit.account, windowEnd: limit.windowEnd, limit: limit.limit) : accounts.states[slot].balance
        balance.limit = limit.limit
        return balance
    }

    mutating func raise(_ kind: BudgetEvent.Kind, hold slot: Int, amount: Money? = nil, now: Timestamp) {
        let hold = holds.records[slot].hold
        raised.append(BudgetEvent(kind: kind, at: now, hold: hold.id, amount: amount ?? hold.amount))
    }
}
