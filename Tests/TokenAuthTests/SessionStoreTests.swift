import HardeningCore
import Testing
import TokenAuth

/// What is stored, what a thief of the store or of an id can do, and what happens at capacity.
struct SessionStoreTests {
    @Test func `only digests are stored`() async throws {
        let subject = try SessionFixture()
        let first = try await subject.sessions.signIn(subject: "u")
        let second = try await subject.sessions.refresh(first.refreshToken)
        let record = try #require(try await subject.store.session(first.session))
        var text = ""
        dump(record, to: &text)
        let stored = record.current.bytes + (record.parent?.bytes ?? []) + record.nonce
        for token in [first.refreshToken, second.refreshToken] {
            let secret = Array(VectorTests.decode(String(token.dropFirst(4)))[16..<48])
            #expect(!text.contains(token) && !"\(first) \(second)".contains(token))
            #expect(!stored.indices.contains { stored[$0...].starts(with: secret.prefix(8)) })
        }
        var shown = ""
        dump(second, to: &shown)
        #expect(!shown.contains(second.refreshToken) && !shown.contains(second.access.token))
    }

    @Test func `whoever knows a session's id can neither refresh nor end it`() async throws {
        let subject = try SessionFixture()
        let pair = try await subject.sessions.signIn(subject: "u")
        var bytes = VectorTests.decode(String(pair.refreshToken.dropFirst(4)))
        for index in bytes.indices {
            bytes[index] ^= 1
            #expect(await subject.code("rt1_" + Fixture.base64URL(bytes)) == "REFRESH_INVALID")
            bytes[index] ^= 1
        }
        let stranger = try SessionFixture(store: subject.store, key: Secret(Array("another key that is not the service's".utf8)))
        #expect(await stranger.code(pair.refreshToken) == "REFRESH_INVALID")
        for text in ["", "rt1_", String(pair.refreshToken.dropLast()), pair.refreshToken + "A", String(repeating: "A", count: 1_000_000)] {
            #expect(await subject.code(text) == "REFRESH_INVALID")
        }
        #expect(await subject.code(pair.refreshToken) == nil)
    }

    @Test func `a rotated key still opens, also for the replay of a parent`() async throws {
        let store = InMemoryRefreshSessionStore()
        let old = try SessionFixture(store: store)
        let first = try await old.sessions.signIn(subject: "u")
        let second = try await old.sessions.refresh(first.refreshToken)
        let newKey = Secret(Array("the key that came after the first".utf8))
        let new = try SessionFixture(store: store, key: newKey, previous: [SessionFixture.key])
        let replayed = try await new.sessions.refresh(first.refreshToken)
        // Sealed anew, but the same secret: both spellings refresh.
        let third = try await new.sessions.refresh(replayed.refreshToken)
        #expect(try await new.sessions.refresh(second.refreshToken).refreshToken == third.refreshToken)
        let late = try SessionFixture(store: store, key: newKey)
        #expect(await late.code(second.refreshToken) == "REFRESH_INVALID")
        #expect(await late.code(third.refreshToken) == nil)
    }

    @Test func `at capacity sign-in is refused, live sessions go on, and expired ones make room`() async throws {
        let subject = try SessionFixture(
            limits: RefreshLimits(idle: .seconds(100), absolute: .seconds(100)), store: InMemoryRefreshSessionStore(capacity: 3))
        var pairs: [TokenPair] = []
        for index in 0..<3 { pairs.append(try await subject.sessions.signIn(subject: "u\(index)")) }
        await #expect(throws: RefreshError.storeFull(retryAfter: .seconds(60))) { try await subject.sessions.signIn(subject: "x") }
        for pair in pairs { #expect(await subject.code(pair.refreshToken) == nil) }
        subject.fixture.time.advance(by: .seconds(100))
        #expect(throws: Never.self) { try subject.fixture.service.issue(subject: "x") }
        _ = try await subject.sessions.signIn(subject: "x")
        #expect((subject.store as? InMemoryRefreshSessionStore)?.count == 1)
    }

    @Test func `a subject at its limit loses its oldest session and nobody else's`() async throws {
        let subject = try SessionFixture(store: InMemoryRefreshSessionStore(capacity: 100, subjectCapacity: 2))
        let other = try await subject.sessions.signIn(subject: "other")
        var pairs: [TokenPair] = []
        for _ in 0..<3 { pairs.append(try await subject.sessions.signIn(subject: "u")) }
        #expect(await subject.code(pairs[0].refreshToken) == "REFRESH_SESSION_ENDED")
        for pair in [pairs[1], pairs[2], other] { #expect(await subject.code(pair.refreshToken) == nil) }
    }

    @Test func `a revocation log that fails is reported, and the reuse is made good at the next presentation`() async throws {
        let log = RecordingLog()
        let subject = try SessionFixture(list: RevocationList(log: log))
        let first = try await subject.sessions.signIn(subject: "u")
        let second = try await subject.sessions.refresh(first.refreshToken)
        let third = try await subject.sessions.refresh(second.refreshToken)
        log.fail()
        await #expect(throws: RecordingLog.Full.self) { try await subject.sessions.refresh(first.refreshToken) }
        // Already refused here, and still known as a reuse, not forgotten.
        #expect(subject.fixture.refusal(third.access.token) == .sessionRevoked)
        #expect(try await subject.store.session(first.session)?.ending == .reuse)
        await #expect(throws: RecordingLog.Full.self) { try await subject.sessions.logout(refreshToken: third.refreshToken) }
    }
}
