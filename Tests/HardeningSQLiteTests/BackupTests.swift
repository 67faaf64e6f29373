import CostTracker
import Foundation
import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct BackupTests {
    private static let scripts = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "scripts")

    /// Runs a script of the checkout with the tool that was built with these tests.
    private func script(_ name: String, _ arguments: [String], environment: [String: String] = [:]) throws -> (
        status: Int32, output: String
    ) {
        let tool = try ChildProcess.executable("LedgerTool").path
        let child = try ChildProcess(
            Self.scripts.appending(path: name), arguments, environment: environment.merging(["LEDGER_TOOL": tool]) { $1 },
            mergesErrors: true)
        let lines = child.lines()
        return (child.status, lines.joined(separator: "\n"))
    }

    private func copies(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sqlite.gz") }.sorted()
    }

    private func spend(_ bench: FileBench, _ tokens: Int64, _ key: String) async throws {
        let hold = try await bench.ledger.hold(tokens, key)
        try await bench.ledger.settle(hold, usage: TokenUsage(input: tokens))
    }

    @Test func `what was backed up while the ledger was in use is restored whole, and the replaced file is kept`() async throws {
        let bench = try FileBench()
        try await spend(bench, 100, "before")
        let folder = bench.folder.path + "/copies"
        let backup = try script("backup", [bench.folder.ledger, folder])
        #expect(backup.status == 0, "\(backup.output)")
        let copy = try folder + "/" + #require(copies(folder).first)
        #expect(FileManager.default.fileExists(atPath: copy + ".sha256"))
        try await spend(bench, 11, "after")

        let refused = try script("restore", [copy, bench.folder.ledger])
        #expect(refused.status != 0 && refused.output.contains("LEDGER_STORAGE_BUSY"), "\(refused.output)")
        #expect(try await bench.ledger.summary(session: "s").used == Money(picoUSD: 111))

        try bench.store.close()
        let restored = try script("restore", [copy], environment: ["DATA_DIR": bench.folder.path])
        #expect(restored.status == 0, "\(restored.output)")
        let again = try FileBench(folder: bench.folder, time: bench.time)
        #expect(try await again.ledger.summary(session: "s").used == Money(picoUSD: 100))
        #expect(try await again.ledger.verify().isSound)
        let lines = try await again.ledger.verify().lines
        #expect(try LedgerArchive.verify(bench.folder.ledger + ".replaced-1").lines > lines)
    }

    @Test func `copies older than the days to keep are removed, never the newest`() async throws {
        let bench = try FileBench()
        try await spend(bench, 1, "k")
        let folder = bench.folder.path + "/backups"  // the default, beside the ledger
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, days) in [
            ("ledger-old.sqlite.gz", 8), ("ledger-young.sqlite.gz", 6), ("other-old.sqlite.gz", 30), ("ledger-notes.txt", 30),
        ] {
            let path = folder + "/" + name
            _ = FileManager.default.createFile(atPath: path, contents: Data())
            let then = Date(timeIntervalSinceNow: -Double(days) * 86_400)
            try FileManager.default.setAttributes([.modificationDate: then], ofItemAtPath: path)
        }
        #expect(try script("backup", [bench.folder.ledger]).status == 0)
        var left = try copies(folder)
        #expect(left.count == 3 && left.contains("ledger-young.sqlite.gz") && left.contains("other-old.sqlite.gz"), "\(left)")
        #expect(FileManager.default.fileExists(atPath: folder + "/ledger-notes.txt"))
        #expect(try script("backup", [bench.folder.ledger], environment: ["BACKUP_KEEP_DAYS": "3"]).status == 0)
        left = try copies(folder)
        #expect(!left.contains("ledger-young.sqlite.gz"))
        #expect(try script("backup", [bench.folder.ledger], environment: ["BACKUP_KEEP_DAYS": "soon"]).status == 64)
    }

    @Test func `a damaged copy is refused, and the ledger in its place is left alone`() async throws {
        let bench = try FileBench()
        for index in 0..<40 { try await spend(bench, 3, "\(index)") }
        let folder = bench.folder.path + "/copies"
        #expect(try script("backup", [bench.folder.ledger, folder]).status == 0)
        try bench.store.close()
        let ledger = FileManager.default.contents(atPath: bench.folder.ledger)
        let copy = try folder + "/" + #require(copies(folder).first)
        let whole = try #require(FileManager.default.contents(atPath: copy))
        for damage in [whole.prefix(whole.count / 2), whole.prefix(20) + Data(repeating: 7, count: whole.count - 20), Data()] {
            for hasSum in [true, false] {
                try damage.write(to: URL(filePath: copy))
                if !hasSum { try? FileManager.default.removeItem(atPath: copy + ".sha256") }
                #expect(try script("restore", [copy, bench.folder.ledger]).status != 0)
            }
        }
        #expect(FileManager.default.contents(atPath: bench.folder.ledger) == ledger)
        #expect(try copies(folder).count == 1)
    }

    @Test func `a ledger that does not verify is not backed up as if it did`() async throws {
        let bench = try FileBench()
        try await spend(bench, 3, "k")
        try SQLite.execute("UPDATE account SET used = used - 1 WHERE name = 's'", in: bench.folder.ledger)
        let backup = try script("backup", [bench.folder.ledger, bench.folder.path + "/copies"])
        #expect(backup.status != 0 && backup.output.contains("JOURNAL_COUNTERS_DIFFER"), "\(backup.output)")
        #expect(try copies(bench.folder.path + "/copies").isEmpty)
        let verify = try ChildProcess(ChildProcess.executable("LedgerTool"), ["verify", bench.folder.ledger])
        #expect(verify.lines().first?.hasPrefix("NOT SOUND: JOURNAL_COUNTERS_DIFFER") == true)
        #expect(verify.status == 1)
    }

    @Test func `a backup taken under load is one unchanging state`() async throws {
        let bench = try FileBench()
        let copies = (0..<3).map { bench.folder.path + "/copy-\($0).sqlite" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask { for index in 0..<40 { try await spend(bench, 5, "\(worker)-\(index)") } }
            }
            group.addTask {
                for copy in copies {
                    let report = try LedgerArchive.backUp(bench.folder.ledger, to: copy)
                    #expect(report.isSound)
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        #expect(await failure { _ = try LedgerArchive.backUp(bench.folder.ledger, to: copies[0]) }?.code == .storageUnavailable)
        #expect(await failure { _ = try LedgerArchive.verify(bench.folder.path + "/none.sqlite") }?.code == .storageUnavailable)
        #expect(try await bench.ledger.summary(session: "s").used == Money(picoUSD: 800))
    }

    @Test func `the tool exports the journal and says how it is used`() async throws {
        let bench = try FileBench()
        try await spend(bench, 3, "k")
        let tool = try ChildProcess.executable("LedgerTool")
        let lines = try ChildProcess(tool, ["export", bench.folder.ledger, "csv", "4"]).lines()
        #expect(lines.count == 3 && lines.last?.contains("charged") == true, "\(lines)")
        let misuse = try ChildProcess(tool, ["explode"], mergesErrors: true)
        #expect(misuse.lines().first?.hasPrefix("usage: LedgerTool verify") == true)
        #expect(misuse.status == 64)
    }
}
