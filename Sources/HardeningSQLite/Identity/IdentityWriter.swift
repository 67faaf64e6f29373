import GRDB
import GRDBSQLite

/// Group commit: callers that arrive together share one transaction and one sync.
///
/// Whoever finds nobody writing starts the writer; the others leave their step and wait. Each step is answered only after the commit
/// that holds it is on disk. A step that is refused is taken back alone, to a savepoint; when SQLite fails, the steps are tried
/// again one by one, so that none fails for its neighbour. Everything runs on the queue of the writing connection, never on the
/// cooperative pool. Bounded: at most `capacity` steps wait, and a transaction holds at most `stepsPerCommit`.
final class IdentityWriter: Sendable {
    struct Step: Sendable {
        /// Takes the step; throws what spoils the whole transaction.
        let perform: @Sendable (IdentityTransaction) throws -> Outcome
        /// Tells the caller why its step was not taken.
        let fail: @Sendable (IdentityStoreError) -> Void
    }

    struct Outcome {
        /// Whether what the step wrote is taken back.
        let isRefused: Bool
        /// To be called once the transaction is durable.
        let answer: @Sendable () -> Void
    }

    /// What only the writer's queue touches.
    ///
    /// unchecked: every use is inside a closure that the pool runs on the serial queue of its writing connection.
    private final class Confined: @unchecked Sendable {
        /// Nil once the database is closed.
        var prepared: PreparedStatements? = PreparedStatements()
    }

    private let pool: DatabasePool
    private let confined = Confined()
    private let waiting: WaitingSteps<Step>

    init(pool: DatabasePool, settings: IdentityDatabase.Settings) {
        self.pool = pool
        waiting = WaitingSteps(capacity: settings.waitingSteps, batchSize: settings.stepsPerCommit)
    }

    /// Takes a step in the next transaction.
    ///
    /// - Parameter body: may be run again; what it throws besides failures of SQLite is a refusal of this step only.
    func step<Answer: Sendable>(_ body: @escaping @Sendable (IdentityTransaction) throws -> Answer) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(
                Step(
                    perform: { transaction in
                        do {
                            let answer = try body(transaction)
                            return Outcome(isRefused: false) { continuation.resume(returning: answer) }
                        } catch  where !(error is SQLFailure || error is DatabaseError) {
                            return Outcome(isRefused: true) { continuation.resume(throwing: error) }
                        }
                    },
                    fail: { continuation.resume(throwing: $0) }))
        }
    }

    func enqueue(_ step: Step) {
        switch waiting.add(step) {
        case .refused: step.fail(.unavailable(.busy, detail: "\(waiting.capacity) steps wait for the disk"))
        case .waits: break
        case .startsWriter: pool.asyncWriteWithoutTransaction { [self] database in drain(database) }
        }
    }

    /// Runs `body` between two transactions; not at all once the database is closed.
    func betweenTransactions(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            pool.asyncWriteWithoutTransaction { [confined] database in
                continuation.resume(with: Result { if confined.prepared != nil { try body(database) } })
            }
        }
    }

    /// Lets go of the statements once the steps that wait are done; later steps are refused.
    func finish() async {
        await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { [confined] _ in
                confined.prepared = nil
                continuation.resume()
            }
        }
    }

    private func drain(_ database: Database) {
        while true {
            let steps = waiting.nextBatch()
            if steps.isEmpty { return }
            commit(steps, on: database)
        }
    }

    private func commit(_ steps: [Step], on database: Database) {
        guard let prepared = confined.prepared else {
            return steps.forEach { $0.fail(.unavailable(.closed, detail: "nothing was done")) }
        }
        let transaction = IdentityTransaction(database: database, prepared: prepared)
        do {
            try database.beginTransaction(.immediate)
        } catch {
            let error = IdentityStoreError(storage: error)
            return steps.forEach { $0.fail(error) }
        }
        do {
            let answers = try steps.map { try take($0, in: transaction) }
            try database.commit()
            if prepared.mustEmptyLog {
                prepared.mustEmptyLog = false
                try? ErasedBytes.emptyLog(database)  // what was asked is done and durable; closing empties the log too
            }
            answers.forEach { $0() }
        } catch {
            try? database.rollback()
            prepared.mustEmptyLog = false
            if let only = steps.first, steps.count == 1 { return only.fail(IdentityStoreError(storage: error)) }
            for step in steps { commit([step], on: database) }
        }
    }

    private func take(_ step: Step, in transaction: IdentityTransaction) throws -> @Sendable () -> Void {
        try transaction.statement("SAVEPOINT step").run()
        let outcome = try step.perform(transaction)
        if outcome.isRefused { try transaction.statement("ROLLBACK TO step").run() }
        try transaction.statement("RELEASE step").run()
        return outcome.answer
    }
}
