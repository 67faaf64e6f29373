import GRDB
import GRDBSQLite

/// The data layout, and the steps that lead from each release's layout to the next.
///
/// `PRAGMA application_id` says that the file is an identity store, `PRAGMA user_version` how many steps were taken. Steps are never
/// changed and never taken back: a file with more of them than this release knows is refused untouched.
///
/// - `revocation`: one row per revoked token (kind 1), and per revoked subject (2), session (3), key (4) and everything (5) the latest
///   watermark. `moment` is the token's expiry or the watermark. Numbers are never given twice.
/// - `session`: one row per family of refresh tokens. `version` counts its changes.
/// - `api_key`: one row per key.
/// - `account`: one row per account. `email` is folded.
/// - `fact`: how many rows the bounded tables have, kept by triggers, and through when revocations were forgotten.
///
/// Times are nanoseconds since 1970. Secrets are there as digests only. `seal` is a checksum of its row: a damaged row is an error.
enum IdentitySchema {
    /// "SHID" in ASCII.
    static let applicationID: Int64 = 0x5348_4944

    /// One entry per release that changed the layout.
    static let migrations = [
        """
        CREATE TABLE fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO fact VALUES ('session', 0), ('api_key', 0), ('account', 0);
        CREATE TABLE revocation (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, issuer TEXT NOT NULL, name TEXT NOT NULL,
          subject TEXT, issued_at INTEGER, moment INTEGER NOT NULL, seal INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX revocation_watermark ON revocation (kind, issuer, name) WHERE kind > 1;
        CREATE INDEX revocation_age ON revocation (kind, moment);
        CREATE TABLE session (
          number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, subject TEXT NOT NULL, scope TEXT, created_at INTEGER NOT NULL,
          current BLOB NOT NULL, parent BLOB, nonce BLOB NOT NULL, rotated_at INTEGER NOT NULL, generation INTEGER NOT NULL,
          ending TEXT, expiry INTEGER NOT NULL, version INTEGER NOT NULL, seal INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX session_subject ON session (subject, number);
        CREATE INDEX session_expiry ON session (expiry);
        CREATE TABLE api_key (
          number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, lineage TEXT NOT NULL, owner TEXT NOT NULL, scope TEXT,
          digest BLOB NOT NULL UNIQUE, hint TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, last_used_at INTEGER,
          seal INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX api_key_owner ON api_key (owner, number);
        CREATE TABLE account (
          number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, email TEXT NOT NULL UNIQUE, name TEXT, password_hash TEXT NOT NULL,
          plan TEXT NOT NULL, roles BLOB NOT NULL, created_at INTEGER NOT NULL, seal INTEGER NOT NULL
        ) STRICT;
        """ + ["session", "api_key", "account"].map(counting).joined()
    ]

    /// Keeps the number of a table's rows, so that a bound costs one look.
    private static func counting(_ table: String) -> String {
        """
        CREATE TRIGGER \(table)_added AFTER INSERT ON \(table) BEGIN UPDATE fact SET value = value + 1 WHERE name = '\(table)'; END;
        CREATE TRIGGER \(table)_removed AFTER DELETE ON \(table) BEGIN UPDATE fact SET value = value - 1 WHERE name = '\(table)'; END;
        """
    }

    /// Brings a new or older file to this release's layout, in one transaction.
    ///
    /// - Returns: whether the file was new.
    static func migrate(_ database: Database) throws -> Bool {
        try check(database)
        let version = try LedgerSchema.pragma("user_version", of: database)
        guard version < migrations.count else { return false }
        try database.inTransaction(.immediate) {
            for step in migrations.dropFirst(Int(clamping: version)) { try database.execute(sql: step) }
            try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(migrations.count)")
            return .commit
        }
        return version == 0
    }

    /// Whether the file is empty, or an identity store of this or an older release.
    static func check(_ database: Database) throws {
        let owner = try LedgerSchema.pragma("application_id", of: database)
        let version = try LedgerSchema.pragma("user_version", of: database)
        let isEmpty = try owner == 0 && version == 0 && LedgerSchema.count("SELECT count(*) FROM sqlite_schema", in: database) == 0
        guard isEmpty || owner == applicationID else { throw IdentityStoreError.notAnIdentityFile }
        guard version <= migrations.count else {
            throw IdentityStoreError.schemaTooNew(found: version, known: Int64(migrations.count))
        }
        guard version >= 0 else { throw IdentityStoreError.corrupt(detail: "the schema has number \(version)") }
    }

    /// Looks at every page, because SQLite has no checksums of its own: a damaged file is refused now and not in the middle of a sign-in.
    static func refuseDamagedPages(_ database: Database) throws { try refuseUnlessSound("quick_check", database) }

    /// Compares every index with its table, and every row with its checksum.
    static func refuseDamagedRows(_ transaction: IdentityTransaction) throws {
        try refuseUnlessSound("integrity_check", transaction.database)
        try RevocationRows(transaction).verify()
        try SessionRows(transaction).verify()
        try APIKeyRows(transaction).verify()
        try IdentityAccountRows(transaction).verify()
    }

    private static func refuseUnlessSound(_ check: String, _ database: Database) throws {
        let verdict = try SQLStatement("PRAGMA \(check)(1)", on: database).first { $0.text(0) }
        guard verdict == "ok" else { throw IdentityStoreError.corrupt(detail: verdict ?? "no answer to \(check)") }
    }
}
