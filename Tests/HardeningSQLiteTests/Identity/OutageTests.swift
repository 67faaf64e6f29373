import HardeningCore
import HardeningSQLite
import Testing
import TokenAuth

/// What callers of an identity store get while the disk is full or the file locked.
@Suite(.timeLimit(.minutes(60))) struct OutageTests {
    private func revocation(_ number: Int) -> Revocation { .subject(issuer: "i", "u\(number)", through: start) }

    private func stored(_ bench: IdentityBench) async throws -> Set<Revocation> {
        var entries: Set<Revocation> = []
        try await SQLiteRevocationLog(bench.database, time: .manual(bench.time)).replay { entries.insert($0) }
        return entries
    }

    @Test func `on a full file each caller is told the truth about its own write, and it goes on once there is room`() async throws {
        var settings = IdentityDatabase.Settings()
        settings.maximumBytes = 120_000
        let bench = try IdentityBench(settings: settings)
        let log = SQLiteRevocationLog(bench.database, time: .manual(bench.time))
        var outcomes: [Int: String?] = [:]
        // In groups, so that a transaction holds steps that fit and steps that do not.
        for group in 0..<60 where !outcomes.values.contains("IDENTITY_STORE_FULL") {
            await withTaskGroup(of: (Int, String?).self) { tasks in
                for number in group * 20..<group * 20 + 20 {
                    tasks.addTask { (number, await code { try await log.append(revocation(number)) }) }
                }
                for await (number, code) in tasks { outcomes[number] = code }
            }
        }
        #expect(Set(outcomes.values) == [nil, "IDENTITY_STORE_FULL"])
        let acknowledged = Set(outcomes.filter { $0.value == nil }.map { revocation($0.key) })
        #expect(try await stored(bench) == acknowledged)
        try await bench.database.close()
        let roomy = try IdentityBench(folder: bench.folder)
        #expect(try await stored(roomy) == acknowledged)
        try await SQLiteRevocationLog(roomy.database, time: .manual(roomy.time)).append(revocation(-1))
    }

    @Test func `somebody who keeps the file locked is waited for, then it is a typed error`() async throws {
        var settings = IdentityDatabase.Settings()
        settings.lockWait = .milliseconds(20)
        let bench = try IdentityBench(settings: settings)
        let log = SQLiteRevocationLog(bench.database, time: .manual(bench.time))
        try await log.append(revocation(1))
        let lock = try FileLock(bench.folder.identity)
        #expect(await code { try await log.append(revocation(2)) } == "IDENTITY_STORE_LOCKED")
        #expect(try await stored(bench) == [revocation(1)])
        try lock.release()
        try await log.append(revocation(2))
        #expect(try await stored(bench) == [revocation(1), revocation(2)])
    }

    @Test func `of more callers than may wait some are refused at once, and the others are served`() async throws {
        var settings = IdentityDatabase.Settings()
        settings.waitingSteps = 3
        settings.lockWait = .seconds(600)
        let bench = try IdentityBench(settings: settings)
        let log = SQLiteRevocationLog(bench.database, time: .manual(bench.time))
        let lock = try FileLock(bench.folder.identity)
        try await withThrowingTaskGroup(of: (Int, String?).self) { tasks in
            for number in 0..<20 { tasks.addTask { (number, await code { try await log.append(revocation(number)) }) } }
            // Nothing else can end while the file is locked.
            let first = try #require(try await tasks.next())
            #expect(first.1 == "IDENTITY_STORE_BUSY")
            try lock.release()
            var served: Set<Revocation> = []
            for try await (number, code) in tasks {
                if code == nil { served.insert(revocation(number)) } else { #expect(code == "IDENTITY_STORE_BUSY") }
            }
            #expect(served.count >= 3)
            #expect(try await stored(bench) == served)
        }
    }
}
