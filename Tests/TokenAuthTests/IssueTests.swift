import HardeningCore
import Testing
import TokenAuth

struct IssueTests {
    @Test func `what is issued verifies to the same claims`() throws {
        let fixture = try Fixture()
        let issued = try fixture.service.issue(
            subject: "user \"42\" \\ \u{645}\u{631}\u{62d}\u{628}\u{627} \u{1f600}", session: "s/1", scope: "chat search",
            lifetime: .seconds(60), notBefore: fixture.time.timestamp)
        let verified = try fixture.service.verify(issued.token)
        #expect(verified.value == issued.claims)
        #expect(verified.session == "s/1")
        #expect(verified.value.hasScope("chat") && verified.value.hasScope("search"))
        #expect(!verified.value.hasScope("cha") && !verified.value.hasScope("chat search"))
        #expect(verified.expiresAt.duration(since: verified.issuedAt) == .seconds(60))
    }

    @Test func `the largest claims fit a token`() throws {
        let fixture = try Fixture()
        let issued = try fixture.service.issue(
            subject: String(repeating: "\"", count: 256), session: String(repeating: "\\", count: 128),
            scope: String(repeating: "\"", count: 1_024))
        #expect(try fixture.service.verify(issued.token).value == issued.claims)
    }

    @Test func `ids never repeat`() throws {
        let fixture = try Fixture()
        let ids = try Set((0..<1_000).map { _ in try fixture.service.issue(subject: "s").claims.id })
        #expect(ids.count == 1_000)
    }

    @Test(
        arguments: [
            ("", nil, nil, 60, "TOKEN_ISSUE_SUBJECT"), ("a\n", nil, nil, 60, "TOKEN_ISSUE_SUBJECT"),
            ("a\0", nil, nil, 60, "TOKEN_ISSUE_SUBJECT"),
            (String(repeating: "s", count: 257), nil, nil, 60, "TOKEN_ISSUE_SUBJECT"), ("s", "", nil, 60, "TOKEN_ISSUE_SESSION"),
            ("s", String(repeating: "s", count: 129), nil, 60, "TOKEN_ISSUE_SESSION"),
            ("s", nil, String(repeating: "s", count: 1_025), 60, "TOKEN_ISSUE_SCOPE"), ("s", nil, "\t", 60, "TOKEN_ISSUE_SCOPE"),
            ("s", nil, nil, 0, "TOKEN_ISSUE_LIFETIME"), ("s", nil, nil, 86_401, "TOKEN_ISSUE_LIFETIME"),
            ("s", nil, nil, -1, "TOKEN_ISSUE_LIFETIME"),
        ] as [(String, String?, String?, Int, String)])
    func `what could not be verified is not issued`(
        _ subject: String, _ session: String?, _ scope: String?, _ lifetime: Int, _ code: String
    ) throws {
        let fixture = try Fixture()
        do {
            _ = try fixture.service.issue(subject: subject, session: session, scope: scope, lifetime: .seconds(lifetime))
            Issue.record("issued")
        } catch {
            #expect(error.code == code)
        }
    }

    @Test func `descriptions hide the token`() throws {
        let issued = try Fixture().service.issue(subject: "s")
        var dumped = ""
        dump(issued, to: &dumped)
        #expect(!"\(issued)".contains(issued.token) && !dumped.contains(issued.token))
    }

    @Test(arguments: [
        ("", "a", 900, 30, 86_400, TokenConfigurationError.issuerMalformed), ("i", "a\n", 900, 30, 86_400, .audienceMalformed),
        ("i", "a", 0, 30, 86_400, .accessLifetimeOutOfRange), ("i", "a", 86_401, 30, 86_400, .accessLifetimeOutOfRange),
        ("i", "a", 900, 301, 86_400, .leewayOutOfRange), ("i", "a", 900, -1, 86_400, .leewayOutOfRange),
        ("i", "a", 900, 30, 31 * 86_400, .maximumLifetimeOutOfRange), ("i", "a", 900, 30, 0, .maximumLifetimeOutOfRange),
    ])
    func `a configuration without sense is refused`(
        _ issuer: String, _ audience: String, _ access: Int, _ leeway: Int, _ maximum: Int, _ error: TokenConfigurationError
    ) throws {
        let keys = try Fixture.keys()
        #expect(throws: error) {
            try TokenService(
                issuer: issuer, audience: audience, keys: keys, accessLifetime: .seconds(access), leeway: .seconds(leeway),
                maximumLifetime: .seconds(maximum))
        }
    }

    @Test func `long access lifetimes are allowed with a warning`() throws {
        let keys = try Fixture.keys()
        let week = try TokenService(
            issuer: "i", audience: "a", keys: keys, accessLifetime: .seconds(7 * 86_400), maximumLifetime: .seconds(7 * 86_400))
        #expect(week.startupWarnings.count == 1)
        #expect(try TokenService(issuer: "i", audience: "a", keys: keys).startupWarnings.isEmpty)
    }
}
