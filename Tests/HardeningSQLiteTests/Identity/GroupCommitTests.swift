import Foundation
import HardeningCore
import HardeningSQLite
import Testing
import TokenAuth

/// What sharing a transaction saves.
@Suite(.timeLimit(.minutes(60))) struct GroupCommitTests {
    @Test func `writes that arrive together share one transaction, and so write each page once`() async throws {
        var settings = IdentityDatabase.Settings()
        settings.waitingSteps = 150
        settings.stepsPerCommit = 50
        settings.lockWait = .seconds(600)
        let bench = try IdentityBench(settings: settings)
        let log = SQLiteRevocationLog(bench.database, time: .manual(bench.time))
        try await log.append(.everything(through: start))
        func logSize() throws -> Int { try #require(FileManager.default.contents(atPath: bench.folder.identity + "-wal")).count }
        let before = try logSize()
        let lock = try FileLock(bench.folder.identity)
        let served = try await withThrowingTaskGroup(of: String?.self) { tasks in
            for number in 0..<250 {
                tasks.addTask { await code { try await log.append(.subject(issuer: "i", "u\(number)", through: start)) } }
            }
            // One refusal tells that all places to wait are taken; 50 steps at most wait for the lock already.
            #expect(try await tasks.next() == "IDENTITY_STORE_BUSY")
            try lock.release()
            return try await tasks.reduce(0) { $0 + ($1 == nil ? 1 : 0) }
        }
        #expect(served >= 150)
        // One by one, each would write three pages at least.
        #expect(try logSize() - before < served * 4_096)
    }
}
