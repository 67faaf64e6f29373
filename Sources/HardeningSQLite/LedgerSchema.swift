import CostTracker
import GRDB
import GRDBSQLite

/// The data layout, and the steps that lead from each release's layout to the next.
///
/// `PRAGMA application_id` says that the file is a ledger, `PRAGMA user_version` how many steps were taken. Steps are never
/// changed and never taken back: a file with more of them than this release knows is refused untouched.
///
/// - `account`: one row per name, scope and window, with its live counters. Found by name, listed by use.
/// - `price`: one row per price-table row that a request was priced with, as bytes.
/// - `hold`: one row per reserved request, charge without a hold, refund, and adjustment, forever: it answers repeated keys. `call`
///   is 0 to 3 in that order. `state` is 0 reserved, 1 dispatched, 2 in suspense, 3 settled, 4 released, 5 expired. The columns from
///   `entry` to `refund_of` are the posted entry; `adjusted` is what adjustments added to a charge, `adjusted_price` the last price.
/// - `journal`: one row per step, append-only by trigger: the bytes of the line, and SHA-256 over the hash before and those bytes.
///
/// Amounts are pico-USD, times nanoseconds since 1970. `seal` is a checksum of its row: a damaged row is an error, not an amount.
enum LedgerSchema {
    /// "SHLG" in ASCII.
    static let applicationID: Int64 = 0x5348_4c47

    /// One entry per release that changed the layout.
    static let migrations = [
        """
        CREATE TABLE account (
          id INTEGER PRIMARY KEY, scope TEXT NOT NULL, name TEXT NOT NULL, period TEXT NOT NULL,
          starts INTEGER NOT NULL, ends INTEGER NOT NULL,
          used INTEGER NOT NULL, held INTEGER NOT NULL, suspense INTEGER NOT NULL, refunded INTEGER NOT NULL,
          requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
          limit_pico_usd INTEGER, warnings INTEGER NOT NULL, raised INTEGER NOT NULL, seal INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX account_name ON account (name, scope, period, starts);
        CREATE INDEX account_window ON account (scope, period, starts);
        CREATE TABLE price (id INTEGER PRIMARY KEY, row BLOB NOT NULL UNIQUE) STRICT;
        CREATE TABLE hold (
          id INTEGER PRIMARY KEY, key TEXT, digest BLOB NOT NULL, call INTEGER NOT NULL,
          state INTEGER NOT NULL, deadline INTEGER NOT NULL, amount INTEGER NOT NULL,
          reserved_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
          price INTEGER NOT NULL, request BLOB NOT NULL, accounts BLOB NOT NULL, refunded INTEGER NOT NULL, seal INTEGER NOT NULL,
          entry INTEGER, posted_at INTEGER, posted_amount INTEGER, posted_held INTEGER, usage BLOB, refund_of INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX hold_key ON hold (key) WHERE key IS NOT NULL;
        CREATE UNIQUE INDEX hold_entry ON hold (entry) WHERE entry IS NOT NULL;
        CREATE INDEX hold_open ON hold (state, deadline) WHERE state < 3;
        CREATE TABLE journal (sequence INTEGER PRIMARY KEY, line BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
        CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
        CREATE TRIGGER journal_is_not_cut BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
        """,
        // Older rows have no adjustments, and their seals stay as they are.
        """
        ALTER TABLE hold ADD COLUMN adjusted INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE hold ADD COLUMN adjusted_price INTEGER;
        CREATE INDEX hold_adjusts ON hold (refund_of) WHERE call = 3;
        """,
    ]

    /// The first layout whose charges know their adjustments.
    static let versionWithAdjustments: Int64 = 2

    /// Brings a new or older file to this release's layout, in one transaction.
    ///
    /// - Throws: ``LedgerError``, `storageUnknownSchema`, before anything is written to a file that is not a ledger or is newer.
    static func migrate(_ database: Database, with migrations: [String] = migrations) throws {
        func version() throws -> Int64 { try pragma("user_version", of: database) }
        try check(database)
        guard try version() < migrations.count else { return }
        try database.inTransaction(.immediate) {
            try check(database)  // another process may have been faster
            for step in migrations.dropFirst(Int(try version())) { try database.execute(sql: step) }
            try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(migrations.count)")
            return .commit
        }
    }

    /// Whether the file is empty, or a ledger of this or an older release.
    static func check(_ database: Database) throws {
        let (owner, version) = (try pragma("application_id", of: database), try pragma("user_version", of: database))
        let isEmpty = try owner == 0 && version == 0 && count("SELECT count(*) FROM sqlite_schema", in: database) == 0
        guard isEmpty || owner == applicationID else {
            throw LedgerError(.storageUnknownSchema, "the file is a database, but not a ledger (application_id \(owner))")
        }
        guard version <= migrations.count else {
            throw LedgerError(
                .storageUnknownSchema,
                "the ledger has schema \(version), this release knows \(migrations.count): run the newer release, or restore a backup")
        }
    }

    static func pragma(_ name: String, of database: Database) throws -> Int64 { try count("PRAGMA \(name)", in: database) }

    static func count(_ sql: String, in database: Database) throws -> Int64 {
        try SQLStatement(sql, on: database).first { $0.integer(0) } ?? 0
    }
}
