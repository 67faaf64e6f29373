public import HardeningCore
public import TokenAuth

/// Keeps revocations in an ``IdentityDatabase``: what was acknowledged survives a crash of the process and of the machine.
///
/// ```swift
/// let list = RevocationList(log: SQLiteRevocationLog(identity))
/// try await list.restore(now: TimeSource.system.timestamp)
/// ```
/// Take it where accounts and sessions are in SQLite too; take `RevocationJournal` where nothing else is.
///
/// **Growth.** A later watermark replaces the earlier one of the same name. Every revocation also removes up to 16 entries of each kind
/// that can no longer refuse anything, so that the table follows the load without ever stopping for a clean-up; ``recovery()``
/// says through when entries were dropped. About 200 bytes an entry.
public struct SQLiteRevocationLog: SequencedRevocationLog {
    private static let prunedPerAppend = 16

    private let database: IdentityDatabase
    private let retention: JournalRetention
    private let time: TimeSource

    /// - Parameter retention: how long entries matter; by default the longest any service can ask for.
    public init(_ database: IdentityDatabase, retention: JournalRetention = .longest, time: TimeSource = .system) {
        self.database = database
        self.retention = retention
        self.time = time
    }

    /// Stores an entry; it is on the disk when this returns.
    ///
    /// - Throws: ``IdentityStoreError``.
    public func append(_ revocation: Revocation) async throws {
        let maximum = RevocationRows.maximumNameBytes
        guard RevocationRows.Row(revocation).nameByteCount <= maximum else {
            throw IdentityStoreError.tooLarge(field: "the revocation", maximumBytes: maximum)
        }
        let (horizon, lifetime) = (horizon, retention.maximumLifetime)
        try await database.write { transaction in
            let rows = RevocationRows(transaction)
            try rows.append(revocation)
            _ = try rows.prune(through: horizon, lifetime: lifetime, limit: Self.prunedPerAppend)
        }
    }

    /// - Throws: ``IdentityStoreError``; after a `corrupt` one restore a backup: an entry that cannot be read may be any revocation.
    public func replay(_ entry: (Revocation) -> Void) async throws {
        var position: UInt64 = 0
        while true {
            let page = try await entries(after: position, limit: 10_000)
            for next in page.entries { entry(next.revocation) }
            position = page.position
            if page.isLast { return }
        }
    }

    /// Incomplete when the file was made by this process.
    ///
    /// A torn end of SQLite's log holds nothing that was acknowledged, and is not told apart from its being whole.
    public func recovery() async throws -> RevocationRecovery {
        let forgotten = try await database.read { try RevocationRows($0).forgottenThrough() }
        return RevocationRecovery(isComplete: !database.isNew, forgottenThrough: forgotten)
    }

    /// - Parameter limit: entries at most; 10,000 at once.
    public func entries(after sequence: UInt64, limit: Int) async throws -> RevocationPage {
        let limit = min(max(1, limit), 10_000)
        return try await database.read { try RevocationRows($0).page(after: sequence, limit: limit) }
    }

    /// The last number given out.
    public func sequence() async throws(IdentityStoreError) -> UInt64 {
        try await database.read { try RevocationRows($0).lastSequence() }
    }

    /// Removes entries that can no longer refuse anything, for a quiet hour after a busy day.
    ///
    /// - Parameter limit: entries at most, of each of five kinds, so that one step stays short; call it until it answers 0.
    /// - Returns: the number removed.
    @discardableResult
    public func prune(limit: Int = 1_000) async throws -> Int {
        let (horizon, lifetime) = (horizon, retention.maximumLifetime)
        return try await database.write { try RevocationRows($0).prune(through: horizon, lifetime: lifetime, limit: max(1, limit)) }
    }

    /// Tokens that expired up to here are refused by everybody, whatever their clocks.
    private var horizon: Timestamp {
        time.timestamp.advanced(by: .zero - retention.leeway).advanced(by: .zero - retention.clockSkew)
    }
}
