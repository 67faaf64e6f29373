import HardeningCore
import HardeningSQLite
import Testing
import TokenAuth

/// What the log drops, and when.
@Suite(.timeLimit(.minutes(60))) struct RevocationRetentionTests {
    let retention = JournalRetention(leeway: .seconds(30), maximumLifetime: .seconds(1_000), clockSkew: .seconds(60))

    private func token(_ lifetime: Int) -> Revocation {
        .token(issuer: "i", id: TokenID(), subject: "u", issuedAt: start, expiresAt: start.advanced(by: .seconds(lifetime)))
    }

    private func stored(_ log: SQLiteRevocationLog) async throws -> [Revocation] {
        var entries: [Revocation] = []
        try await log.replay { entries.append($0) }
        return entries
    }

    @Test func `an entry is dropped once nobody accepts its token, not a nanosecond before`() async throws {
        let bench = try IdentityBench()
        let log = SQLiteRevocationLog(bench.database, retention: retention, time: .manual(bench.time))
        let entries = [
            token(100), token(200), .subject(issuer: "i", "u", through: start), .session(issuer: "i", "s", at: start),
            .key(issuer: "i", "k", through: start), .everything(through: start),
        ]
        for entry in entries { try await log.append(entry) }
        for (seconds, left) in [(190, 5), (290, 4), (1_090, 0)] {
            bench.time.advance(by: start.advanced(by: .seconds(seconds)).duration(since: bench.time.timestamp) - .nanoseconds(1))
            #expect(try await log.prune() == 0)
            bench.time.advance(by: .nanoseconds(1))
            _ = try await log.prune()
            #expect(try await stored(log) == entries.suffix(left))
        }
        #expect(try await log.sequence() == 6)
    }

    @Test func `a revoked token stays refused when the clock is set back after its entry was dropped`() async throws {
        let bench = try IdentityBench()
        func log() -> SQLiteRevocationLog { SQLiteRevocationLog(bench.database, retention: retention, time: .manual(bench.time)) }
        #expect(try await log().recovery() == RevocationRecovery(isComplete: false, forgottenThrough: nil))
        let tokens = try await bench.tokens()
        let issued = try tokens.issue(subject: "u", lifetime: .seconds(100))
        try await tokens.revoke(tokens.verify(issued.token))
        bench.time.advance(by: .seconds(190))
        #expect(try await log().prune() == 1)
        try await bench.reopen()
        let forgotten = start.advanced(by: .seconds(100))
        #expect(try await log().recovery() == RevocationRecovery(isComplete: true, forgottenThrough: forgotten))
        bench.time.stepWallClock(by: .seconds(-150))
        #expect(await code { _ = try await bench.tokens().verify(issued.token) } == TokenError.Rule.revoked.rawValue)
    }

    @Test func `every revocation drops at most sixteen of a kind, so that none takes long`() async throws {
        let bench = try IdentityBench()
        let log = SQLiteRevocationLog(bench.database, retention: retention, time: .manual(bench.time))
        for _ in 0..<40 { try await log.append(token(1)) }
        bench.time.advance(by: .seconds(5_000))
        for left in [25, 10, 3] {
            try await log.append(token(10_000))
            #expect(try await stored(log).count == left)
        }
    }

    @Test func `a later watermark replaces the earlier one, an earlier one is covered`() async throws {
        let bench = try IdentityBench()
        let log = SQLiteRevocationLog(bench.database, retention: retention, time: .manual(bench.time))
        func subject(_ seconds: Int) -> Revocation { .subject(issuer: "i", "u", through: start.advanced(by: .seconds(seconds))) }
        try await log.append(subject(5))
        let other = Revocation.session(issuer: "i", "u", at: start)
        try await log.append(other)
        let position = try await log.sequence()
        try await log.append(subject(3))
        #expect(try await log.entries(after: position, limit: 9).entries.isEmpty)
        try await log.append(subject(7))
        #expect(try await log.entries(after: position, limit: 9).entries.map(\.revocation) == [subject(7)])
        #expect(try await stored(log) == [other, subject(7)])
        #expect(try await log.entries(after: .max, limit: 9).position == .max)
    }

    @Test func `a number is not given twice, even after the newest entry was dropped`() async throws {
        let bench = try IdentityBench()
        func log() -> SQLiteRevocationLog { SQLiteRevocationLog(bench.database, retention: retention, time: .manual(bench.time)) }
        try await log().append(token(1))
        bench.time.advance(by: .seconds(5_000))
        #expect(try await log().prune() == 1)
        try await bench.reopen()
        try await log().append(token(10_000))
        #expect(try await log().entries(after: 0, limit: 1).entries.map(\.sequence) == [2])
    }

    @Test func `a name that no token could have is refused`() async throws {
        let bench = try IdentityBench()
        let log = SQLiteRevocationLog(bench.database)
        let long = Revocation.subject(issuer: "i", String(repeating: "x", count: 16_384), through: start)
        #expect(await code { try await log.append(long) } == "IDENTITY_TOO_LARGE")
    }

    @Test func `what was said to be forgotten is not taken back when the clock is`() async throws {
        let bench = try IdentityBench()
        let log = SQLiteRevocationLog(bench.database, retention: retention, time: .manual(bench.time))
        try await log.append(token(100))
        bench.time.advance(by: .seconds(190))
        #expect(try await log.prune() == 1)
        bench.time.stepWallClock(by: .seconds(-50))
        try await log.append(token(50))
        #expect(try await stored(log).isEmpty)
        #expect(try await log.recovery().forgottenThrough == start.advanced(by: .seconds(100)))
    }
}
