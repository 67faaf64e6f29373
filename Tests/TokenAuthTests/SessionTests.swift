import HardeningCore
import Synchronization
import Testing
import TokenAuth

/// Refresh sessions under manual time.
struct SessionFixture {
    static let key = Secret(Array("a key of the refresh tokens alone".utf8))
    let fixture: Fixture
    let store: any RefreshSessionStore
    let sessions: SessionService

    init(
        limits: RefreshLimits = RefreshLimits(), list: RevocationList = RevocationList(),
        store: any RefreshSessionStore = InMemoryRefreshSessionStore(), key: Secret = key, previous: [Secret] = []
    ) throws {
        fixture = try Fixture(list: list)
        self.store = store
        sessions = SessionService(tokens: fixture.service, key: key, previousKeys: previous, store: store, limits: limits)
    }

    func code(_ token: String) async -> String? {
        do {
            _ = try await sessions.refresh(token)
            return nil
        } catch {
            return (error as? RefreshError)?.code ?? "\(error)"
        }
    }
}

struct SessionTests {
    @Test func `each refresh replaces the token and keeps the session`() async throws {
        let subject = try SessionFixture()
        let first = try await subject.sessions.signIn(subject: "u", scope: "chat")
        let second = try await subject.sessions.refresh(first.refreshToken)
        subject.fixture.time.advance(by: .seconds(60))
        let third = try await subject.sessions.refresh(second.refreshToken)
        #expect(Set([first, second, third].map(\.refreshToken)).count == 3)
        for pair in [first, second, third] {
            let verified = try subject.fixture.service.verify(pair.access.token)
            #expect(verified.session == first.session.description && verified.value.hasScope("chat") && verified.subject == "u")
        }
    }

    @Test func `the immediate parent gets the identical successor inside the grace, and ends the family after it`() async throws {
        let subject = try SessionFixture()
        let first = try await subject.sessions.signIn(subject: "u")
        let second = try await subject.sessions.refresh(first.refreshToken)
        subject.fixture.time.advance(by: .seconds(10))
        #expect(try await subject.sessions.refresh(first.refreshToken).refreshToken == second.refreshToken)
        subject.fixture.time.advance(by: .nanoseconds(1))
        #expect(await subject.code(first.refreshToken) == "REFRESH_REUSED")
        #expect(await subject.code(second.refreshToken) == "REFRESH_SESSION_ENDED")
        #expect(subject.fixture.refusal(first.access.token) == .sessionRevoked)
        #expect(subject.fixture.refusal(second.access.token) == .sessionRevoked)
    }

    @Test func `the parent of a used successor ends the family even inside the grace`() async throws {
        let subject = try SessionFixture()
        let first = try await subject.sessions.signIn(subject: "u")
        let second = try await subject.sessions.refresh(first.refreshToken)
        let third = try await subject.sessions.refresh(second.refreshToken)
        let events = subject.sessions.events.subscribe()
        #expect(await subject.code(first.refreshToken) == "REFRESH_REUSED")
        #expect(await subject.code(third.refreshToken) == "REFRESH_SESSION_ENDED")
        #expect(subject.fixture.refusal(third.access.token) == .sessionRevoked)
        #expect(events.drain() == [.reused(first.session, subject: "u")])
        #expect(try await subject.sessions.sessions(subject: "u").isEmpty)
    }

    @Test func `a clock set back neither lengthens the grace nor ends a session over a double click`() async throws {
        let subject = try SessionFixture()
        let first = try await subject.sessions.signIn(subject: "u")
        let second = try await subject.sessions.refresh(first.refreshToken)
        subject.fixture.time.stepWallClock(by: .seconds(-10))
        #expect(try await subject.sessions.refresh(first.refreshToken).refreshToken == second.refreshToken)
        subject.fixture.time.stepWallClock(by: .seconds(-10))
        let third = try await subject.sessions.refresh(second.refreshToken)
        #expect(try await subject.sessions.refresh(second.refreshToken).refreshToken == third.refreshToken)
        subject.fixture.time.stepWallClock(by: .seconds(-10) - .nanoseconds(1))
        #expect(await subject.code(second.refreshToken) == "REFRESH_REUSED")
    }

    @Test func `the list of sessions leaves out what has expired and is not yet dropped`() async throws {
        let limits = RefreshLimits(idle: .seconds(100), absolute: .seconds(1000))
        let subject = try SessionFixture(limits: limits)
        let idle = try await subject.sessions.signIn(subject: "u")
        let busy = try await subject.sessions.signIn(subject: "u")
        subject.fixture.time.advance(by: .seconds(99))
        let next = try await subject.sessions.refresh(busy.refreshToken)
        #expect(try await subject.sessions.sessions(subject: "u").map(\.id) == [idle.session, busy.session])
        subject.fixture.time.advance(by: .seconds(1))
        #expect(try await subject.sessions.sessions(subject: "u").map(\.id) == [next.session])
    }

    @Test func `no access token outlives its session`() async throws {
        let subject = try SessionFixture(limits: RefreshLimits(idle: .seconds(1000), absolute: .seconds(1000)))
        let first = try await subject.sessions.signIn(subject: "u")
        subject.fixture.time.advance(by: .seconds(900))
        let last = try await subject.sessions.refresh(first.refreshToken)
        #expect(last.access.claims.expiresAt == last.access.claims.issuedAt.advanced(by: .seconds(100)))
        #expect(last.access.claims.expiresAt <= last.sessionExpiresAt)
    }

    @Test func `without a grace the first replay ends the family`() async throws {
        let subject = try SessionFixture(limits: RefreshLimits(replayGrace: .zero))
        let first = try await subject.sessions.signIn(subject: "u")
        _ = try await subject.sessions.refresh(first.refreshToken)
        #expect(await subject.code(first.refreshToken) == "REFRESH_REUSED")
    }

    @Test(.timeLimit(.minutes(60))) func `a hundred refreshes of one token at once yield one successor`() async throws {
        let subject = try SessionFixture()
        let first = try await subject.sessions.signIn(subject: "u")
        let successors = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await subject.sessions.refresh(first.refreshToken).refreshToken } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(successors.count == 1)
        #expect(try await subject.store.session(first.session)?.generation == 1)
        #expect(try await subject.sessions.refresh(#require(successors.first)).session == first.session)
    }

    @Test func `idle and absolute limits end a session to the nanosecond`() async throws {
        let limits = RefreshLimits(idle: .seconds(100), absolute: .seconds(250))
        let subject = try SessionFixture(limits: limits)
        let idle = try await subject.sessions.signIn(subject: "u")
        subject.fixture.time.advance(by: .seconds(100) - .nanoseconds(1))
        let next = try await subject.sessions.refresh(idle.refreshToken)
        subject.fixture.time.advance(by: .seconds(100))
        #expect(await subject.code(next.refreshToken) == "REFRESH_IDLE_LIMIT")

        let busy = try SessionFixture(limits: limits)
        var pair = try await busy.sessions.signIn(subject: "u")
        #expect(pair.access.claims.expiresAt.duration(since: pair.access.claims.issuedAt) == .seconds(250))
        for _ in 0..<4 {
            busy.fixture.time.advance(by: .seconds(60))
            pair = try await busy.sessions.refresh(pair.refreshToken)
        }
        // No access token outlives its session.
        #expect(pair.access.claims.expiresAt == pair.sessionExpiresAt)
        busy.fixture.time.advance(by: .seconds(10))
        #expect(await busy.code(pair.refreshToken) == "REFRESH_ABSOLUTE_LIMIT")
    }

    @Test func `logout ends one session, logout-all every one, and a sign-in in the same second works`() async throws {
        let subject = try SessionFixture()
        let phone = try await subject.sessions.signIn(subject: "u")
        let laptop = try await subject.sessions.signIn(subject: "u")
        try await subject.sessions.logout(subject.fixture.service.verify(phone.access.token))
        #expect(await subject.code(phone.refreshToken) == "REFRESH_SESSION_ENDED")
        #expect(subject.fixture.refusal(phone.access.token) == .sessionRevoked)
        #expect(subject.fixture.refusal(laptop.access.token) == nil)

        let other = try await subject.sessions.signIn(subject: "someone else")
        try await subject.sessions.logoutAll(subject: "u")
        #expect(subject.fixture.refusal(laptop.access.token) == .subjectRevoked)
        #expect(await subject.code(laptop.refreshToken) == "REFRESH_SESSION_ENDED")
        let fresh = try await subject.sessions.signIn(subject: "u")
        #expect(subject.fixture.refusal(fresh.access.token) == nil)
        #expect(await subject.code(fresh.refreshToken) == nil)
        #expect(await subject.code(other.refreshToken) == nil)
    }

    @Test func `a password change ends every session and begins one for whoever changed it`() async throws {
        let subject = try SessionFixture()
        let old = try await subject.sessions.signIn(subject: "u")
        let new = try await subject.sessions.passwordChanged(subject: "u")
        #expect(subject.fixture.refusal(old.access.token) == .subjectRevoked)
        #expect(await subject.code(old.refreshToken) == "REFRESH_SESSION_ENDED")
        #expect(subject.fixture.refusal(new.access.token) == nil)
        #expect(await subject.code(new.refreshToken) == nil)
        #expect(try await subject.sessions.sessions(subject: "u").map(\.id) == [new.session])
    }

    @Test func `logout by refresh token ends the session, whichever token of it is brought`() async throws {
        let subject = try SessionFixture()
        let first = try await subject.sessions.signIn(subject: "u")
        let second = try await subject.sessions.refresh(first.refreshToken)
        try await subject.sessions.logout(refreshToken: first.refreshToken)
        #expect(await subject.code(second.refreshToken) == "REFRESH_SESSION_ENDED")
        #expect(subject.fixture.refusal(second.access.token) == .sessionRevoked)
    }

    @Test func `a session that a store could not remove obeys the watermarks all the same`() async throws {
        let list = RevocationList()
        let subject = try SessionFixture(list: list)
        let pair = try await subject.sessions.signIn(subject: "u")
        try await subject.fixture.service.revokeAll(subject: "u")
        #expect(await subject.code(pair.refreshToken) == "REFRESH_SESSION_ENDED")
        let next = try await subject.sessions.signIn(subject: "u")
        try await subject.fixture.service.revokeEverything()
        #expect(await subject.code(next.refreshToken) == "REFRESH_SESSION_ENDED")
        let last = try await subject.sessions.signIn(subject: "u")
        #expect(await subject.code(last.refreshToken) == nil)
    }

    @Test(.timeLimit(.minutes(60))) func `what a logout-all races is dead once it has returned`() async throws {
        for _ in 0..<40 {
            let subject = try SessionFixture()
            let first = try await subject.sessions.signIn(subject: "u")
            let pairs = await withTaskGroup(of: TokenPair?.self) { group in
                for _ in 0..<4 { group.addTask { try? await subject.sessions.refresh(first.refreshToken) } }
                group.addTask {
                    try? await subject.sessions.logoutAll(subject: "u")
                    return nil
                }
                return await group.reduce(into: [TokenPair]()) { if let pair = $1 { $0.append(pair) } }
            }
            for pair in pairs {
                #expect(subject.fixture.refusal(pair.access.token) == .subjectRevoked)
                #expect(await subject.code(pair.refreshToken) == "REFRESH_SESSION_ENDED")
            }
        }
    }
}
