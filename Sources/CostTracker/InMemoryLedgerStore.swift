public import HardeningCore
import Synchronization

/// The ledger in this process's memory: one lock around pure rules, every step synchronous.
///
/// For single-process services and tools. Not where a restart must not refill the budgets: what it
/// knows ends with the process, so use a durable store there.
///
/// Memory is bounded by ``Bounds``: below a kilobyte per hold and per account, so tens of megabytes at
/// the defaults when everything is full.
public final class InMemoryLedgerStore: LedgerAdjusting, LedgerAuditing {
    /// How much is kept, and what happens at each bound.
    public struct Bounds: Sendable, Hashable {
        /// Holds that are reserved, dispatched or in suspense.
        ///
        /// At the bound the oldest in suspense is charged in full to make room; when there is none, `reserve`
        /// throws `LEDGER_FULL`. 16,384 is far more than one process has requests in flight.
        public var openHolds = 16_384
        /// Finished holds whose answer, key and entry are remembered.
        ///
        /// At the bound the oldest is forgotten: its key counts as new, and it cannot be refunded. Totals are
        /// not affected. 8,192 covers the retries of minutes.
        public var rememberedHolds = 8_192
        /// Sessions, users, tenants, models, days and months together.
        ///
        /// At the bound, those without open holds are forgotten whose window has ended, that never spent
        /// anything, or that were idle for ``idleLifetime``; when there are none, a request that needs a new
        /// account throws `LEDGER_FULL`.
        public var accounts = 100_000
        /// How long an account must have been idle before it may be forgotten to make room.
        ///
        /// A forgotten session that comes back starts from zero, so this is longer than any session lives: 30
        /// days.
        public var idleLifetime: Duration = .seconds(30 * 86_400)
        /// Lines of the journal that are kept, about 400 bytes each; older ones are folded into a checkpoint.
        ///
        /// 0 by default: no journal, because hashing a line takes longer than the step it proves, and what a process
        /// keeps in memory proves nothing after it ends. Switch it on to test against the audit of a durable store.
        public var journalLines = 0

        public init() {}
    }

    public let events = EventChannel<BudgetEvent>()
    private let book: Mutex<LedgerBook>

    public init(bounds: Bounds = Bounds()) {
        book = Mutex(LedgerBook(bounds: bounds))
    }

    public func reserve(_ command: ReserveCommand) throws(LedgerError) -> Hold {
        try step { (book) throws(LedgerError) in try book.reserve(command) }
    }

    public func dispatch(_ hold: HoldID, deadline: Timestamp, now: Timestamp) throws(LedgerError) {
        try step { (book) throws(LedgerError) in try book.dispatch(hold, deadline: deadline, now: now) }
    }

    public func settle(_ command: SettleCommand) throws(LedgerError) -> LedgerEntry {
        try step { (book) throws(LedgerError) in try book.settle(command) }
    }

    public func release(_ hold: HoldID, now: Timestamp) throws(LedgerError) {
        try step { (book) throws(LedgerError) in try book.release(hold, now: now) }
    }

    public func charge(_ command: ChargeCommand) throws(LedgerError) -> LedgerEntry {
        try step { (book) throws(LedgerError) in try book.charge(command) }
    }

    public func refund(_ command: RefundCommand) throws(LedgerError) -> LedgerEntry {
        try step { (book) throws(LedgerError) in try book.refund(command) }
    }

    public func balances(of accounts: [AccountLimit], now: Timestamp) -> [AccountBalance] {
        step { book in
            book.moveDueHolds(now: now)
            return accounts.map { book.balance(of: $0, slot: book.accounts.find($0.account) ?? -1) }
        }
    }

    /// - Complexity: O(accounts), under the lock: for reports, not for request paths.
    public func balances(scope: ScopeKind, window: BudgetWindow, limit: Int, now: Timestamp) -> [AccountBalance] {
        let all = step { book in
            book.moveDueHolds(now: now)
            return book.accounts.states.filter { $0.isOpen && $0.account.scope == scope && $0.account.window == window }.map(\.balance)
        }
        let ordered = all.sorted { ($0.account.start, $0.used, $1.account.name) > ($1.account.start, $1.used, $0.account.name) }
        return Array(ordered.prefix(max(0, limit)))
    }

    public func state(of hold: HoldID, now: Timestamp) -> HoldState? {
        step { book in
            book.moveDueHolds(now: now)
            return book.state(of: hold)
        }
    }

    public func recentEntries(limit: Int) -> [LedgerEntry] {
        book.withLock { $0.recentEntries(limit: max(0, limit)) }
    }

    public func adjust(_ command: AdjustCommand) throws(LedgerError) -> LedgerEntry? {
        try step { (book) throws(LedgerError) in try book.adjust(command) }
    }

    public func correct(_ command: CorrectionCommand) throws(LedgerError) -> LedgerEntry {
        try step { (book) throws(LedgerError) in try book.correct(command) }
    }

    public func standing(of entry: EntryID) -> ChargeStanding? {
        book.withLock { $0.standing(of: entry) }
    }

    /// Replays the lines that are kept, from the checkpoint before them.
    ///
    /// - Throws: ``LedgerError``, `auditUnavailable` when no journal is kept.
    /// - Complexity: O(lines + accounts), in part under the lock.
    public func verify() throws(LedgerError) -> JournalReport {
        guard let report = book.withLock({ $0.verify() }) else { throw Self.noJournal }
        return report
    }

    public func journal(after sequence: UInt64, limit: Int) throws(LedgerError) -> [JournalLine] {
        guard let lines = book.withLock({ $0.journal?.lines(after: sequence, limit: min(limit, 10_000)) }) else { throw Self.noJournal }
        return lines
    }

    private static var noJournal: LedgerError { LedgerError(.auditUnavailable, "Bounds.journalLines is 0: no journal is kept") }

    /// Lock, decide, record what to announce, unlock, announce.
    @inline(__always)
    private func step<Answer: Sendable, Failure: Error>(
        _ body: (inout LedgerBook) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        var hasRaised = false
        defer { if hasRaised { events.deliver() } }
        return try book.withLock { (book) throws(Failure) -> Answer in
            defer {
                if !book.raised.isEmpty {
                    hasRaised = true
                    for event in book.raised { events.record(event) }
                    book.raised.removeAll(keepingCapacity: true)
                }
            }
            return try body(&book)
        }
    }
}
