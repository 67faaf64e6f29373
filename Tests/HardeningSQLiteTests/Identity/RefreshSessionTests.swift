import HardeningCore
import HardeningSQLite
import Testing
import TokenAuth

/// Refresh tokens on a file, through `SessionService`.
@Suite(.timeLimit(.minutes(60))) struct RefreshSessionTests {
    @Test func `a hundred refreshes of one token at once yield one successor`() async throws {
        let bench = try IdentityBench()
        let sessions = try await bench.sessions()
        let token = try await sessions.signIn(subject: "u").refreshToken
        let successors = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await sessions.refresh(token).refreshToken } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(successors.count == 1)
        let successor = try #require(successors.first)
        #expect(successor != token)
        #expect(try await sessions.sessions(subject: "u").map(\.generation) == [1])
        _ = try await sessions.refresh(successor)
    }

    @Test func `a token outlives a restart, its parent is answered with the same successor`() async throws {
        let bench = try IdentityBench()
        let first = try await bench.sessions().signIn(subject: "u", scope: "chat")
        try await bench.reopen()
        let second = try await bench.sessions().refresh(first.refreshToken)
        try await bench.reopen()
        let sessions = try await bench.sessions()
        #expect(try await sessions.refresh(first.refreshToken).refreshToken == second.refreshToken)
        #expect(try await sessions.sessions(subject: "u").map(\.scope) == ["chat"])
    }

    @Test func `a grandparent ends the family and its access tokens, also after a restart`() async throws {
        let bench = try IdentityBench()
        let first = try await bench.sessions().signIn(subject: "u")
        let second = try await bench.sessions().refresh(first.refreshToken)
        let third = try await bench.sessions().refresh(second.refreshToken)
        try await bench.reopen()
        var sessions = try await bench.sessions()
        #expect(await code { _ = try await sessions.refresh(first.refreshToken) } == "REFRESH_REUSED")
        for round in 0..<2 {
            if round == 1 { try await bench.reopen() }
            sessions = try await bench.sessions()
            for pair in [first, second, third] {
                #expect(await code { _ = try await sessions.refresh(pair.refreshToken) } == "REFRESH_SESSION_ENDED")
                #expect(await code { _ = try sessions.tokens.verify(pair.access.token) } == "TOKEN_REVOKED_WITH_SESSION")
            }
        }
    }

    @Test func `only digests of the secrets are in the file`() async throws {
        let bench = try IdentityBench()
        let sessions = try await bench.sessions()
        var pairs = [try await sessions.signIn(subject: "u")]
        for _ in 0..<5 { pairs.append(try await sessions.refresh(try #require(pairs.last).refreshToken)) }
        let before = try bench.folder.bytes()
        try await bench.database.close()
        for bytes in [before, try bench.folder.bytes()] {
            for pair in pairs {
                // The session's id, then the secret, then the seal, each as characters and as bytes.
                let secret = Array(try #require(Base64.bytes(String(pair.refreshToken.dropFirst(4))))[16..<48])
                #expect(!bytes.contains(secret) && !bytes.contains(Array(pair.refreshToken.utf8)[30..<60]))
            }
        }
    }

    @Test func `at capacity expired sessions make room, and a live one is never forgotten`() async throws {
        let bench = try IdentityBench()
        let store = SQLiteRefreshSessionStore(bench.database, capacity: 30, subjectCapacity: 3)
        func insert(_ subject: String, lifetime: Int) async throws -> SessionID {
            let digest = try #require(RefreshDigest([UInt8](repeating: 1, count: 32)))
            let now = bench.time.timestamp
            let session = RefreshSession(
                id: SessionID(), subject: subject, scope: nil, createdAt: now, current: digest, rotatedAt: now)
            try await store.insert(session, expiry: now.advanced(by: .seconds(lifetime)), now: now)
            return session.id
        }
        var live: [SessionID] = []
        for index in 0..<30 { live.append(try await insert("u\(index)", lifetime: index < 20 ? 10 : 100)) }
        #expect(await code { _ = try await insert("late", lifetime: 1) } == "REFRESH_STORE_FULL")
        bench.time.advance(by: .seconds(10) - .nanoseconds(1))
        #expect(await code { _ = try await insert("late", lifetime: 1) } == "REFRESH_STORE_FULL")
        bench.time.advance(by: .nanoseconds(1))
        // Bounded: sixteen at once.
        _ = try await insert("late", lifetime: 100)
        #expect(try await store.count() == 15)
        #expect(try await store.prune(now: bench.time.timestamp, limit: 3) == 3)
        #expect(try await store.prune(now: bench.time.timestamp) == 1)
        #expect(try await store.prune(now: bench.time.timestamp) == 0)
        for id in live.suffix(10) { #expect(try await store.session(id) != nil) }
        // A subject at its own limit loses its oldest.
        let ids = [try await insert("v", lifetime: 9), try await insert("v", lifetime: 9), try await insert("v", lifetime: 9)]
        let newest = try await insert("v", lifetime: 9)
        #expect(try await store.sessions(subject: "v").map(\.id) == Array(ids.dropFirst()) + [newest])
        #expect(try await store.count() == 14)
    }

    @Test func `a capacity that was lowered is kept to as soon as enough sessions have expired`() async throws {
        let bench = try IdentityBench()
        let digest = try #require(RefreshDigest([UInt8](repeating: 1, count: 32)))
        func insert(_ store: SQLiteRefreshSessionStore, _ subject: String) async throws {
            let now = bench.time.timestamp
            let session = RefreshSession(id: SessionID(), subject: subject, scope: nil, createdAt: now, current: digest, rotatedAt: now)
            try await store.insert(session, expiry: now.advanced(by: .seconds(10)), now: now)
        }
        for index in 0..<60 { try await insert(SQLiteRefreshSessionStore(bench.database), "u\(index)") }
        let smaller = SQLiteRefreshSessionStore(bench.database, capacity: 5)
        #expect(await code { try await insert(smaller, "late") } == "REFRESH_STORE_FULL")
        bench.time.advance(by: .seconds(10))
        try await insert(smaller, "late")
        #expect(try await smaller.count() == 1)
    }

    @Test func `a refresh that changes nothing costs no write`() async throws {
        var settings = IdentityDatabase.Settings()
        settings.lockWait = .milliseconds(20)
        let bench = try IdentityBench(settings: settings)
        let sessions = try await bench.sessions()
        let first = try await sessions.signIn(subject: "u")
        let second = try await sessions.refresh(first.refreshToken)
        let lock = try FileLock(bench.folder.identity)
        #expect(try await sessions.refresh(first.refreshToken).refreshToken == second.refreshToken)
        #expect(await code { _ = try await sessions.refresh(second.refreshToken) } == "IDENTITY_STORE_LOCKED")
        try lock.release()
    }
}
