import HardeningSQLite
import NIOHTTP1
import Testing
import TokenAuth

@testable import DemoServer

/// What hands out a credential: kept by nobody on the way, and no more than was asked for.
@Suite(.timeLimit(.minutes(60))) struct CredentialAnswerTests {
    private static let credentials = #"{"email":"ann@example.com","password":"correct horse 42"}"#

    private func text(_ answer: DemoUnderTest.Answer, _ name: String) throws -> String {
        try #require(answer.json[name] as? String, "\(answer.status) \(answer.text)")
    }

    @Test func noneIsKeptByACacheOnTheWay() async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            let login = try await demo.post("/api/auth/login", Self.credentials)
            let key = try await demo.post("/api/keys", "{}", token: token)
            let id = try #require((key.json["key"] as? [String: Any])?["id"] as? String)
            let change = #"{"password":"correct horse 42","new_password":"brand new 42"}"#
            let answers = [
                login, key, try await demo.post("/api/auth/session", Self.credentials),
                try await demo.post("/api/auth/refresh", #"{"refresh_token":"\#(try text(login, "refresh_token"))"}"#),
                try await demo.post("/api/auth/key", #"{"api_key":"\#(try text(key, "api_key"))"}"#),
                try await demo.post("/api/keys/\(id)/rotate", "{}", token: token),
                try await demo.post("/api/me/password", change, token: token),
            ]
            for answer in answers {
                #expect((200...201).contains(answer.status) && answer.headers["cache-control"] == ["no-store"], "\(answer)")
            }
        }
    }

    @Test(arguments: ["development", "staging", "production"])
    func cookiesAreSecureEverywhereButOnADevelopersMachine(environment: String) async throws {
        try await DemoUnderTest.run(["ENVIRONMENT": environment, "BCRYPT_COST": "10"]) { demo in
            _ = try await demo.signIn()
            let begun = try await demo.post("/api/auth/session", Self.credentials)
            let cookies = begun.headers["set-cookie"]
            let pairs = cookies.map { String($0.prefix { $0 != ";" }) }.joined(separator: "; ")
            let ended = try await demo.send(
                .DELETE, "/api/auth/session", headers: [("Cookie", pairs), ("Sec-Fetch-Site", "same-origin")])
            let cleared = ended.headers["set-cookie"]
            #expect(cookies.count == 2 && cleared.count == 2 && ended.status == 204)
            let isSecure = environment != "development"
            for (cookie, name) in zip(cookies + cleared, ["session", "csrf", "session", "csrf"]) {
                #expect(cookie.hasPrefix(isSecure ? "__Host-\(name)=" : "\(name)="), "\(cookie)")
                #expect(cookie.contains("; Secure") == isSecure, "\(cookie)")
                #expect(cookie.contains("; HttpOnly") == (name == "session"), "\(cookie)")
                #expect(cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/;") && !cookie.contains("Domain"), "\(cookie)")
            }
        }
    }

    /// A cookie by the other environment's name is nobody's, and one beside an `Authorization` header is not looked at.
    @Test func aCookieIsTakenByItsNameAndOnlyWhereNothingElseIsSent() async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            let taken = try await demo.get("/api/me", headers: [("Cookie", "__Host-session=\(token)")])
            #expect(taken.status == 200)
            let refused = [
                [("Cookie", "session=\(token)")], [("Cookie", "__Host-session=\(token)x")],
                [("Cookie", "__Host-session=\(token); __Host-session=\(token)")], [("Cookie", "__Host-csrf=\(token)")],
                [("Cookie", "__Host-session=\(token)"), ("Authorization", "Bearer nonsense")],
                [("Cookie", "__Host-session=\(token)"), ("Authorization", "Basic YTpi")],
            ]
            for headers in refused {
                let answer = try await demo.get("/api/me", headers: headers)
                #expect(answer.status == 401 && answer.code == "AUTHENTICATION_ERROR", "\(headers)")
            }
        }
    }

    @Test(arguments: ["development", "staging", "production"])
    func accountsThatAreThereFromTheStartAreOnlyInDevelopment(environment: String) async throws {
        try await DemoUnderTest.run(["ENVIRONMENT": environment, "BCRYPT_COST": "10"]) { demo in
            for account in SeedAccounts.all {
                let isThere = try await demo.application.services.identity.accounts.find(email: account.email) != nil
                #expect(isThere == (environment == "development"), "\(account.email)")
            }
            let seed = #"{"email":"\#(SeedAccounts.all[0].email)","password":"\#(SeedAccounts.password)"}"#
            let login = try await demo.post("/api/auth/login", seed)
            #expect(login.status == (environment == "development" ? 200 : 401))
        }
    }

    /// The plan decides limits, so a key must neither raise it nor lose it.
    @Test(arguments: SeedAccounts.all.map { $0.plan }) func aKeysTokenHasTheScopeOfItsOwner(plan: User.Plan) async throws {
        try await DemoUnderTest.run(["ENVIRONMENT": "development"]) { demo in
            let login = #"{"email":"\#(plan.rawValue)@example.com","password":"\#(SeedAccounts.password)"}"#
            let person = try text(try await demo.post("/api/auth/login", login), "access_token")
            let key = try text(try await demo.post("/api/keys", "{}", token: person), "api_key")
            let machine = try text(try await demo.post("/api/auth/key", #"{"api_key":"\#(key)"}"#), "access_token")
            let tokens = demo.application.services.tokens
            #expect(try tokens.verify(machine).value.scope == plan.scope)
            #expect(try tokens.verify(person).value.scope == plan.scope)
        }
    }
}
