public import CostTracker
import GRDB
public import HardeningCore
import Synchronization

/// The ledger in one SQLite file: every acknowledged step survives the death of the process and of the machine.
///
/// ```swift
/// let store = try SQLiteLedgerStore(path: "/var/lib/service/ledger.sqlite")
/// let ledger = try CostLedger(budgets: [.daily(.usd("100"))], store: store)
/// ```
/// A step is answered after the commit that holds it was synced (`synchronous = FULL`, write-ahead log). Callers that arrive
/// together share one commit, so throughput grows with concurrency while a lone caller waits for one sync.
///
/// **Several processes** may open one file: each step reads and decides inside an exclusive transaction, so budgets hold across all
/// of them. They take turns; one that waits longer than ``Settings/lockWait`` gets `LEDGER_STORAGE_BUSY` and has done nothing.
/// Not on network file systems, whose locks are not reliable: there, put a store of your own behind `LedgerStore`.
///
/// **When storage fails** (full, read-only, damaged) the step throws a ``LedgerError`` with one of the codes below, nothing of it is
/// kept, and what was acknowledged before stands. A row that is not what was written is an error, never an amount.
///
/// **Bounds.** Memory: ``Settings/cachedRows`` rows, ``Settings/waitingSteps`` callers and SQLite's page cache. The file grows by
/// about 600 bytes per settled request, forever: it is the proof. Cost per step does not depend on its length; opening reads a handful
/// of rows and the count of open holds.
public final class SQLiteLedgerStore: LedgerAdjusting, LedgerAuditing {
    /// How long and how much, each with its reason.
    public struct Settings: Sendable, Hashable {
        /// How long a step waits while another process writes.
        ///
        /// 5 s is far longer than a commit takes, and shorter than a client's patience.
        public var lockWait: Duration = .seconds(5)
        /// Holds that are reserved, dispatched or in suspense; at the bound it does what ``InMemoryLedgerStore/Bounds/openHolds`` says.
        public var openHolds = 100_000
        /// Steps that wait for the disk; beyond them callers get `LEDGER_STORAGE_BUSY` at once.
        ///
        /// 16,384 are drained within a second or two.
        public var waitingSteps = 16_384
        /// The most steps that share one transaction and one sync.
        ///
        /// 256 is more than gather during a sync; 1 gives every step a transaction of its own, to measure what sharing saves.
        public var stepsPerCommit = 256
        /// Accounts and holds that are kept in memory after they were read, each; about a kilobyte a row.
        public var cachedRows = 8_192
        /// The largest size of the file in bytes; nil: as large as the disk.
        ///
        /// At the bound steps throw `LEDGER_STORAGE_FULL` while settled history stays readable.
        public var maximumBytes: Int64?

        public init() {}
    }

    public let events = EventChannel<BudgetEvent>()
    let pool: DatabasePool
    private let writer: LedgerWriter

    /// Opens a ledger, or makes a new one, and brings an older one to this release's layout.
    ///
    /// - Parameter path: the file; its folder must exist. `-wal` and `-shm` beside it belong to it.
    /// - Throws: ``LedgerError``: `storageUnavailable`, `storageReadOnly`, `storageDamaged`, `storageFull`, `storageBusy`,
    ///   `storageUnknownSchema` when it is not a ledger or was written by a newer release.
    /// - Complexity: O(1) in the length of the ledger.
    public init(path: String, settings: Settings = Settings()) throws(LedgerError) {
        do {
            pool = try LedgerFile.open(path, settings: settings)
            writer = try LedgerWriter(pool: pool, events: events, settings: settings)
        } catch {
            throw LedgerError(storage: error)
        }
    }

    public func reserve(_ command: ReserveCommand) async throws(LedgerError) -> Hold {
        try await writer.step { try $0.reserve(command) }
    }

    public func dispatch(_ hold: HoldID, deadline: Timestamp, now: Timestamp) async throws(LedgerError) {
        try await writer.step { try $0.dispatch(hold, deadline: deadline, now: now) }
    }

    public func settle(_ command: SettleCommand) async throws(LedgerError) -> LedgerEntry {
        try await writer.step { try $0.settle(command) }
    }

    public func release(_ hold: HoldID, now: Timestamp) async throws(LedgerError) {
        try await writer.step { try $0.release(hold, now: now) }
    }

    public func charge(_ command: ChargeCommand) async throws(LedgerError) -> LedgerEntry {
        try await writer.step { try $0.charge(command) }
    }

    public func refund(_ command: RefundCommand) async throws(LedgerError) -> LedgerEntry {
        try await writer.step { try $0.refund(command) }
    }

    public func adjust(_ command: AdjustCommand) async throws(LedgerError) -> LedgerEntry? {
        try await writer.step { try $0.adjust(command) }
    }

    public func correct(_ command: CorrectionCommand) async throws(LedgerError) -> LedgerEntry {
        try await writer.step { try $0.correct(command) }
    }

    public func standing(of entry: EntryID) async throws(LedgerError) -> ChargeStanding? {
        try await writer.step { try $0.standing(of: entry) }
    }

    public func balances(of accounts: [AccountLimit], now: Timestamp) async throws(LedgerError) -> [AccountBalance] {
        try await writer.step { book in
            try book.moveDueHolds(now: now)
            return try accounts.map { book.balance(of: $0, at: try book.accounts.find($0.account)) }
        }
    }

    /// Read beside the writer: a long report delays nobody.
    ///
    /// - Complexity: O(accounts of the scope and window).
    public func balances(
        scope: ScopeKind, window: BudgetWindow, limit: Int, now: Timestamp
    ) async throws(LedgerError) -> [AccountBalance] {
        try await writer.step { try $0.moveDueHolds(now: now) }
        return try await read { database in
            let statement = try SQLStatement(
                """
                SELECT \(AccountRows.columns) FROM account WHERE scope = ? AND period = ? ORDER BY starts DESC, used DESC, name LIMIT ?
                """, on: database)
            var balances: [AccountBalance] = []
            try statement.each(.text(scope.rawValue), .text(window.rawValue), .integer(Int64(max(0, limit)))) { row in
                balances.append(try AccountRows.read(row).state.balance)
                return true
            }
            return balances
        }
    }

    public func state(of hold: HoldID, now: Timestamp) async throws(LedgerError) -> HoldState? {
        try await writer.step { book in
            try book.moveDueHolds(now: now)
            return try book.holds.find(hold)?.state
        }
    }

    /// The newest entries, newest first; at most 10,000 at once.
    public func recentEntries(limit: Int) async throws(LedgerError) -> [LedgerEntry] {
        try await writer.step { try $0.holds.newest(limit: min(max(0, limit), 10_000)) }
    }

    /// Transactions that this store made durable; steps that arrived together share one.
    public var commitCount: Int { writer.commitCount.load(ordering: .relaxed) }

    /// Steps that were taken or are waiting.
    package var acceptedSteps: Int { writer.acceptedSteps }

    /// See ``LedgerWriter/fullScanSteps()``.
    package func fullScanSteps() -> Int { writer.fullScanSteps() }

    /// Closes the file, once the steps that wait are done.
    ///
    /// Steps after it throw `storeFailed`. Without it the file closes when the store goes away.
    public func close() throws(LedgerError) {
        do {
            try writer.close()
        } catch {
            throw LedgerError(storage: error)
        }
    }

    /// Reads one unchanging state of the file, beside the writer.
    func read<Answer: Sendable>(_ body: @escaping @Sendable (Database) throws -> Answer) async throws(LedgerError) -> Answer {
        do {
            return try await pool.read(body)
        } catch {
            throw LedgerError(storage: error)
        }
    }
}
