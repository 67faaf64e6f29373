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
    private let openHoldCapacity: Int
    /// Where the accounts of the current command stand: found slots (or −1) and hashes.
    private var found: [(slot: Int, hash: UInt64)] = []

    init(bounds: InMemoryLedgerStore.Bounds) {
        accounts = AccountBook(capacity: bounds.accounts, idleLifetime: bounds.idleLifetime)
        holds = HoldBook(remembered: bounds.rememberedHolds)
        openHoldCapacity = max(16, min(bounds.openHolds, 1 << 24))
        found.reserveCapacity(ReserveCommand.maximumAccounts)
    }

    // MARK: Reserve

    mutating func reserve(_ command: ReserveCommand) throws(LedgerError) -> Hold {
        moveDueHolds(now: command.now)
        let keyHash = holds.hash(of: command.key)
        if let slot = holds.find(key: command.key, hash: keyHash) {
            guard holds.records[slot].digest == command.digest else { throw Self.conflict(command.key) }
            return holds.records[slot].hold
        }
        guard command.amount >= .zero else { throw LedgerError(.overflow, "a hold is not below zero") }
        try admit(command.amount, to: command.accounts)
        try makeRoomForHold(now: command.now)
        try openAccounts(command.accounts, now: command.now)

        let slot = holds.add(
            key: command.key, keyHash: keyHash, digest: command.digest, request: command.request, amount: command.amount,
            now: command.now, deadline: command.expiresAt)
        for (position, limit) in command.accounts.enumerated() {
            let account = found[position].slot
            holds.attach(accounts.reference(to: account), to: slot)
            accounts.states[account].hold(command.amount.picoUSD)  // fits: admit() added it
            accounts.states[account].apply(limit, now: command.now)
            raiseLevels(of: account, now: command.now)
        }
        holds.open(slot)
        return holds.records[slot].hold
    }

    /// Checks every account before anything is touched.
    private mutating func admit(_ amount: Money, to limits: [AccountLimit]) throws(LedgerError) {
        guard limits.count <= ReserveCommand.maximumAccounts else {
            throw LedgerError(.scopeInvalid, "a request is charged to at most \(ReserveCommand.maximumAccounts) accounts")
        }
        locate(limits)
        var failing: [AccountBalance] = []
        for (position, limit) in limits.enumerated() {
            let slot = found[position].slot
            let committed = slot < 0 ? amount.picoUSD : accounts.states[slot].committed(adding: amount.picoUSD)
            if let allowed = limit.limit, committed.map({ $0 > allowed.picoUSD }) ?? true {
                failing.append(balance(of: limit, slot: slot))
            } else if committed == nil {
                throw LedgerError(.overflow, "\(limit.account) counts more than an amount can hold")
            }
        }
        if !failing.isEmpty { throw LedgerError(refused: BudgetRefusal(requested: amount, failing: failing)) }
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
        case .reserved: holds.dispatch(slot, deadline: deadline)
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
            return entry(of: holds.records[slot], posting)
        case .released, .expired:
            throw Self.ended(holds.records[slot].state)
        }
    }

    mutating func release(_ id: HoldID, now: Timestamp) throws(LedgerError) {
        let slot = try openHold(id, now: now)
        switch holds.records[slot].state {
        case .reserved: giveBack(slot, as: .released)
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

    static func conflict(_ key: String) -> LedgerError {
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
            for position in 0..<holds.records[slot].accountCount {
                let account = Int(holds.account(position, of: slot).slot)
                accounts.states[account].held &-= amount
                accounts.states[account].suspense &+= amount
            }
            holds.suspend(slot)
        }
    }

    private mutating func expire(_ slot: Int, now: Timestamp) {
        raise(.expired, hold: slot, now: now)
        giveBack(slot, as: .expired)
    }

    private mutating func giveBack(_ slot: Int, as state: HoldState) {
        let amount = holds.records[slot].hold.amount.picoUSD
        for position in 0..<holds.records[slot].accountCount {
            let account = Int(holds.account(position, of: slot).slot)
            accounts.states[account].free(amount, wasSuspended: false)
        }
        holds.finish(slot, as: state)
    }
}

// MARK: - Accounts

extension LedgerBook {
    mutating func locate(_ limits: [AccountLimit]) {
        found.removeAll(keepingCapacity: true)
        for limit in limits {
            let hash = accounts.hash(of: limit.account)
            found.append((accounts.find(limit.account, hash: hash) ?? -1, hash))
        }
    }

    func locatedSlot(_ position: Int) -> Int { found[position].slot }

    /// Opens the accounts that ``locate(_:)`` did not find.
    ///
    /// If one cannot be opened, those opened before it are empty, so nothing has to be undone.
    mutating func openAccounts(_ limits: [AccountLimit], now: Timestamp) throws(LedgerError) {
        guard found.contains(where: { $0.slot < 0 }) else { return }
        // What making room must not forget is pinned by an open hold meanwhile.
        for place in found where place.slot >= 0 { accounts.states[place.slot].openHolds &+= 1 }
        defer { for place in found where place.slot >= 0 { accounts.states[place.slot].openHolds &-= 1 } }
        for (position, limit) in limits.enumerated() where found[position].slot < 0 {
            guard let slot = accounts.open(limit, hash: found[position].hash, now: now) else {
                throw LedgerError(.ledgerFull, "\(accounts.count) accounts are kept and none may be forgotten")
            }
            found[position].slot = slot
            accounts.states[slot].openHolds &+= 1
        }
    }

    func balance(of limit: AccountLimit, slot: Int) -> AccountBalance {
        var balance =
            slot < 0
            ? AccountBalance(account: limit.account, windowEnd: limit.windowEnd, limit: limit.limit) : accounts.states[slot].balance
        balance.limit = limit.limit
        return balance
    }

    /// Raises what was crossed for the first time in this account.
    @inline(__always)
    mutating func raiseLevels(of slot: Int, now: Timestamp) {
        if accounts.states[slot].mayCrossLevel { raiseCrossedLevels(of: slot, now: now) }
    }

    private mutating func raiseCrossedLevels(of slot: Int, now: Timestamp) {
        let state = accounts.states[slot]
        guard let limit = state.limit else { return }
        for position in 0..<4 {
            guard let percent = state.warnings[position], state.raised & (1 << UInt8(position)) == 0, state.isAbove(percent, of: limit)
            else { continue }
            accounts.states[slot].raised |= 1 << UInt8(position)
            raised.append(BudgetEvent(kind: .warning, at: now, balance: state.balance, percent: percent))
        }
        if state.raised & 0x80 == 0, (state.committed(adding: 0) ?? .max) >= limit.picoUSD {
            accounts.states[slot].raised |= 0x80
            raised.append(BudgetEvent(kind: .blocked, at: now, balance: state.balance))
        }
    }

    mutating func raise(_ kind: BudgetEvent.Kind, hold slot: Int, amount: Money? = nil, now: Timestamp) {
        let hold = holds.records[slot].hold
        raised.append(BudgetEvent(kind: kind, at: now, hold: hold.id, amount: amount ?? hold.amount))
    }
}
