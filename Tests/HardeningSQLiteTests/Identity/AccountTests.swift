import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct AccountTests {
    func account(_ id: String, _ email: String, hash: String = "$2b$12$hash", name: String? = nil, roles: [String] = []) -> IdentityAccount
    {
        IdentityAccount(id: id, email: email, name: name, passwordHash: hash, plan: "pro", roles: roles, createdAt: start)
    }

    @Test func `an account comes back with every field as it was, also after a restart`() async throws {
        let bench = try IdentityBench()
        let full = account("usr_1", "a@example.com", name: "محمد 'x'\u{0}", roles: ["", "admin", "a\nb"])
        let plain = account("usr_2", "b@example.com")
        for account in [full, plain] { try await SQLiteAccountStore(bench.database).register(account) }
        try await bench.reopen()
        let accounts = SQLiteAccountStore(bench.database)
        for account in [full, plain] {
            #expect(try await accounts.find(id: account.id) == account)
            #expect(try await accounts.find(email: account.email) == account)
        }
        #expect(try await accounts.find(id: "a@example.com") == nil)
        #expect(try await accounts.find(email: "") == nil)
        #expect(try await accounts.count() == 2)
    }

    @Test func `one mailbox is one account, in whatever case it is written`() async throws {
        let bench = try IdentityBench()
        let accounts = SQLiteAccountStore(bench.database)
        try await accounts.register(account("usr_1", "Some.Body@Example.COM"))
        #expect(try await accounts.find(email: "sOME.bODY@eXAMPLE.com")?.email == "some.body@example.com")
        #expect(await code { try await accounts.register(account("usr_2", "some.body@example.com")) } == "IDENTITY_EMAIL_TAKEN")
        #expect(await code { try await accounts.register(account("usr_1", "other@example.com")) } == "IDENTITY_ID_TAKEN")
        #expect(try await accounts.count() == 1)
        try await accounts.register(account("usr_2", "other@example.com"))
    }

    @Test func `of many registrations of one e-mail at once one succeeds`() async throws {
        let bench = try IdentityBench()
        let accounts = SQLiteAccountStore(bench.database)
        let codes = await withTaskGroup(of: String?.self) { group in
            for index in 0..<50 {
                group.addTask { await code { try await accounts.register(account("usr_\(index)", "a@example.com")) } }
            }
            return await group.reduce(into: [String?: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(codes == [nil: 1, "IDENTITY_EMAIL_TAKEN": 49])
    }

    @Test func `a rehash gives way to a password that was changed meanwhile`() async throws {
        let bench = try IdentityBench()
        let accounts = SQLiteAccountStore(bench.database)
        try await accounts.register(account("usr_1", "a@example.com", hash: "old"))
        #expect(try await accounts.updateHash(id: "usr_1", from: "old", to: "old, costlier"))
        #expect(try await accounts.updatePassword(id: "usr_1", to: "new"))
        #expect(try await accounts.updateHash(id: "usr_1", from: "old", to: "old, costlier") == false)
        #expect(try await accounts.find(id: "usr_1")?.passwordHash == "new")
        #expect(try await accounts.updatePassword(id: "nobody", to: "new") == false)
        #expect(try await accounts.updateHash(id: "nobody", from: "", to: "new") == false)
    }

    @Test func `capacity and sizes are bounded, and a refusal leaves nothing`() async throws {
        let bench = try IdentityBench()
        let accounts = SQLiteAccountStore(bench.database, capacity: 1)
        let long = String(repeating: "x", count: 1_025)
        for account in [
            account(long, "a@example.com"), account("u", long), account("u", "a", hash: long), account("u", "a", name: long),
            account("u", "a", roles: [long]), account("u", "a", roles: [String](repeating: "r", count: 65)),
        ] {
            #expect(await code { try await accounts.register(account) } == "IDENTITY_TOO_LARGE")
        }
        let plan = IdentityAccount(id: "u", email: "a", passwordHash: "hash", plan: long, createdAt: start)
        #expect(await code { try await accounts.register(plan) } == "IDENTITY_TOO_LARGE")
        #expect(await code { _ = try await accounts.updatePassword(id: "u", to: long) } == "IDENTITY_TOO_LARGE")
        #expect(try await accounts.count() == 0)
        try await accounts.register(account("usr_1", "a@example.com"))
        #expect(await code { try await accounts.register(account("usr_2", "b@example.com")) } == "IDENTITY_STORE_FULL")
    }

    @Test func `the hash is not printed`() {
        var shown = "\(account("usr_1", "a@example.com"))"
        dump(account("usr_1", "a@example.com"), to: &shown)
        #expect(shown.contains("a@example.com") && !shown.contains("hash"))
    }
}
