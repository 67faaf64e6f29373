import CostTracker
import Foundation
import GRDB
import HardeningCore
import HardeningSQLite

/// Keeps budgets on disk and takes the three steps of one call, each of them durable when it is answered.
protocol DurableContender: Sendable {
    func takeSteps(key: String) async throws
}

/// Our ledger in a file: reserve, dispatch and settle, for five scopes.
struct DurableLedger: DurableContender {
    let store: SQLiteLedgerStore
    private let ledger: CostLedger
    private let usage: TokenUsage

    init(path: String, settings: SQLiteLedgerStore.Settings = .init()) throws {
        store = try SQLiteLedgerStore(path: path, settings: settings)
        ledger = try CostLedger(
            budgets: [.session(.max), .daily(.max), .monthly(.max), .user(.max), Budget(.tenant, per: .day, limit: .max)], store: store)
        usage = try TokenUsage(input: 1_500, output: 800)
    }

    func takeSteps(key: String) async throws {
        let hold = try await ledger.reserve(
            CostScope(session: "sess_1", user: "u1", tenant: "t1"), model: "claude-sonnet-5-5", input: .atMost(1_500), maxOutput: 800,
            key: key)
        try await ledger.dispatched(hold)
        try await ledger.settle(hold, usage: usage)
    }
}

/// What one writes without a ledger: one row per request, five counters, one transaction per step.
///
/// Fair because it opens the file as ours is opened (write-ahead log, every commit synced), keeps its statements compiled, and does
/// less: no digest of the call, no limit to check, no journal, no checksum.
struct OneTransactionPerStep: DurableContender {
    private static let accounts = 5
    private let pool: DatabasePool

    init(path: String) throws {
        pool = try DatabasePool(path: path)
        try pool.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
                    CREATE TABLE account (id INTEGER PRIMARY KEY, used INTEGER NOT NULL, held INTEGER NOT NULL);
                    CREATE TABLE hold (key TEXT PRIMARY KEY, state INTEGER NOT NULL, amount INTEGER NOT NULL) WITHOUT ROWID;
                    """)
            for account in 1...Self.accounts { try database.execute(sql: "INSERT INTO account VALUES (?, 0, 0)", arguments: [account]) }
        }
    }

    func takeSteps(key: String) async throws {
        try await pool.write { database in
            try database.cachedStatement(sql: "INSERT INTO hold VALUES (?, 0, 1500)").execute(arguments: [key])
            try Self.change("UPDATE account SET held = held + 1500 WHERE id = ?", database)
        }
        try await pool.write { database in
            try database.cachedStatement(sql: "UPDATE hold SET state = 1 WHERE key = ?").execute(arguments: [key])
        }
        try await pool.write { database in
            try database.cachedStatement(sql: "UPDATE hold SET state = 3, amount = 800 WHERE key = ?").execute(arguments: [key])
            try Self.change("UPDATE account SET held = held - 1500, used = used + 800 WHERE id = ?", database)
        }
    }

    private static func change(_ sql: String, _ database: Database) throws {
        let statement = try database.cachedStatement(sql: sql)
        for account in 1...accounts { try statement.execute(arguments: [account]) }
    }
}

/// A folder of its own under the temporary one, which `./scripts/bench` puts on the disk of the checkout.
struct TemporaryFolder {
    private let url = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func remove() throws { try FileManager.default.removeItem(at: url) }
}
