import GRDB
import Synchronization

/// Who may sign in and who still is, in one SQLite file: accounts, refresh sessions, API keys and revocations.
///
/// ```swift
/// let identity = try IdentityDatabase(path: "/var/lib/service/identity.sqlite")
/// let tokens = try TokenService(…, revocations: RevocationList(log: SQLiteRevocationLog(identity)))
/// let sessions = SessionService(tokens: tokens, key: key, store: SQLiteRefreshSessionStore(identity))
/// ```
/// A write is answered after the commit that holds it was synced (`synchronous = FULL`, write-ahead log); writes that arrive
/// together share one. Reads go beside the writer and see everything that was answered. Neither runs on the cooperative pool.
///
/// **One process** has the file: a second one, or a second database of this one, is refused with `IDENTITY_STORE_LOCKED`. That
/// lets an erasure clean the file and its log, and keeps last-use times in memory for a while. Several instances need a store they share.
///
/// **When storage fails** (full, read-only, damaged) the call throws an ``IdentityStoreError``, nothing of it is kept, and what was
/// answered before stands. A row that is not what was written is an error.
///
/// **Bounds.** Memory: ``Settings/waitingSteps`` callers and 8 MB of page cache for each connection. The file: ``Settings/maximumBytes``
/// and the capacities of the stores.
public final class IdentityDatabase: Sendable {
    /// How long and how much, each with its reason.
    public struct Settings: Sendable, Hashable {
        /// How long a write waits while somebody with a shell keeps the file locked.
        ///
        /// 5 s is far longer than a commit takes, and shorter than a client's patience.
        public var lockWait: Duration = .seconds(5)
        /// Writes that wait for the disk; beyond them callers get `IDENTITY_STORE_BUSY` at once.
        ///
        /// 4,096 are drained within a second or two.
        public var waitingSteps = 4_096
        /// The most writes that share one transaction and one sync.
        public var stepsPerCommit = 256
        /// Connections that read side by side; as many as a small machine has cores.
        public var readers = 4
        /// The largest size of the file in bytes, 8 GiB by default: about ten million accounts with their sessions.
        ///
        /// At the bound writes throw `IDENTITY_STORE_FULL` while everything can still be read.
        public var maximumBytes: Int64 = 8 << 30

        public init() {}
    }

    /// Whether the file was made by this opening: nothing can be known of what was revoked before.
    public let isNew: Bool
    let keyUses = PendingKeyUses()
    private let pool: DatabasePool
    private let writer: IdentityWriter
    private let lock: Mutex<ProcessLock?>

    /// Opens a database, or makes a new one, and brings an older one to this release's layout.
    ///
    /// Blocks while every page is looked at, about 2 s a gigabyte: open it before the service answers.
    ///
    /// - Parameter path: the file; its folder must exist, on a local disk. `-wal`, `-shm` and `.lock` beside it belong to it.
    /// - Throws: ``IdentityStoreError``.
    /// - Complexity: O(size of the file).
    public init(path: String, settings: Settings = Settings()) throws(IdentityStoreError) {
        let held = try ProcessLock(beside: path)
        try ProcessLock.makeFile(path)
        do {
            (pool, isNew) = try IdentityFile.open(path, settings: settings)
        } catch {
            throw IdentityStoreError(storage: error)
        }
        writer = IdentityWriter(pool: pool, settings: settings)
        lock = Mutex(held)
    }

    /// Compares every row with its checksum and every index with its table, beside the writer.
    ///
    /// Opening looks at the pages alone, which misses a changed key of an index: a record that is there and is not found. Call
    /// this on a backup, or once a week.
    ///
    /// - Throws: ``IdentityStoreError``: `corrupt` at the first damage.
    /// - Complexity: O(n log n), about 15 s a gigabyte.
    public func verify() async throws(IdentityStoreError) {
        try await read(IdentitySchema.refuseDamagedRows)
    }

    /// Removes the copies that SQLite may have left of erased accounts in the free space of its pages.
    ///
    /// ``close()`` does it too. Call it in a quiet hour where a service runs for weeks: it writes the file anew, and other writes wait.
    ///
    /// - Throws: ``IdentityStoreError``.
    /// - Complexity: O(size of the file) when anything was erased since the last time, else O(size of the log).
    public func removeErasedBytes() async throws(IdentityStoreError) {
        do {
            try await writer.betweenTransactions(ErasedBytes.remove)
        } catch {
            throw IdentityStoreError(storage: error)
        }
    }

    /// Finishes the writes that wait, removes erased bytes, and lets go of the file.
    ///
    /// Later calls throw `IDENTITY_STORE_CLOSED`; closing again is no error. Letting go of the database and its stores closes it
    /// too, but not at a moment one can wait for, and without the last uses of API keys.
    ///
    /// - Throws: ``IdentityStoreError`` when the last step failed; the file is closed all the same.
    /// - Complexity: as ``removeErasedBytes()``.
    public func close() async throws(IdentityStoreError) {
        try? await keyUses.flush(into: writer)
        let cleaning: (any Error)?
        do {
            try await writer.betweenTransactions(ErasedBytes.remove)
            cleaning = nil
        } catch {
            cleaning = error
        }
        await writer.finish()
        do {
            try pool.close()
        } catch {
            throw IdentityStoreError(storage: error)
        }
        lock.withLock { $0 = nil }
        if let cleaning { throw IdentityStoreError(storage: cleaning) }
    }
}

extension IdentityDatabase {
    /// Changes the database in one durable transaction.
    ///
    /// - Parameter body: may be run again; what it throws takes it back.
    func write<Answer: Sendable>(_ body: @escaping @Sendable (IdentityTransaction) throws -> Answer) async throws -> Answer {
        try await writer.step(body)
    }

    /// Reads one unchanging state, beside the writer.
    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (IdentityTransaction) throws -> Answer
    ) async throws(IdentityStoreError) -> Answer {
        let result: Result<Answer, IdentityStoreError> = await withCheckedContinuation { continuation in
            pool.asyncRead { database in
                do {
                    let transaction = IdentityTransaction(database: try database.get(), prepared: PreparedStatements())
                    continuation.resume(returning: .success(try body(transaction)))
                } catch {
                    continuation.resume(returning: .failure(IdentityStoreError(storage: error)))
                }
            }
        }
        return try result.get()
    }

    /// Writes the noted uses of API keys, waiting for nobody.
    func flushKeyUses() { keyUses.enqueue(into: writer) }
}
