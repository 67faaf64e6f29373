import HardeningCore
import Testing
import TokenAuth

struct APIKeyTests {
    let time = ManualTime()
    let store = InMemoryAPIKeyStore(capacity: 4, ownerCapacity: 3)

    func service(_ prefix: String = "sk_live") throws -> APIKeyService {
        try APIKeyService(prefix: prefix, store: store, time: .manual(time))
    }

    func code(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? APIKeyError)?.code ?? "\(error)"
        }
    }

    @Test func `a key verifies, only its digest is stored, and it is not printed`() async throws {
        let keys = try service()
        let new = try await keys.create(owner: "org", scope: "chat")
        #expect(new.text.hasPrefix("sk_live_") && new.text.utf8.count == 57)
        let verified = try await keys.verify(new.text)
        #expect(verified.owner == "org" && verified.value.hasScope("chat") && verified.id == new.record.id)
        var shown = "\(new)"
        dump(new, to: &shown)
        dump(try #require(store.record(digest: new.record.digest)), to: &shown)
        #expect(!shown.contains(new.text) && !shown.contains(new.text.dropFirst(8).prefix(12)))
        #expect(new.record.hint == "sk_live_…" + new.text.suffix(4))
    }

    @Test func `one mistyped character is noticed without asking the store`() async throws {
        let keys = try service()
        let text = Array(try await keys.create(owner: "org").text)
        for index in text.indices {
            var typed = text
            typed[index] = typed[index] == "x" ? "y" : "x"
            let code = await code { _ = try await keys.verify(String(typed)) }
            #expect(code == "API_KEY_MALFORMED")
        }
        for typed in [
            "", "sk_live_", String(text) + "A", String(text.dropLast()), " " + String(text), String(repeating: "A", count: 100_000),
        ] {
            #expect(await code { _ = try await keys.verify(typed) } == "API_KEY_MALFORMED")
        }
        let foreign = try await APIKeyService(prefix: "sk_live").create(owner: "org").text
        #expect(await code { _ = try await keys.verify(foreign) } == "API_KEY_UNKNOWN")
    }

    @Test func `two keys live during a rotation, the older ends with the overlap`() async throws {
        let keys = try service()
        let first = try await keys.create(owner: "org")
        let second = try await keys.rotate(first.record.id, owner: "org", overlap: .seconds(100))
        for key in [first, second] { #expect(try await keys.verify(key.text).lineage == first.record.id) }
        #expect(await code { _ = try await keys.rotate(first.record.id, owner: "org") } == "API_KEY_ALREADY_ROTATED")
        // A second rotation leaves two, not three.
        let third = try await keys.rotate(second.record.id, owner: "org", overlap: .seconds(100))
        #expect(await code { _ = try await keys.verify(first.text) } != nil)
        time.advance(by: .seconds(100) - .nanoseconds(1))
        #expect(await code { _ = try await keys.verify(second.text) } == nil)
        time.advance(by: .nanoseconds(1))
        #expect(await code { _ = try await keys.verify(second.text) } == "API_KEY_EXPIRED")
        #expect(await code { _ = try await keys.verify(third.text) } == nil)
        #expect(await code { _ = try await keys.rotate(second.record.id, owner: "org") } == "API_KEY_EXPIRED")
        #expect(await code { _ = try await keys.rotate(third.record.id, owner: "somebody else") } == "API_KEY_UNKNOWN")
    }

    @Test func `a successor has the scope and the length of life of the key it replaces`() async throws {
        let keys = try service()
        let first = try await keys.create(owner: "org", scope: "chat read", lifetime: .seconds(1_000))
        time.advance(by: .seconds(400))
        let second = try await keys.rotate(first.record.id, owner: "org")
        #expect(second.record.scope == "chat read")
        #expect(second.record.expiresAt == time.timestamp.advanced(by: .seconds(1_000)))
        let old = try await keys.keys(owner: "org").first
        #expect(old?.expiresAt == first.record.expiresAt, "an overlap never prolongs a life")
        let third = try await keys.rotate(second.record.id, owner: "org", overlap: .seconds(-5))
        let ends = try await keys.keys(owner: "org").map(\.expiresAt)
        #expect(ends == [time.timestamp, time.timestamp, third.record.expiresAt], "a negative overlap is none")
        #expect(await code { _ = try await keys.verify(second.text) } == "API_KEY_EXPIRED")
    }

    @Test(arguments: [("chat", true), ("read", true), ("ch", false), ("chat read", false), ("", false), ("CHAT", false)])
    func `a scope is a whole word`(_ name: String, _ isThere: Bool) async throws {
        let record = try await service().create(owner: "org", scope: "chat read").record
        #expect(record.hasScope(name) == isThere)
    }

    @Test(.timeLimit(.minutes(60))) func `of many rotations at once one succeeds`() async throws {
        let keys = try APIKeyService(prefix: "sk_live", time: .manual(time))
        let first = try await keys.create(owner: "org")
        let made = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { (try? await keys.rotate(first.record.id, owner: "org")) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        #expect(try await keys.keys(owner: "org").count == 2)
    }

    @Test func `expiry, revocation and capacity are exact`() async throws {
        let keys = try service()
        let short = try await keys.create(owner: "a", lifetime: .seconds(10))
        time.advance(by: .seconds(10) - .nanoseconds(1))
        #expect(await code { _ = try await keys.verify(short.text) } == nil)
        time.advance(by: .nanoseconds(1))
        #expect(await code { _ = try await keys.verify(short.text) } == "API_KEY_EXPIRED")
        var made: [NewAPIKey] = []
        // The dead key made room.
        for _ in 0..<3 { made.append(try await keys.create(owner: "a")) }
        #expect(await code { _ = try await keys.create(owner: "a") } == "API_KEY_TOO_MANY")
        _ = try await keys.create(owner: "b")
        #expect(await code { _ = try await keys.create(owner: "b") } == "API_KEY_STORE_FULL")
        try await keys.revoke(made[0].record.id, owner: "b")
        #expect(await code { _ = try await keys.verify(made[0].text) } == nil)
        try await keys.revoke(made[0].record.id, owner: "a")
        #expect(await code { _ = try await keys.verify(made[0].text) } == "API_KEY_UNKNOWN")
    }

    @Test func `the last use is noted, at most once a minute`() async throws {
        let keys = try service()
        let key = try await keys.create(owner: "org")
        let start = time.timestamp
        for (step, expected) in [(0, 0), (59, 0), (1, 60), (30, 60), (30, 120)] {
            time.advance(by: .seconds(step))
            _ = try await keys.verify(key.text)
            #expect(try await keys.keys(owner: "org").first?.lastUsedAt == start.advanced(by: .seconds(expected)))
        }
    }

    @Test(arguments: ["", "s", "_sk", "sk_", "SK", "s k", "sk-live", String(repeating: "s", count: 21), "sé"])
    func `a prefix that scanners could not recognise is refused`(_ prefix: String) {
        #expect(throws: APIKeyError.prefixMalformed) { try APIKeyService(prefix: prefix) }
    }
}
