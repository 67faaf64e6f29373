import CostTracker
import GRDB
import GRDBSQLite

/// How the file is opened: what is durable when, and what is refused.
enum LedgerFile {
    static func open(_ path: String, settings: SQLiteLedgerStore.Settings) throws -> DatabasePool {
        try refuseForeign(path)
        var configuration = Configuration()
        configuration.label = "ledger"
        configuration.busyMode = .timeout(
            Double(settings.lockWait.components.seconds) + Double(settings.lockWait.components.attoseconds) / 1e18)
        configuration.maximumReaderCount = 2
        // A failed rollback must be an error of the next step, not a trap.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -16000")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            // After the pool's own set-up, which chooses NORMAL: a commit would not be synced.
            try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA journal_size_limit = 67108864")
            guard try LedgerSchema.pragma("synchronous", of: database) == 2 else {
                throw LedgerError(.storageUnavailable, "SQLite does not sync its commits here")
            }
            if let bytes = settings.maximumBytes {
                let pageSize = max(512, try LedgerSchema.pragma("page_size", of: database))
                try database.execute(sql: "PRAGMA max_page_count = \(max(1, bytes / pageSize))")
            }
            try LedgerSchema.migrate(database)
        }
        return pool
    }

    /// Looks before anything is written, so that a foreign or newer file is left as it is.
    private static func refuseForeign(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        do {
            try DatabaseQueue(path: path, configuration: configuration).read(LedgerSchema.check)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            // Not there yet, or a log without its index, which only a writer can read: the writer looks again.
        }
    }
}
