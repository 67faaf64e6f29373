import CostTracker
import GRDB
import GRDBSQLite
import HardeningCore
import Synchronization

/// One caller's step, waiting for a transaction.
struct PendingStep: Sendable {
    /// Takes the step.
    ///
    /// Returns what hands the caller its answer, to be called once the transaction is durable; throws what spoils the whole
    /// transaction.
    let perform: @Sendable (DurableBook) throws -> @Sendable () -> Void
    /// Tells the caller why its step was not taken.
    let fail: @Sendable (LedgerError) -> Void
}

/// Group commit: callers that arrive together share one transaction and one sync.
///
/// Whoever finds nobody writing starts the writer; the others leave their step and wait. The writer takes all that wait, makes
/// them one transaction, and answers each only after the commit that holds its step is on disk. While the disk syncs, the next
/// callers gather. Nobody waits for company: a lone caller commits alone and at once.
///
/// Bounded: at most `capacity` steps wait, and a transaction holds at most `stepsPerCommit`.
final class LedgerWriter: Sendable {
    let pool: DatabasePool
    private let book: ConfinedBook
    private let events: EventChannel<BudgetEvent>
    private let waiting: WaitingSteps<PendingStep>
    /// Transactions that were made durable.
    let commitCount = Atomic(0)

    /// The book, which only the writer's queue touches.
    ///
    /// unchecked: every use is inside a closure that the pool runs on the serial queue of its writing connection.
    private final class ConfinedBook: @unchecked Sendable {
        /// Nil once the store is closed.
        var book: DurableBook?
        init(_ book: DurableBook) { self.book = book }
    }

    init(pool: DatabasePool, events: EventChannel<BudgetEvent>, settings: SQLiteLedgerStore.Settings) throws {
        self.pool = pool
        self.events = events
        waiting = WaitingSteps(capacity: settings.waitingSteps, batchSize: settings.stepsPerCommit)
        book = try pool.writeWithoutTransaction { database in
            ConfinedBook(
                try DurableBook(database, openHolds: max(16, settings.openHolds), cachedRows: max(64, settings.cachedRows)))
        }
    }

    /// Steps that were taken or are waiting.
    var acceptedSteps: Int { waiting.acceptedCount }

    /// Takes a step in the next transaction.
    func step<Answer: Sendable>(_ body: @escaping @Sendable (DurableBook) throws -> Answer) async throws(LedgerError) -> Answer {
        let answer: Result<Answer, LedgerError> = await withCheckedContinuation { continuation in
            enqueue(
                PendingStep(
                    perform: { book in
                        let answer: Result<Answer, LedgerError>
                        do {
                            answer = .success(try body(book))
                        } catch let refusal as LedgerError {
                            answer = .failure(refusal)
                        }
                        return { continuation.resume(returning: answer) }
                    },
                    fail: { continuation.resume(returning: .failure($0)) }))
        }
        return try answer.get()
    }

    /// Rows that any statement of the writer read without an index so far: what makes a step slower as the ledger grows.
    func fullScanSteps() -> Int {
        pool.writeWithoutTransaction { database in
            var (steps, statement) = (0, sqlite3_next_stmt(database.sqliteConnection, nil))
            while let current = statement {
                steps += Int(sqlite3_stmt_status(current, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0))
                statement = sqlite3_next_stmt(database.sqliteConnection, current)
            }
            return steps
        }
    }

    /// Finishes the steps that wait, then lets go of the file.
    func close() throws {
        pool.writeWithoutTransaction { [book] _ in book.book = nil }
        try pool.close()
    }

    private func enqueue(_ step: PendingStep) {
        switch waiting.add(step) {
        case .refused: step.fail(LedgerError(.storageBusy, "\(waiting.capacity) steps wait for the disk; nothing was done"))
        case .waits: break
        case .startsWriter: pool.asyncWriteWithoutTransaction { [self] database in drain(database) }
        }
    }

    private func drain(_ database: Database) {
        while true {
            let steps = waiting.nextBatch()
            if steps.isEmpty { return }
            commit(steps, on: database)
        }
    }

    /// Makes steps durable together; when SQLite refuses, each alone, so that none fails for its neighbour.
    private func commit(_ steps: [PendingStep], on database: Database) {
        guard let book = book.book else {
            return steps.forEach { $0.fail(LedgerError(.storeFailed, "the store is closed; nothing was done")) }
        }
        do {
            try database.beginTransaction(.immediate)
        } catch {
            return steps.forEach { $0.fail(LedgerError(storage: error)) }
        }
        do {
            try book.refresh()
            let answers = try steps.map { try $0.perform(book) }
            try book.flush()
            try database.commit()
            commitCount.add(1, ordering: .relaxed)
            for event in book.raised { events.record(event) }
            book.raised.removeAll(keepingCapacity: true)
            events.deliver()
            answers.forEach { $0() }
        } catch {
            try? database.rollback()
            book.forgetAll()
            if let only = steps.first, steps.count == 1 { return only.fail(LedgerError(storage: error)) }
            for step in steps { commit([step], on: database) }
        }
    }
}
