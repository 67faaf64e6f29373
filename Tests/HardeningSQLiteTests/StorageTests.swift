import CostTracker
import Foundation
import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct StorageTests {
    @Test func `a full file is a typed error, loses nothing, and the ledger goes on once there is room`() async throws {
        var settings = SQLiteLedgerStore.Settings()
        settings.maximumBytes = 120_000
        let bench = try FileBench(settings: settings)
        var holds: [Hold] = []
        var error: LedgerError?
        for index in 0..<2_000 where error == nil {
            error = await failure { holds.append(try await bench.ledger.hold(10, "\(index)")) }
        }
        #expect(error?.code == .storageFull)
        #expect(holds.count > 5)
        #expect(try await bench.ledger.summary(session: "s").held == Money(picoUSD: Int64(holds.count) * 10))
        let roomy = try bench.reopened()
        #expect(try await roomy.ledger.summary(session: "s").held == Money(picoUSD: Int64(holds.count) * 10))
        #expect(try await roomy.ledger.hold(10, "0") == holds.first)
        _ = try await roomy.ledger.hold(10, "\(holds.count)")  // the one that did not fit
        #expect(try await roomy.ledger.verify().isSound)
    }

    @Test func `a disk that refuses a write is a typed error, and the same call succeeds once it takes it`() async throws {
        let folder = try TemporaryFolder()
        let lines = try ChildProcess(ChildProcess.executable("LedgerCrasher"), ["fill", folder.ledger, "150000"]).lines()
        let reserved = lines.filter { $0.hasPrefix("reserved") }.count
        let failed = lines.first { $0.hasPrefix("failed") }
        #expect(["failed LEDGER_STORE_FAILED", "failed LEDGER_STORAGE_FULL"].contains(failed), "\(lines.suffix(3))")
        #expect(lines.last?.hasPrefix("again") == true)
        let bench = try FileBench(folder: folder)
        #expect(try await bench.ledger.summary(session: "s").held == Money(picoUSD: Int64(reserved + 1)))
        #expect(try await bench.ledger.verify().isSound)
    }

    @Test func `a read-only file is refused with a typed error`() async throws {
        let bench = try FileBench()
        _ = try await bench.ledger.hold(1, "k")
        try bench.store.close()
        let path = bench.folder.path
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: bench.folder.ledger)
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path) }
        let lines = try ChildProcess(ChildProcess.executable("LedgerCrasher"), ["open-as-nobody", bench.folder.ledger, "0"]).lines()
        let words = lines.last?.split(separator: " ") ?? []
        #expect(
            words.first == "error" && ["LEDGER_STORAGE_READ_ONLY", "LEDGER_STORAGE_UNAVAILABLE"].contains(words.dropFirst().first),
            "\(lines)")
    }

    @Test func `three processes on one file spend one budget, not three`() async throws {
        let folder = try TemporaryFolder()
        let executable = try ChildProcess.executable("LedgerCrasher")
        let children = try (0..<3).map { try ChildProcess(executable, ["spend", folder.ledger, "\($0)"]) }
        let admitted = children.map { $0.lines().last ?? "" }
        let sum = admitted.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
        #expect(sum == 100, "\(admitted)")
        let bench = try FileBench(folder: folder)
        #expect(try await bench.ledger.summary(session: "s").held == Money(picoUSD: 100))
        #expect(try await bench.ledger.verify().isSound)
    }

    @Test func `two stores on one file see each other's steps at once`() async throws {
        let first = try FileBench([.session(Money(picoUSD: 100))])
        let second = try FileBench([.session(Money(picoUSD: 100))], folder: first.folder, time: first.time)
        let hold = try await first.ledger.hold(60, "a")
        #expect(await failure { _ = try await second.ledger.hold(60, "b") }?.code == .budgetExceeded)
        #expect(try await second.ledger.hold(60, "a") == hold)
        try await second.ledger.dispatched(hold)
        try await first.ledger.settle(hold, usage: TokenUsage(input: 10))
        _ = try await second.ledger.hold(90, "c")
        #expect(try await first.ledger.summary(session: "s").held == Money(picoUSD: 90))
        #expect(try await second.ledger.verify().isSound)
    }

    @Test func `a file that another process keeps locked is busy, and nothing was done`() async throws {
        let bench = try FileBench()
        var settings = SQLiteLedgerStore.Settings()
        settings.lockWait = .milliseconds(1)
        let second = try FileBench(folder: bench.folder, settings: settings)
        let lock = try FileLock(bench.folder.ledger)
        #expect(await failure { _ = try await second.ledger.hold(1, "k") }?.code == .storageBusy)
        try lock.release()
        _ = try await second.ledger.hold(1, "k")
    }

    @Test func `more callers than may wait are refused at once`() async throws {
        var settings = SQLiteLedgerStore.Settings()
        settings.waitingSteps = 2
        let bench = try FileBench(settings: settings)
        let codes = await withTaskGroup(of: LedgerError.Code?.self) { group in
            for index in 0..<300 { group.addTask { await failure { _ = try await bench.ledger.hold(1, "\(index)") }?.code } }
            return await group.reduce(into: [LedgerError.Code?: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(Set(codes.keys).isSubset(of: [nil, .storageBusy]))
        #expect(try await bench.ledger.summary(session: "s").held == Money(picoUSD: Int64(codes[nil] ?? 0)))
    }

    @Test func `no step reads rows without an index, so none gets slower as the ledger grows`() async throws {
        var bench = try FileBench([.session(Money(picoUSD: 1_000_000))])
        for round in 0..<4 {
            for index in 0..<40 {
                let hold = try await bench.ledger.hold(10, "\(round)-\(index)", session: "s\(index)")
                if index % 4 == 0 { continue }
                try await bench.ledger.dispatched(hold)
                if index % 4 == 1 { continue }
                let entry = try await bench.ledger.settle(hold, usage: TokenUsage(input: 5))
                try await bench.ledger.refund(Money(picoUSD: 1), of: entry.id, key: "r\(round)-\(index)")
                bench.time.advance(by: .seconds(30))
            }
            _ = try await bench.ledger.recentEntries(limit: 3)
            #expect(bench.store.fullScanSteps() < 10)
            bench = try bench.reopened()
        }
    }

    @Test func `a closed store answers with an error`() async throws {
        let bench = try FileBench()
        _ = try await bench.ledger.hold(1, "k")
        try bench.store.close()
        #expect(await failure { _ = try await bench.ledger.hold(1, "l") }?.code == .storeFailed)
        #expect(await failure { _ = try await bench.ledger.verify() } != nil)
    }
}
