import HardeningCore
import Synchronization
import Testing
import TokenAuth

struct RevocationTests {
    @Test func `a revoked token stays refused through its leeway and beyond`() async throws {
        let fixture = try Fixture()
        let token = try fixture.service.issue(subject: "u").token
        let other = try fixture.service.issue(subject: "u").token
        try await fixture.service.revoke(try fixture.service.verify(token))
        #expect(fixture.refusal(token) == .revoked)
        #expect(fixture.refusal(other) == nil)
        // The first moment after exp, when a naive list forgets; the last inside the leeway.
        for moment in [.seconds(899), .seconds(1), .seconds(1), .seconds(28), .milliseconds(999)] as [Duration] {
            fixture.time.advance(by: moment)
            // Others come and go, so that the list has every reason to tidy up.
            let passing = try fixture.service.issue(subject: "v").token
            try await fixture.service.revoke(try fixture.service.verify(passing))
            #expect(fixture.refusal(token) == .revoked)
        }
        fixture.time.advance(by: .milliseconds(1))
        #expect(fixture.refusal(token) == .expired)
    }

    @Test func `entries leave after exp plus leeway plus skew, and the memory with them`() async throws {
        let fixture = try Fixture(list: RevocationList(clockSkew: .seconds(60)))
        for _ in 0..<500 {
            let token = try fixture.service.issue(subject: "u", lifetime: .seconds(900)).token
            try await fixture.service.revoke(try fixture.service.verify(token))
        }
        #expect(fixture.list.tokenCount == 500)
        fixture.time.advance(by: .seconds(900 + 30 + 60 + 60))
        for _ in 0..<300 {
            let token = try fixture.service.issue(subject: "u", lifetime: .seconds(900)).token
            try await fixture.service.revoke(try fixture.service.verify(token))
        }
        #expect(fixture.list.tokenCount < 330)
    }

    @Test func `a clock set back does not bring a forgotten token to life`() async throws {
        let fixture = try Fixture()
        let token = try fixture.service.issue(subject: "u").token
        try await fixture.service.revoke(try fixture.service.verify(token))
        fixture.time.stepWallClock(by: .seconds(100_000))
        for _ in 0..<300 {
            let passing = try fixture.service.issue(subject: "v").token
            try await fixture.service.revoke(try fixture.service.verify(passing))
        }
        fixture.time.stepWallClock(by: .seconds(-100_000))
        #expect(fixture.refusal(token) == .revoked)
    }

    @Test func `every spelling of a token's id is the same token`() async throws {
        let fixture = try Fixture()
        let spellings = ["AAECAwQFBgcICQoLDA0ODw", "00010203-0405-0607-0809-0a0b0c0d0e0f", "00010203-0405-0607-0809-0A0B0C0D0E0F"]
        let tokens = spellings.map { Fixture.sign(payload: Fixture.payload([("jti", "\"\($0)\"")])) }
        try await fixture.service.revoke(try fixture.service.verify(tokens[0]))
        for token in tokens { #expect(fixture.refusal(token) == .revoked) }
        // The same id with another expiry is still the same id.
        let prolonged = Fixture.sign(payload: Fixture.payload([("exp", "\(Fixture.start + 5_000)")]))
        #expect(fixture.refusal(prolonged) == .revoked)
    }

    @Test func `a subject is revoked up to now while a sign-in in the same second works`() async throws {
        let fixture = try Fixture()
        let old = try fixture.service.issue(subject: "u").token
        let bystander = try fixture.service.issue(subject: "v").token
        try await fixture.service.revokeAll(subject: "u")
        #expect(fixture.refusal(old) == .subjectRevoked)
        #expect(fixture.refusal(bystander) == nil)
        let fresh = try fixture.service.issue(subject: "u")
        #expect(fresh.claims.issuedAt == Timestamp(secondsSince1970: Fixture.start + 1))
        #expect(fixture.refusal(fresh.token) == nil)
        // Again in the same second: the fresh one, which lies ahead of the clock, must go too.
        try await fixture.service.revokeAll(subject: "u")
        #expect(fixture.refusal(fresh.token) == .subjectRevoked)
        let freshest = try fixture.service.issue(subject: "u").token
        #expect(fixture.refusal(freshest) == nil)
        fixture.time.advance(by: .seconds(5))
        #expect(fixture.refusal(freshest) == nil)
        #expect(fixture.refusal(fresh.token) == .subjectRevoked)
    }

    @Test func `without any leeway the sign-in in the same second still works`() async throws {
        let fixture = try Fixture(leeway: .zero)
        let old = try fixture.service.issue(subject: "u").token
        try await fixture.service.revokeAll(subject: "u")
        let fresh = try fixture.service.issue(subject: "u").token
        #expect(fixture.refusal(fresh) == nil)
        #expect(fixture.refusal(old) == .subjectRevoked)
    }

    @Test func `revoking again and again says when to come back instead of issuing a dead token`() async throws {
        let fixture = try Fixture(leeway: .seconds(2))
        for _ in 0..<3 {
            try await fixture.service.revokeAll(subject: "u")
        }
        #expect(throws: TokenIssueError.tooSoon(retryAfter: .seconds(2))) { try fixture.service.issue(subject: "u") }
        _ = try fixture.service.issue(subject: "v")
        fixture.time.advance(by: .seconds(2))
        #expect(try fixture.refusal(fixture.service.issue(subject: "u").token) == nil)
    }

    @Test func `a token issued ahead of the clock is caught by every wider revocation`() async throws {
        for revoke in [
            { try await $0.revokeAll(key: "k1") }, { try await $0.revokeEverything() }, { try await $0.revoke(session: "s") },
            { try await $0.revokeAll(subject: "u") },
        ] as [@Sendable (TokenService) async throws -> Void] {
            let fixture = try Fixture()
            // Ahead because of the subject, and once more because of everything.
            try await fixture.service.revokeAll(subject: "u")
            try await fixture.service.revokeEverything()
            let ahead = try fixture.service.issue(subject: "u", session: "s")
            #expect(ahead.claims.issuedAt > fixture.time.timestamp)
            #expect(fixture.refusal(ahead.token) == nil)
            try await revoke(fixture.service)
            #expect(fixture.refusal(ahead.token)?.step == 11)
        }
    }

    @Test func `a session ends for good`() async throws {
        let fixture = try Fixture()
        let phone = try fixture.service.issue(subject: "u", session: "phone").token
        let laptop = try fixture.service.issue(subject: "u", session: "laptop").token
        let bare = try fixture.service.issue(subject: "u").token
        try await fixture.service.revoke(session: "phone")
        #expect(fixture.refusal(phone) == .sessionRevoked)
        #expect(fixture.refusal(laptop) == nil)
        #expect(fixture.refusal(bare) == nil)
        fixture.time.advance(by: .seconds(10))
        #expect(throws: TokenIssueError.sessionRevoked) { try fixture.service.issue(subject: "u", session: "phone") }
        // Even a token that somebody issued meanwhile.
        let later = Fixture.sign(payload: Fixture.payload([("sid", "\"phone\"")], now: Fixture.start + 10))
        #expect(fixture.refusal(later) == .sessionRevoked)
    }

    @Test func `a key and everything are revoked up to now`() async throws {
        let fixture = try Fixture()
        let old = try fixture.service.issue(subject: "u").token
        let retiring = Fixture.sign(header: #"{"alg":"HS256","kid":"k0","typ":"at+jwt"}"#, secret: Fixture.retiringBytes)
        try await fixture.service.revokeAll(key: "k1")
        #expect(fixture.refusal(old) == .keyRevoked)
        #expect(fixture.refusal(retiring) == nil)
        #expect(try fixture.refusal(fixture.service.issue(subject: "u").token) == nil)
        try await fixture.service.revokeEverything()
        #expect(fixture.refusal(retiring) == .everythingRevoked)
        #expect(try fixture.refusal(fixture.service.issue(subject: "u").token) == nil)
    }

    @Test func `the widest revocation answers first`() async throws {
        let fixture = try Fixture()
        let token = try fixture.service.issue(subject: "u", session: "s").token
        let verified = try fixture.service.verify(token)
        try await fixture.service.revoke(verified)
        #expect(fixture.refusal(token) == .revoked)
        try await fixture.service.revoke(session: "s")
        #expect(fixture.refusal(token) == .sessionRevoked)
        try await fixture.service.revokeAll(subject: "u")
        #expect(fixture.refusal(token) == .subjectRevoked)
        try await fixture.service.revokeEverything()
        #expect(fixture.refusal(token) == .everythingRevoked)
        try await fixture.service.revokeAll(key: "k1")
        #expect(fixture.refusal(token) == .keyRevoked)
        for rule in TokenError.Rule.allCases where rule.step == 11 { #expect(TokenErrorProbe.isRevocation(rule)) }
    }

    @Test func `services that share a list and an issuer share revocations, other issuers do not`() async throws {
        let list = RevocationList()
        let a = try Fixture(list: list)
        let b = try Fixture(list: list)
        let token = try a.service.issue(subject: "u").token
        try await a.service.revoke(try a.service.verify(token))
        #expect(b.refusal(token) == .revoked)
        let foreign = try TokenService(
            issuer: "https://other.example", audience: "api", keys: Fixture.keys(), revocations: list, time: .manual(a.time))
        try await foreign.revokeAll(subject: "u")
        #expect(try a.refusal(a.service.issue(subject: "u").token) == nil)
    }
}

/// Which rules the edge may report as "revoked".
enum TokenErrorProbe {
    static func isRevocation(_ rule: TokenError.Rule) -> Bool { rule.rawValue.hasPrefix("TOKEN_REVOKED") }
}
