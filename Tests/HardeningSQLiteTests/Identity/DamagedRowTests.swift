import Foundation
import HardeningCore
import HardeningSQLite
import Testing
import TokenAuth

/// Rows and pages that are not what was written.
@Suite(.timeLimit(.minutes(60))) struct DamagedRowTests {
    /// A change that stays within SQLite's rules, so that only the row's checksum tells.
    enum Change: String, CaseIterable {
        case revocation = "UPDATE revocation SET moment = moment - 1"
        case session = "UPDATE session SET subject = 'mallory'"
        case key = "UPDATE api_key SET scope = 'admin'"
        case account = "UPDATE account SET plan = 'enterprise'"
    }

    private func account(_ id: String) -> IdentityAccount {
        IdentityAccount(id: id, email: "\(id)@example.com", passwordHash: "hash", plan: "free", createdAt: start)
    }

    @Test(arguments: Change.allCases) func `a row that somebody else changed is an error, and never what it says`(_ change: Change)
        async throws
    {
        let bench = try IdentityBench()
        let log = SQLiteRevocationLog(bench.database, time: .manual(bench.time))
        let (sessions, accounts) = (SQLiteRefreshSessionStore(bench.database), SQLiteAccountStore(bench.database))
        let keys = try APIKeyService(prefix: "sk", store: SQLiteAPIKeyStore(bench.database), time: .manual(bench.time))
        try await log.append(.subject(issuer: "i", "u", through: start))
        let session = try await bench.sessions().signIn(subject: "v").session
        let key = try await keys.create(owner: "u", scope: "chat")
        try await accounts.register(account("u"))
        try await bench.database.verify()
        try SQLite.execute(change.rawValue, in: bench.folder.identity)
        #expect(await code { try await bench.database.verify() } == "IDENTITY_STORE_CORRUPT")
        let reads: [Change: [() async throws -> Void]] = [
            .revocation: [{ try await log.replay { _ in } }, { _ = try await log.entries(after: 0, limit: 1) }],
            .session: [{ _ = try await sessions.session(session) }, { _ = try await sessions.sessions(subject: "mallory") }],
            .key: [{ _ = try await keys.verify(key.text) }, { _ = try await keys.keys(owner: "u") }],
            .account: [{ _ = try await accounts.find(id: "u") }, { _ = try await accounts.find(email: "u@example.com") }],
        ]
        for (kind, reads) in reads {
            for read in reads { #expect(await code(read) == (kind == change ? "IDENTITY_STORE_CORRUPT" : nil), "\(kind)") }
        }
    }

    @Test(arguments: ["revocation", "session", "api_key", "account", "session_subject"])
    func `a damaged page stops the opening, not the first sign-in that needs it`(name: String) async throws {
        let bench = try IdentityBench()
        try await bench.database.close()
        let path = bench.folder.identity
        let page = try #require(try SQLite.number("SELECT rootpage FROM sqlite_schema WHERE name = '\(name)'", in: path))
        let size = try #require(try SQLite.number("PRAGMA page_size", in: path))
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: UInt64((page - 1) * size))
        try file.write(contentsOf: Data([0xff]))
        try file.close()
        #expect(await code { _ = try IdentityDatabase(path: path) } == "IDENTITY_STORE_CORRUPT")
    }

    @Test func `whoever meets a damaged row fails alone, and not those who share its transaction`() async throws {
        var settings = IdentityDatabase.Settings()
        settings.waitingSteps = 10
        settings.stepsPerCommit = 5
        settings.lockWait = .seconds(600)
        let bench = try IdentityBench(settings: settings)
        let accounts = SQLiteAccountStore(bench.database)
        for id in ["good", "bad"] { try await accounts.register(account(id)) }
        try SQLite.execute("UPDATE account SET plan = 'enterprise' WHERE id = 'bad'", in: bench.folder.identity)
        let lock = try FileLock(bench.folder.identity)
        let codes = try await withThrowingTaskGroup(of: (isGood: Bool, code: String?).self) { tasks in
            for number in 0..<20 {
                let id = number.isMultiple(of: 2) ? "good" : "bad"
                tasks.addTask { (id == "good", await code { _ = try await accounts.updatePassword(id: id, to: "hash \(number)") }) }
            }
            // One refusal tells that the others wait, to be written together.
            var codes = [try #require(try await tasks.next())]
            #expect(codes[0].code == "IDENTITY_STORE_BUSY")
            try lock.release()
            for try await code in tasks { codes.append(code) }
            return codes.filter { $0.code != "IDENTITY_STORE_BUSY" }
        }
        #expect(codes.count >= 10)
        for outcome in codes { #expect(outcome.code == (outcome.isGood ? nil : "IDENTITY_STORE_CORRUPT")) }
    }
}
