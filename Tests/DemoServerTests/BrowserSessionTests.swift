import NIOHTTP1
import Testing

@testable import DemoServer

/// Signing in with cookies, and what another site can do with them: nothing.
@Suite(.timeLimit(.minutes(60))) struct BrowserSessionTests {
    private static let credentials = #"{"email":"ann@example.com","password":"correct horse 42"}"#
    private static let sameOrigin = ("Sec-Fetch-Site", "same-origin")
    private static let crossSite = ("Sec-Fetch-Site", "cross-site")

    /// What a browser keeps of a sign-in.
    private struct Jar {
        let cookies: (String, String)
        let csrfToken: String

        init(_ answer: DemoUnderTest.Answer) throws {
            let pairs = answer.headers["set-cookie"].map { String($0.prefix { $0 != ";" }) }
            cookies = ("Cookie", pairs.joined(separator: "; "))
            csrfToken = try #require(answer.json["csrf_token"] as? String, "\(answer.text)")
        }
    }

    private func begin(_ demo: DemoUnderTest) async throws -> (Jar, DemoUnderTest.Answer) {
        _ = try await demo.signIn()
        let answer = try await demo.post("/api/auth/session", Self.credentials)
        #expect(answer.status == 200)
        return (try Jar(answer), answer)
    }

    @Test func theTokenIsOutOfReachOfScripts() async throws {
        try await DemoUnderTest.run { demo in
            let (jar, answer) = try await begin(demo)
            let cookies = answer.headers["set-cookie"]
            #expect(cookies.count == 2 && answer.header("cache-control") == "no-store" && !answer.text.contains("access_token"))
            let session = try #require(cookies.first { $0.hasPrefix("__Host-session=") })
            for attribute in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=900"] {
                #expect(session.contains(attribute), "\(attribute)")
            }
            let me = try await demo.get("/api/me", headers: [jar.cookies])
            #expect(me.status == 200 && me.header("cache-control") == "no-store")
        }
    }

    @Test func aChangeNeedsAProofOfWhereItComesFrom() async throws {
        try await DemoUnderTest.run { demo in
            let (jar, _) = try await begin(demo)
            let passing = [[Self.sameOrigin], [("X-CSRF-Token", jar.csrfToken)], [Self.crossSite, ("X-CSRF-Token", jar.csrfToken)]]
            for headers in passing {
                let answer = try await demo.post("/api/chat", #"{"message":"Hello"}"#, headers: [jar.cookies] + headers)
                #expect(answer.status == 200, "\(headers): \(answer.text)")
            }
            let refused = [
                [], [Self.crossSite], [("Sec-Fetch-Site", "same-site")], [("Origin", "https://evil.example.com")],
                [("X-CSRF-Token", "nonsense")], [("X-CSRF-Token", jar.csrfToken), ("X-CSRF-Token", jar.csrfToken)],
            ]
            for headers in refused {
                for (method, path) in [(HTTPMethod.POST, "/api/auth/logout-all"), (.DELETE, "/api/me"), (.DELETE, "/api/auth/session")] {
                    let answer = try await demo.send(method, path, headers: [jar.cookies] + headers)
                    #expect(answer.status == 403 && answer.code == "CSRF_REJECTED", "\(path) \(headers): \(answer.text)")
                }
            }
            #expect(try await demo.get("/api/me", headers: [jar.cookies, Self.crossSite]).status == 200)
        }
    }

    @Test func aTokenOfAnotherSessionIsNone() async throws {
        try await DemoUnderTest.run { demo in
            let (jar, _) = try await begin(demo)
            let other = try Jar(try await demo.post("/api/auth/session", Self.credentials))
            let answer = try await demo.send(.DELETE, "/api/me", headers: [jar.cookies, ("X-CSRF-Token", other.csrfToken)])
            #expect(answer.code == "CSRF_REJECTED")
        }
    }

    @Test func aBearerTokenNeedsNoProofEvenBesideACookie() async throws {
        try await DemoUnderTest.run { demo in
            let (jar, _) = try await begin(demo)
            let bearer = try await demo.signIn("bob@example.com")
            let me = try await demo.get("/api/me", token: bearer, headers: [jar.cookies])
            #expect(me.json["email"] as? String == "bob@example.com")
            let chat = try await demo.post("/api/chat", #"{"message":"Hello"}"#, token: bearer, headers: [jar.cookies, Self.crossSite])
            #expect(chat.status == 200)
        }
    }

    @Test func signingOutEndsTheSessionAndClearsTheCookies() async throws {
        try await DemoUnderTest.run { demo in
            let (jar, _) = try await begin(demo)
            let answer = try await demo.send(.DELETE, "/api/auth/session", headers: [jar.cookies, Self.sameOrigin])
            #expect(answer.status == 204)
            let cleared = answer.headers["set-cookie"]
            #expect(cleared.count == 2 && cleared.allSatisfy { $0.contains("=; ") && $0.contains("Max-Age=0") }, "\(cleared)")
            #expect(try await demo.get("/api/me", headers: [jar.cookies]).code == "TOKEN_REVOKED")
        }
    }
}
