import HardeningCore
import Synchronization
import Testing
import TokenAuth

/// A log in memory that can be told to fail.
final class RecordingLog: RevocationLog {
    struct Full: Error {}
    private let state = Mutex((entries: [Revocation](), isFailing: false))

    var entries: [Revocation] { state.withLock { $0.entries } }
    func fail() { state.withLock { $0.isFailing = true } }

    func append(_ revocation: Revocation) async throws {
        try state.withLock { state in
            if state.isFailing { throw Full() }
            state.entries.append(revocation)
        }
    }

    func replay(_ entry: (Revocation) -> Void) async throws {
        for revocation in entries { entry(revocation) }
    }
}

struct RevocationLogTests {
    @Test func `every revocation is stored before it returns, with the watermark that took effect`() async throws {
        let log = RecordingLog()
        let fixture = try Fixture(list: RevocationList(log: log))
        let issued = try fixture.service.issue(subject: "u", session: "s")
        try await fixture.service.revoke(try fixture.service.verify(issued.token))
        #expect(log.entries.count == 1)
        try await fixture.service.revokeAll(subject: "u")
        try await fixture.service.revokeAll(subject: "u")
        try await fixture.service.revoke(session: "s")
        let start = Timestamp(secondsSince1970: Fixture.start)
        #expect(
            log.entries == [
                .token(issuer: Fixture.issuer, id: issued.claims.id, subject: "u", issuedAt: start, expiresAt: issued.claims.expiresAt),
                .subject(issuer: Fixture.issuer, "u", through: start),
                .subject(issuer: Fixture.issuer, "u", through: start.advanced(by: .seconds(1))),
                .session(issuer: Fixture.issuer, "s", at: start),
            ])
    }

    @Test func `a failing log is reported, and the token refused all the same`() async throws {
        let log = RecordingLog()
        let fixture = try Fixture(list: RevocationList(log: log))
        let token = try fixture.service.issue(subject: "u").token
        let verified = try fixture.service.verify(token)
        log.fail()
        await #expect(throws: RecordingLog.Full.self) { try await fixture.service.revoke(verified) }
        #expect(fixture.refusal(token) == .revoked)
    }

    @Test func `a restart restores what was revoked, in any order and twice`() async throws {
        let log = RecordingLog()
        let before = try Fixture(list: RevocationList(log: log))
        let tokens = try ["a", "b", "c"].map { try before.service.issue(subject: $0, session: "s-\($0)").token }
        let untouched = try before.service.issue(subject: "d").token
        try await before.service.revoke(try before.service.verify(tokens[0]))
        try await before.service.revokeAll(subject: "b")
        try await before.service.revoke(session: "s-c")
        let fresh = try before.service.issue(subject: "b").token

        let list = RevocationList(log: log)
        let after = try Fixture(list: list)
        for entry in log.entries.reversed() { list.apply(entry, now: after.time.timestamp) }
        try await list.restore(now: after.time.timestamp)
        #expect(tokens.map { after.refusal($0) } == [.revoked, .subjectRevoked, .sessionRevoked])
        #expect(after.refusal(fresh) == nil)
        #expect(after.refusal(untouched) == nil)
        #expect(list.tokenCount == 1 && list.watermarkCount == 2)
    }
}
