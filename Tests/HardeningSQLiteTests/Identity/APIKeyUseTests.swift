import HardeningCore
import HardeningSQLite
import Testing
import TokenAuth

/// API keys on a file: only digests, and last uses that cost no write each.
@Suite(.timeLimit(.minutes(60))) struct APIKeyUseTests {
    private func service(_ bench: IdentityBench) throws -> APIKeyService {
        try APIKeyService(prefix: "sk_live", store: SQLiteAPIKeyStore(bench.database), time: .manual(bench.time))
    }

    private func stored(_ bench: IdentityBench) throws -> Int64? {
        try SQLite.number("SELECT count(*) FROM api_key WHERE last_used_at IS NOT NULL", in: bench.folder.identity)
    }

    @Test func `a key works after a restart, and two do during a rotation`() async throws {
        let bench = try IdentityBench()
        let first = try await service(bench).create(owner: "org", scope: "chat")
        try await bench.reopen()
        let second = try await service(bench).rotate(first.record.id, owner: "org", overlap: .seconds(100))
        try await bench.reopen()
        let keys = try service(bench)
        for key in [first, second] { #expect(try await keys.verify(key.text).value.hasScope("chat")) }
        bench.time.advance(by: .seconds(100))
        #expect(await code { _ = try await keys.verify(first.text) } == "API_KEY_EXPIRED")
        _ = try await keys.verify(second.text)
        try await keys.revoke(second.record.id, owner: "org")
        try await bench.reopen()
        #expect(await code { _ = try await service(bench).verify(second.text) } == "API_KEY_UNKNOWN")
        #expect(try !bench.folder.bytes().contains(Array(second.text.utf8).dropFirst(8).prefix(30)))
    }

    @Test func `a use is seen at once, written within a minute of the next, and by closing`() async throws {
        let bench = try IdentityBench()
        let keys = try service(bench)
        var made: [NewAPIKey] = []
        for _ in 0..<3 { made.append(try await keys.create(owner: "org")) }
        _ = try await keys.verify(made[0].text)
        bench.time.advance(by: .seconds(59))
        _ = try await keys.verify(made[1].text)
        #expect(try stored(bench) == 0)
        #expect(try await keys.keys(owner: "org").map { $0.lastUsedAt != nil } == [true, true, false])
        bench.time.advance(by: .seconds(1))
        _ = try await keys.verify(made[0].text)
        try await keys.revoke(TokenID(), owner: "")  // a write behind the one that was not waited for
        #expect(try stored(bench) == 2)
        _ = try await keys.verify(made[2].text)
        #expect(try stored(bench) == 2)
        try await bench.reopen()
        #expect(
            try await service(bench).keys(owner: "org").compactMap { $0.lastUsedAt?.duration(since: start) }
                == [60, 59, 60].map { .seconds($0) })
    }

    @Test func `many keys are written together, and a key that was removed does not come back`() async throws {
        let bench = try IdentityBench()
        let store = SQLiteAPIKeyStore(bench.database, ownerCapacity: 1_000)
        let keys = try APIKeyService(prefix: "sk", store: store, time: .manual(bench.time))
        let ids = try await withThrowingTaskGroup(of: TokenID.self) { group in
            for _ in 0..<256 { group.addTask { try await keys.create(owner: "org").record.id } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for id in ids.dropLast() { store.markUsed(id, at: bench.time.timestamp) }
        #expect(try stored(bench) == 0)
        try await store.remove(ids[0], owner: "org")
        store.markUsed(ids[255], at: bench.time.timestamp)
        try await store.remove(TokenID(), owner: "")
        #expect(try stored(bench) == 255)
        #expect(try await store.removeAll(owner: "org").count == 255)
        #expect(try await store.records(owner: "org").isEmpty)
    }

    @Test func `a refused rotation takes back what it had removed`() async throws {
        let bench = try IdentityBench()
        let store = SQLiteAPIKeyStore(bench.database)
        let keys = try APIKeyService(prefix: "sk", store: store, time: .manual(bench.time))
        _ = try await keys.create(owner: "org", lifetime: .seconds(10))
        let live = try await keys.create(owner: "org")
        bench.time.advance(by: .seconds(10))
        let before = try await store.records(owner: "org")
        let refusal = await code {
            try await store.insert(live.record, replacing: (TokenID(), bench.time.timestamp), now: bench.time.timestamp)
        }
        #expect(refusal == "API_KEY_ALREADY_ROTATED")
        #expect(try await store.records(owner: "org") == before)
    }

    @Test func `uses that could not be written are kept for the next time, and none goes back in time`() async throws {
        var settings = IdentityDatabase.Settings()
        settings.lockWait = .milliseconds(20)
        let bench = try IdentityBench(settings: settings)
        let keys = try service(bench)
        let key = try await keys.create(owner: "org").record
        func lastUse() async throws -> Duration? {
            try await SQLiteAPIKeyStore(bench.database).record(digest: key.digest)?.lastUsedAt?.duration(since: start)
        }
        let store = SQLiteAPIKeyStore(bench.database)
        store.markUsed(key.id, at: start)
        let lock = try FileLock(bench.folder.identity)
        store.markUsed(key.id, at: start.advanced(by: .seconds(60)))  // time to write
        // Behind the write that fails.
        #expect(await code { try await store.remove(TokenID(), owner: "") } == "IDENTITY_STORE_LOCKED")
        #expect(try await lastUse() == .seconds(60))
        try lock.release()
        try await bench.reopen()
        #expect(try await lastUse() == .seconds(60))
        SQLiteAPIKeyStore(bench.database).markUsed(key.id, at: start.advanced(by: .seconds(59)))
        try await bench.reopen()
        #expect(try await lastUse() == .seconds(60))
    }

    @Test func `the keys of an owner and of all owners are bounded, and dead ones make room`() async throws {
        let bench = try IdentityBench()
        let store = SQLiteAPIKeyStore(bench.database, capacity: 3, ownerCapacity: 2)
        let keys = try APIKeyService(prefix: "sk", store: store, time: .manual(bench.time))
        for lifetime in [10, 20] { _ = try await keys.create(owner: "a", lifetime: .seconds(lifetime)) }
        #expect(await code { _ = try await keys.create(owner: "a") } == "API_KEY_TOO_MANY")
        _ = try await keys.create(owner: "b")
        #expect(await code { _ = try await keys.create(owner: "c") } == "API_KEY_STORE_FULL")
        bench.time.advance(by: .seconds(10))
        _ = try await keys.create(owner: "a")
        #expect(await code { _ = try await keys.create(owner: "a") } == "API_KEY_TOO_MANY")
    }

    @Test func `of three keys of a line two work at most`() async throws {
        let bench = try IdentityBench()
        let keys = try service(bench)
        let first = try await keys.create(owner: "org")
        let second = try await keys.rotate(first.record.id, owner: "org", overlap: .seconds(100))
        let third = try await keys.rotate(second.record.id, owner: "org", overlap: .seconds(100))
        #expect(await code { _ = try await keys.verify(first.text) } != nil)
        for key in [second, third] { _ = try await keys.verify(key.text) }
    }
}
