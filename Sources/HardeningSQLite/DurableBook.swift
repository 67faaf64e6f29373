import CostTracker
import GRDB
import GRDBSQLite
import HardeningCore

/// The rules of the ledger over tables: the same steps as in memory, inside one transaction of SQLite.
///
/// A step checks everything before it changes anything, so a refused one leaves nothing to undo and its neighbours in the
/// transaction stand. What SQLite itself refuses throws ``SQLFailure``; then the transaction is rolled back and ``forgetAll()``
/// called, because what was cached may be ahead of the file.
///
/// Used on the queue of the writing connection only.
final class DurableBook {
    var accounts: AccountRows
    var holds: HoldRows
    var journal: JournalRows
    /// Events of the current transaction, in order.
    var raised: [BudgetEvent] = []
    private var openCount = 0
    private var nextHold: Int64 = 1
    private var nextEntry: UInt64 = 1
    /// No reserved or dispatched hold is due before; distantPast when unknown.
    private var nothingDueBefore = Timestamp.distantPast
    private let openHoldCapacity: Int
    private let cacheCapacity: Int
    private let dataVersion: SQLStatement
    private let counters: SQLStatement
    private let earliestDue: SQLStatement
    private var seenVersion: Int64?

    init(_ database: Database, openHolds: Int, cachedRows: Int) throws {
        accounts = try AccountRows(database)
        holds = try HoldRows(database)
        journal = try JournalRows(database)
        openHoldCapacity = openHolds
        cacheCapacity = cachedRows
        dataVersion = try SQLStatement("PRAGMA data_version", on: database)
        counters = try SQLStatement(
            """
            SELECT (SELECT count(*) FROM hold WHERE state < 3), (SELECT ifnull(max(id), 0) FROM hold),
            ifnull((SELECT entry FROM hold WHERE entry IS NOT NULL ORDER BY entry DESC LIMIT 1), 0)
            """, on: database)
        earliestDue = try SQLStatement(
            """
            SELECT (SELECT min(deadline) FROM hold WHERE state < 3 AND state = 0),
            (SELECT min(deadline) FROM hold WHERE state < 3 AND state = 1)
            """, on: database)
    }

    // MARK: Transactions

    /// Forgets what another process may have changed since; call it first in every transaction.
    func refresh() throws {
        let version = try dataVersion.first { $0.integer(0) }
        let isFull = accounts.rows.count > cacheCapacity || holds.count > cacheCapacity
        if version == seenVersion, !isFull { return }
        forgetAll()
        try journal.reload()
        try counters.first { row in
            (openCount, nextHold, nextEntry) = (Int(row.integer(0)), row.integer(1) + 1, UInt64(bitPattern: row.integer(2)) + 1)
        }
        seenVersion = version
    }

    /// Writes what is still in memory only; call it last in every transaction.
    func flush() throws { try accounts.flush() }

    func forgetAll() {
        accounts.forgetAll()
        holds.forgetAll()
        raised.removeAll()
        nothingDueBefore = .distantPast
        seenVersion = nil
    }

    // MARK: Reserve

    func reserve(_ command: ReserveCommand) throws -> Hold {
        try moveDueHolds(now: command.now)
        let digest = command.digest
        if let known = try holds.find(key: command.key) {
            guard known.call == .reserve, known.digest == digest else { throw Self.conflict(command.key) }
            return known.hold
        }
        guard command.amount >= .zero else { throw LedgerError(.overflow, "a hold is not below zero") }
        let limits = command.accounts.limits
        let found = try limits.map { try accounts.find($0.account) }
        try admit(command.amount, to: limits, found: found)
        try makeRoomForHold(now: command.now)
        let positions = try open(limits, found: found, now: command.now)
        let stored = newRecord(
            .reserve, key: command.key, digest: digest, request: command.request, amount: command.amount, positions: positions,
            now: command.now, deadline: command.expiresAt)
        try holds.add(stored)
        openCount += 1
        nothingDueBefore = min(nothingDueBefore, command.expiresAt)
        change(positions, limits: limits, now: command.now) { $0.hold(command.amount.picoUSD) }
        try journal.append(
            .reserved, hold: stored.hold.id, accounts: stored.accounts, moves: .init(held: command.amount.picoUSD), digest: digest,
            now: command.now)
        return stored.hold
    }

    /// Checks every account before anything is touched.
    private func admit(_ amount: Money, to limits: [AccountLimit], found: [Int?]) throws(LedgerError) {
        var failing: [AccountBalance] = []
        for (limit, position) in zip(limits, found) {
            let committed = position.map { accounts.rows[$0].state.committed } ?? 0
            let (sum, overflow) = committed.addingReportingOverflow(amount.picoUSD)
            if !overflow, sum <= (limit.limit ?? .init(picoUSD: .max)).picoUSD { continue }
            guard limit.limit != nil else { throw LedgerError(.overflow, "\(limit.account) counts more than an amount can hold") }
            failing.append(balance(of: limit, at: position))
        }
        if !failing.isEmpty { throw LedgerError(refused: BudgetRefusal(requested: amount, failing: failing)) }
    }

    /// Frees a place for one more open hold, as the store in memory does.
    private func makeRoomForHold(now: Timestamp) throws {
        guard openCount >= openHoldCapacity else { return }
        guard let oldest = try holds.firstDue(.suspense, now: .distantFuture) else {
            throw LedgerError(.ledgerFull, "\(openHoldCapacity) holds are open; settle or release some")
        }
        raise(.writtenOff, oldest, now: now)
        _ = try post(oldest, usage: nil, amount: oldest.hold.amount, now: now)
    }

    func open(_ limits: [AccountLimit], found: [Int?], now: Timestamp) throws -> [Int] {
        var positions: [Int] = []
        for (limit, position) in zip(limits, found) {
            if let position {
                positions.append(position)
            } else {
                let opened = try accounts.open(limit, now: now)
                positions.append(opened)
                try journal.append(
                    .opened, hold: HoldID(rawValue: 0), accounts: [accounts.rows[opened].id], opened: limit.account, now: now)
            }
        }
        return positions
    }

    func newRecord(
        _ call: StoredHold.Call, key: String?, digest: Fingerprint, request: PricedRequest, amount: Money, positions: [Int], now: Timestamp,
        deadline: Timestamp
    ) -> StoredHold {
        defer { nextHold += 1 }
        let id = HoldID(rawValue: UInt64(bitPattern: nextHold))
        let hold = Hold(id: id, key: key, request: request, amount: amount, reservedAt: now, expiresAt: deadline)
        return StoredHold(
            hold: hold, call: call, digest: digest, state: call == .reserve ? .reserved : .settled, deadline: deadline,
            accounts: positions.map { accounts.rows[$0].id })
    }

    func takeEntry() -> EntryID {
        defer { nextEntry += 1 }
        return EntryID(rawValue: nextEntry)
    }

    // MARK: Dispatch, release

    func dispatch(_ id: HoldID, deadline: Timestamp, now: Timestamp) throws {
        var stored = try openHold(id, now: now)
        switch stored.state {
        case .reserved:
            (stored.state, stored.deadline) = (.dispatched, deadline)
            try holds.change(stored)
            nothingDueBefore = min(nothingDueBefore, deadline)
            try journal.append(.dispatched, hold: id, accounts: stored.accounts, now: now)
        case .dispatched, .suspense, .settled: break
        case .released, .expired: throw Self.ended(stored.state)
        }
    }

    func release(_ id: HoldID, now: Timestamp) throws {
        let stored = try openHold(id, now: now)
        switch stored.state {
        case .reserved: try giveBack(stored, as: .released, now: now)
        case .released, .expired: break
        case .dispatched, .suspense:
            throw LedgerError(.holdDispatched, "the request has left; settle it, with zero usage if the provider says so")
        case .settled: throw LedgerError(.holdSettled, "the hold is settled; refund its entry instead")
        }
    }

    func openHold(_ id: HoldID, now: Timestamp) throws -> StoredHold {
        try moveDueHolds(now: now)
        guard let stored = try holds.find(id) else { throw LedgerError(.holdNotFound, "no such hold") }
        return stored
    }

    // MARK: Time

    /// Ends what is overdue, reserved holds first, each in the order of the deadlines.
    func moveDueHolds(now: Timestamp) throws {
        guard now >= nothingDueBefore else { return }
        while let stored = try holds.firstDue(.reserved, now: now) {
            raise(.expired, stored, now: now)
            try giveBack(stored, as: .expired, now: now)
        }
        while var stored = try holds.firstDue(.dispatched, now: now) {
            raise(.suspended, stored, now: now)
            let amount = stored.hold.amount.picoUSD
            for account in stored.accounts { accounts.change(try accounts.find(id: account)) { $0.suspend(amount) } }
            stored.state = .suspense
            try holds.change(stored)
            try journal.append(
                .suspended, hold: stored.hold.id, accounts: stored.accounts, moves: .init(held: -amount, suspense: amount), now: now)
        }
        let deadlines = try earliestDue.first { [$0.optionalInteger(0), $0.optionalInteger(1)] } ?? []
        nothingDueBefore = deadlines.compactMap { $0 }.min().map(Timestamp.init(nanosecondsSince1970:)) ?? .distantFuture
    }

    private func giveBack(_ stored: StoredHold, as state: HoldState, now: Timestamp) throws {
        var stored = stored
        let amount = stored.hold.amount.picoUSD
        for account in stored.accounts { accounts.change(try accounts.find(id: account)) { $0.free(amount, wasSuspended: false) } }
        stored.state = state
        openCount -= 1
        try holds.change(stored)
        try journal.append(
            state == .expired ? .expired : .released, hold: stored.hold.id, accounts: stored.accounts, moves: .init(held: -amount), now: now
        )
    }

    func closeHold() { openCount -= 1 }

    // MARK: Parts

    func balance(of limit: AccountLimit, at position: Int?) -> AccountBalance {
        var balance =
            position.map { accounts.rows[$0].state.balance }
            ?? AccountBalance(account: limit.account, windowEnd: limit.windowEnd, limit: limit.limit)
        balance.limit = limit.limit
        return balance
    }

    /// Changes accounts with today's limits, then raises the levels that were crossed.
    func change(_ positions: [Int], limits: [AccountLimit]? = nil, now: Timestamp, _ body: (inout AccountState) -> Void) {
        for (item, position) in positions.enumerated() {
            accounts.change(position) { state in
                if let limits { state.apply(limits[item].limit, limits[item].warnings, now: now) }
                body(&state)
            }
        }
        for position in positions where accounts.rows[position].state.mayCrossLevel {
            accounts.change(position) { $0.raiseCrossedLevels(now: now, into: &raised) }
        }
    }

    func raise(_ kind: BudgetEvent.Kind, _ stored: StoredHold, amount: Money? = nil, now: Timestamp) {
        raised.append(BudgetEvent(kind: kind, at: now, hold: stored.hold.id, amount: amount ?? stored.hold.amount))
    }

    static func conflict(_ key: String) -> LedgerError {
        LedgerError(.keyConflict, "the key \"\(key.prefix(64))\" was used for something else")
    }

    static func ended(_ state: HoldState) -> LedgerError {
        state == .released
            ? LedgerError(.holdReleased, "the hold was released; reserve again, or track what was spent")
            : LedgerError(.holdExpired, "the hold was not dispatched in time; reserve again, or track what was spent")
    }
}
