import CostTracker
import Foundation
import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct DamageTests {
    /// A ledger with all kinds of steps, whose newest ones are in the write-ahead log only.
    private func written() async throws -> (bench: FileBench, lines: [JournalLine]) {
        let bench = try FileBench([.session(Money(picoUSD: 1_000_000))])
        for index in 0..<25 {
            let hold = try await bench.ledger.hold(100, "\(index)", session: "s\(index % 3)")
            if index % 5 == 0 { continue }
            try await bench.ledger.dispatched(hold)
            if index % 3 == 0 { continue }
            let entry = try await bench.ledger.settle(hold, usage: TokenUsage(input: Int64(index)))
            if index % 7 == 1 { try await bench.ledger.refund(Money(picoUSD: 1), of: entry.id, key: "r\(index)") }
        }
        return (bench, try await bench.store.journal(after: 0, limit: 1_000))
    }

    private func copy(_ folder: TemporaryFolder, changing file: String, _ change: (inout Data) -> Void) throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
            guard var data = FileManager.default.contents(atPath: folder.path + "/" + name) else { continue }
            if name == file { change(&data) }
            try data.write(to: URL(filePath: copy.path + "/" + name))
        }
        return copy
    }

    /// Opens a damaged copy: it holds a prefix of the history whose sums are right, or it is refused with a typed error.
    private func check(_ folder: TemporaryFolder, prefixOf lines: [JournalLine], _ what: String) async throws -> Int? {
        do {
            let bench = try FileBench(folder: folder)
            defer { try? bench.store.close() }
            let kept = try await bench.store.journal(after: 0, limit: 10_000)
            #expect(kept == Array(lines.prefix(kept.count)), "\(what)")
            let report = try await bench.ledger.verify()
            #expect(report.isSound, "\(what): \(String(describing: report.fault))")
            let used = try await bench.ledger.summaries(by: .session, per: .lifetime).reduce(0) { $0 + $1.used.picoUSD }
            #expect(used == kept.reduce(0) { $0 + $1.entry.moves.spent }, "\(what)")
            _ = try await bench.ledger.hold(1, "goes on")
            #expect(try await bench.ledger.verify().isSound, "\(what)")
            return kept.count
        } catch let error as LedgerError {
            #expect([.storageDamaged, .storageUnavailable, .storageUnknownSchema, .storeFailed].contains(error.code), "\(what): \(error)")
            return nil
        }
    }

    @Test func `a write-ahead log cut at any byte gives back a prefix of the history`() async throws {
        let (bench, lines) = try await written()
        let size = try #require(FileManager.default.contents(atPath: bench.folder.ledger + "-wal")).count
        var random = SeededGenerator(state: 1)
        var prefixes: Set<Int> = []
        for round in 0..<40 {
            let cut = round < 3 ? [0, 31, size - 1][round] : Int.random(in: 0..<size, using: &random)
            let folder = try copy(bench.folder, changing: "ledger.sqlite-wal") { $0 = $0.prefix(cut) }
            if let kept = try await check(folder, prefixOf: lines, "cut at \(cut)") { prefixes.insert(kept) }
        }
        #expect(prefixes.count > 5)
        #expect(prefixes.max() ?? 0 < lines.count)
    }

    @Test func `a write-ahead log with a changed byte gives back a prefix or is refused, never a wrong sum`() async throws {
        let (bench, lines) = try await written()
        let size = try #require(FileManager.default.contents(atPath: bench.folder.ledger + "-wal")).count
        var random = SeededGenerator(state: 2)
        for _ in 0..<40 {
            let position = Int.random(in: 0..<size, using: &random)
            let folder = try copy(bench.folder, changing: "ledger.sqlite-wal") { $0[$0.startIndex + position] ^= 1 << UInt8(position % 8) }
            _ = try await check(folder, prefixOf: lines, "bit changed in byte \(position)")
        }
    }

    @Test func `a changed byte of the main file is a typed error or found by the audit, or it changed nothing`() async throws {
        let (bench, lines) = try await written()
        let expected = try await sums(bench)
        let closed = try bench.reopened()
        try closed.store.close()  // the log is now part of the file
        let size = try #require(FileManager.default.contents(atPath: bench.folder.ledger)).count
        var random = SeededGenerator(state: 3)
        var found = 0
        for _ in 0..<60 {
            let position = Int.random(in: 0..<size, using: &random)
            let folder = try copy(bench.folder, changing: "ledger.sqlite") { $0[$0.startIndex + position] ^= 0x11 }
            do {
                let damaged = try FileBench(folder: folder)
                defer { try? damaged.store.close() }
                guard try await damaged.ledger.verify().isSound else {
                    found += 1
                    continue
                }
                #expect(try await damaged.store.journal(after: 0, limit: 1_000) == lines)
                #expect(try await sums(damaged) == expected, "byte \(position)")
            } catch is LedgerError {
                found += 1
            }
        }
        #expect(found > 5)
    }

    private func sums(_ bench: FileBench) async throws -> [String: [Int64]] {
        let balances = try await bench.ledger.summaries(by: .session, per: .lifetime)
        return Dictionary(
            uniqueKeysWithValues: balances.map { ($0.account.name, [$0.used, $0.held, $0.suspense, $0.refunded].map(\.picoUSD)) })
    }

    @Test func `a file that is no database, another database and a newer ledger are refused and left untouched`() async throws {
        for (text, code) in [("not a database, although it is long enough to look at", LedgerError.Code.storageDamaged)] {
            let folder = try TemporaryFolder()
            let data = Data(String(repeating: text, count: 100).utf8)
            try data.write(to: URL(filePath: folder.ledger))
            #expect(await failure { _ = try FileBench(folder: folder) }?.code == code)
            #expect(FileManager.default.contents(atPath: folder.ledger) == data)
        }
        for sql in ["PRAGMA user_version = 99", "PRAGMA application_id = 7"] {
            let bench = try FileBench()
            _ = try await bench.ledger.hold(1, "k")
            try bench.store.close()
            try SQLite.execute(sql, in: bench.folder.ledger)
            let before = FileManager.default.contents(atPath: bench.folder.ledger)
            let error = await failure { _ = try FileBench(folder: bench.folder) }
            #expect(error?.code == .storageUnknownSchema)
            #expect(FileManager.default.contents(atPath: bench.folder.ledger) == before)
        }
        let error = await failure { _ = try SQLiteLedgerStore(path: "/no/such/folder/ledger.sqlite") }
        #expect(error?.code == .storageUnavailable)
    }
}
