import GRDB

/// Removes what is left in a file of rows that were deleted for good.
///
/// `secure_delete` overwrites a deleted row, and emptying the log removes its past. What neither reaches is a copy that SQLite left in
/// the free middle of a page when it split or merged pages and moved the row to another one. Only writing the file anew does.
enum ErasedBytes {
    private static let fact = "erased"

    /// Notes, in the transaction that deletes, that copies may be left; it outlives a crash.
    static func note(_ transaction: IdentityTransaction) throws {
        try transaction.setFact(fact, 1)
        transaction.prepared.mustEmptyLog = true
    }

    /// Writes the log into the file and cuts it.
    static func emptyLog(_ database: Database) throws {
        try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// Writes the file anew if anything was erased since it was last written, and empties the log.
    static func remove(_ database: Database) throws {
        let noted = try SQLStatement("SELECT value FROM fact WHERE name = ?", on: database).first(.text(fact)) { $0.integer(0) }
        if noted ?? 0 != 0 {
            try database.execute(sql: "VACUUM")
            try SQLStatement("UPDATE fact SET value = 0 WHERE name = ?", on: database).run(.text(fact))
        }
        try emptyLog(database)
    }
}
