import Foundation
import HardeningCore
import HardeningSQLite
import Testing
import TokenAuth

/// What a person may ask for: a copy, and to be forgotten.
@Suite(.timeLimit(.minutes(60))) struct ErasureTests {
    func account(_ id: String, _ email: String) -> IdentityAccount {
        IdentityAccount(id: id, email: email, name: "name of \(email)", passwordHash: "hash of \(email)", plan: "free", createdAt: start)
    }

    @Test func `an export holds the account, its sessions and its keys, and nothing of others`() async throws {
        let bench = try IdentityBench()
        let accounts = SQLiteAccountStore(bench.database)
        let sessions = try await bench.sessions()
        let keys = try APIKeyService(prefix: "sk", store: SQLiteAPIKeyStore(bench.database), time: .manual(bench.time))
        for id in ["usr_1", "usr_2"] {
            try await accounts.register(account(id, "\(id)@example.com"))
            for _ in 0..<2 { _ = try await sessions.signIn(subject: id, scope: id) }
            _ = try await keys.verify(try await keys.create(owner: id, scope: id).text)
        }
        let export = try await accounts.export(id: "usr_1")
        #expect(export.account == account("usr_1", "usr_1@example.com"))
        #expect(export.sessions.map(\.scope) == ["usr_1", "usr_1"])
        #expect(export.apiKeys.map(\.scope) == ["usr_1"] && export.apiKeys.first?.lastUsedAt == start)
        let empty = try await accounts.export(id: "nobody")
        #expect(empty.account == nil && empty.sessions.isEmpty && empty.apiKeys.isEmpty)
    }

    @Test func `an erasure removes account, sessions and keys, says which, and spares others`() async throws {
        let bench = try IdentityBench()
        let accounts = SQLiteAccountStore(bench.database)
        let sessions = try await bench.sessions()
        let keys = try APIKeyService(prefix: "sk", store: SQLiteAPIKeyStore(bench.database), time: .manual(bench.time))
        var (pairs, made): ([TokenPair], [NewAPIKey]) = ([], [])
        for id in ["usr_1", "usr_2"] {
            try await accounts.register(account(id, "\(id)@example.com"))
            pairs.append(try await sessions.signIn(subject: id))
            made.append(try await keys.create(owner: id))
        }
        let erasure = try await accounts.erase(id: "usr_1")
        #expect(erasure.hadAccount && erasure.sessions == [pairs[0].session] && erasure.apiKeys == [made[0].record.id])
        #expect(try await accounts.erase(id: "usr_1").isEmpty)
        try await bench.reopen()
        let left = SQLiteAccountStore(bench.database)
        let export = try await left.export(id: "usr_1")
        #expect(export.account == nil && export.sessions.isEmpty && export.apiKeys.isEmpty)
        #expect(try await left.find(email: "usr_2@example.com")?.id == "usr_2")
        _ = try await bench.sessions().refresh(pairs[1].refreshToken)
        try await left.register(account("usr_3", "usr_1@example.com"))
    }

    /// Enough accounts, in no order, for pages of every index to be split and merged.
    @Test func `an erasure leaves no byte of the e-mail, the name or the hash in the file or its log`() async throws {
        let bench = try IdentityBench()
        let accounts = SQLiteAccountStore(bench.database)
        var random = SeededGenerator(state: 1)
        let all = (0..<400).map { index in
            account("usr_\(index)", "\(random.next()).person-\(index)-\(String(repeating: "x", count: index % 60))@example.com")
        }
        let erased = all.shuffled(using: &random).prefix(330)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for account in all { group.addTask { try await accounts.register(account) } }
            try await group.waitForAll()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for account in erased { group.addTask { _ = try await accounts.erase(id: account.id) } }
            try await group.waitForAll()
        }
        try await bench.database.removeErasedBytes()
        let open = try bench.folder.bytes()
        try await bench.database.close()
        let gone = Set(erased.map(\.id))
        for bytes in [open, try bench.folder.bytes()] {
            let remains = erased.filter { bytes.contains(Array($0.email.utf8)) }
            #expect(remains.isEmpty, "\(remains.count) of \(erased.count)")
            #expect(all.filter { !gone.contains($0.id) }.allSatisfy { bytes.contains(Array($0.email.utf8)) })
        }
    }

    @Test func `the bytes of an erasure are overwritten at once, and closing looks for copies`() async throws {
        let bench = try IdentityBench()
        let accounts = SQLiteAccountStore(bench.database)
        let (one, other) = (account("usr_1", "person@example.com"), account("usr_2", "other@example.com"))
        for account in [one, other] { try await accounts.register(account) }
        #expect(try bench.folder.bytes().contains(Array(one.email.utf8)))
        _ = try await accounts.erase(id: one.id)
        #expect(try !bench.folder.bytes().contains(Array(one.email.utf8)))
        #expect(try bench.folder.bytes().contains(Array(other.email.utf8)))
        #expect(try SQLite.number("SELECT value FROM fact WHERE name = 'erased'", in: bench.folder.identity) == 1)
        try await bench.database.close()
        #expect(try SQLite.number("SELECT value FROM fact WHERE name = 'erased'", in: bench.folder.identity) == 0)
    }
}
