import GRDB
import GRDBSQLite

/// How the file is opened: what is durable when, and what is refused.
enum IdentityFile {
    /// - Returns: the connections, and whether the file was new.
    static func open(_ path: String, settings: IdentityDatabase.Settings) throws -> (pool: DatabasePool, isNew: Bool) {
        // SQLite has names with a meaning of their own, such as `:memory:`, that none of an explicit path is.
        let path = path.hasPrefix("/") ? path : "./" + path
        try refuseForeign(path)
        var configuration = Configuration()
        configuration.label = "identity"
        let (seconds, attoseconds) = settings.lockWait.components
        configuration.busyMode = .timeout(Double(seconds) + Double(attoseconds) / 1e18)
        configuration.maximumReaderCount = max(1, settings.readers)
        // A failed rollback must be an error of the next step, not a trap.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -8000
                    """)
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        let isNew = try pool.writeWithoutTransaction { database in
            guard sqlite3_db_readonly(database.sqliteConnection, "main") == 0 else {
                throw SQLFailure(code: SQLITE_READONLY, message: "the file can only be read")
            }
            // After the pool's own set-up, which chooses NORMAL: a commit would not be synced.
            try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA journal_size_limit = 16777216")
            guard try LedgerSchema.pragma("synchronous", of: database) == 2 else {
                throw SQLFailure(code: SQLITE_IOERR, message: "SQLite does not sync its commits here")
            }
            let pageSize = max(512, try LedgerSchema.pragma("page_size", of: database))
            try database.execute(sql: "PRAGMA max_page_count = \(max(1, settings.maximumBytes / pageSize))")
            let isNew = try IdentitySchema.migrate(database)
            try IdentitySchema.refuseDamagedPages(database)
            return isNew
        }
        return (pool, isNew)
    }

    /// Looks before anything is written, so that a foreign or newer file is left as it is.
    private static func refuseForeign(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        do {
            try DatabaseQueue(path: path, configuration: configuration).read(IdentitySchema.check)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            // A log without its index, which only a writer can read: the writer looks again.
        }
    }
}
