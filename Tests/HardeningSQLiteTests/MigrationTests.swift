import CostTracker
import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct MigrationTests {
    private func firstSchema() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try SQLite.script(FirstSchemaLedger.sql, in: folder.ledger)
        return folder
    }

    @Test func `a ledger of the first schema is audited as it is`() throws {
        let folder = try firstSchema()
        let report = try LedgerArchive.verify(folder.ledger)
        #expect(report.isSound)
        #expect(report.lines == 34)
        #expect(report.head.description == "9d535564059a3445791fbc6920ffaed00616e00a94fb1f8e312ea8257681d4cc")
        #expect(try SQLite.number("PRAGMA user_version", in: folder.ledger) == 1)
    }

    @Test func `opening a ledger of the first schema migrates it, and its journal goes on`() async throws {
        let folder = try firstSchema()
        let bench = try FileBench(folder: folder)
        #expect(try SQLite.number("PRAGMA user_version", in: folder.ledger) == 2)
        let balance = try await bench.ledger.summary(session: "s")
        #expect([balance.used, balance.held].map(\.picoUSD) == [6, 24])
        let entries = try await bench.ledger.recentEntries()
        #expect(entries.map(\.id.rawValue) == [2, 1])
        #expect(entries.map(\.key) == ["0-3-3", "0-1-3"])

        // Repeated keys get their answers, and what was under way goes on.
        let known = try await bench.ledger.hold(4, "0-3-3")
        #expect(try await bench.ledger.settle(known, usage: TokenUsage(input: 3)) == entries.first)
        let open = try await bench.ledger.hold(4, "0-2-3")
        try await bench.ledger.settle(open, usage: TokenUsage(input: 4))

        let dear = try PriceTable(csv: "provider,model,input,output\np,m,0.000003,0.000003\n".utf8)
        let report = try await bench.ledger.rerate(EntryID(rawValue: 1)...EntryID(rawValue: 3), with: dear)
        #expect(report.items.map(\.difference.picoUSD) == [6, 6, 8])
        #expect(try await bench.ledger.summary(session: "s").used == Money(picoUSD: 30))
        let lines = try await bench.store.journal(after: 33, limit: 1)
        #expect(lines.map(\.hash.description) == ["9d535564059a3445791fbc6920ffaed00616e00a94fb1f8e312ea8257681d4cc"])
        #expect(try await bench.ledger.verify().isSound)
        let again = try bench.reopened()
        #expect(try await again.store.standing(of: EntryID(rawValue: 1))?.amount == Money(picoUSD: 9))
        #expect(try await again.ledger.verify().isSound)
    }

    @Test func `many that open an older ledger at once migrate it once`() async throws {
        let folder = try firstSchema()
        let opened = try await withThrowingTaskGroup(of: SQLiteLedgerStore.self) { group in
            for _ in 0..<6 { group.addTask { try SQLiteLedgerStore(path: folder.ledger) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for store in opened { #expect(try await store.verify().isSound) }
    }

    @Test func `a backup of an older ledger is restored and migrated when it is opened`() async throws {
        let folder = try firstSchema()
        let copy = folder.path + "/copy.sqlite"
        #expect(try LedgerArchive.backUp(folder.ledger, to: copy).lines == 34)
        #expect(try SQLite.number("PRAGMA user_version", in: copy) == 1)
        _ = try LedgerArchive.restore(copy, to: folder.ledger)
        let bench = try FileBench(folder: folder)
        #expect(try await bench.ledger.summary(session: "s").used == Money(picoUSD: 6))
    }
}
