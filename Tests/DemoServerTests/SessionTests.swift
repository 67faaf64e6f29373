import Foundation
import HardeningCore
import NIOHTTP1
import Testing

@testable import DemoServer

/// Refreshing, signing out everywhere, and changing a password, over HTTP.
@Suite(.timeLimit(.minutes(60))) struct SessionTests {
    private static let password = "correct horse 42"

    /// What a sign-in hands out.
    struct Pair {
        let access: String
        let refresh: String

        init(_ answer: DemoUnderTest.Answer) throws {
            access = try #require(answer.json["access_token"] as? String, "\(answer.text)")
            refresh = try #require(answer.json["refresh_token"] as? String)
        }
    }

    private func login(_ demo: DemoUnderTest, password: String = password) async throws -> DemoUnderTest.Answer {
        try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"\#(password)"}"#)
    }

    private func refresh(_ demo: DemoUnderTest, _ token: String) async throws -> DemoUnderTest.Answer {
        try await demo.post("/api/auth/refresh", #"{"refresh_token":"\#(token)"}"#)
    }

    @Test func aRefreshTokenOutlivesItsAccessToken() async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.signIn()
            let first = try Pair(try await login(demo))
            demo.time.advance(by: .seconds(1000))
            #expect(try await demo.get("/api/me", token: first.access).status == 401)
            let answer = try await refresh(demo, first.refresh)
            #expect(answer.status == 200 && answer.json["expires_in"] as? Int == 900)
            // Counted from the sign-in, not from the refresh.
            let left = try #require(answer.json["refresh_expires_in"] as? Int)
            #expect((-1000 ... -990).contains(left - 30 * 86_400))
            #expect(answer.header("cache-control") == "no-store")
            let second = try Pair(answer)
            #expect(second.refresh != first.refresh)
            #expect(try await demo.get("/api/me", token: second.access).status == 200)
        }
    }

    @Test func aDoubleClickGetsTheSameSuccessorAndAReuseEndsTheSession() async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.signIn()
            let first = try Pair(try await login(demo))
            let second = try Pair(try await refresh(demo, first.refresh))
            let again = try Pair(try await refresh(demo, first.refresh))
            #expect(again.refresh == second.refresh)
            demo.time.advance(by: .seconds(11))
            let reused = try await refresh(demo, first.refresh)
            #expect(reused.status == 401 && reused.code == "AUTHENTICATION_ERROR")
            #expect(try await refresh(demo, second.refresh).status == 401)
            #expect(try await demo.get("/api/me", token: second.access).code == "TOKEN_REVOKED")
        }
    }

    @Test func signingOutEndsTheSessionAndNoOther() async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.signIn()
            let (phone, laptop) = (try Pair(try await login(demo)), try Pair(try await login(demo)))
            #expect(try await demo.send(.POST, "/api/auth/logout", token: phone.access).status == 204)
            #expect(try await refresh(demo, phone.refresh).status == 401)
            #expect(try await refresh(demo, laptop.refresh).status == 200)
        }
    }

    @Test func signingOutEverywhereEndsAllAndASignInOfTheSameSecondWorks() async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.signIn()
            let (phone, laptop) = (try Pair(try await login(demo)), try Pair(try await login(demo)))
            #expect(try await demo.send(.POST, "/api/auth/logout-all", token: phone.access).status == 204)
            for pair in [phone, laptop] {
                #expect(try await demo.get("/api/me", token: pair.access).code == "TOKEN_REVOKED")
                #expect(try await refresh(demo, pair.refresh).status == 401)
            }
            let fresh = try Pair(try await login(demo))
            #expect(try await demo.get("/api/me", token: fresh.access).status == 200)
        }
    }

    @Test func aNewPasswordReplacesTheOldOneAndEndsEverySession() async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.signIn()
            let pair = try Pair(try await login(demo))
            let wrong = try await demo.post(
                "/api/me/password", #"{"password":"guess guess 1","new_password":"brand new 42"}"#, token: pair.access)
            #expect(wrong.status == 401)
            let tooShort = try await demo.post(
                "/api/me/password", #"{"password":"\#(Self.password)","new_password":"short"}"#, token: pair.access)
            #expect(tooShort.fields == ["/new_password TOO_SHORT"], "\(tooShort.text)")
            let changed = try await demo.post(
                "/api/me/password", #"{"password":"\#(Self.password)","new_password":"brand new 42"}"#, token: pair.access)
            #expect(try await demo.get("/api/me", token: try Pair(changed).access).status == 200)
            #expect(try await demo.get("/api/me", token: pair.access).code == "TOKEN_REVOKED")
            #expect(try await refresh(demo, pair.refresh).status == 401)
            #expect(try await login(demo).status == 401)
            #expect(try await login(demo, password: "brand new 42").status == 200)
        }
    }

    @Test func signingOutEverywhereReachesWhatAKeySignedInButNotTheKey() async throws {
        try await DemoUnderTest.run { demo in
            let person = try await demo.signIn()
            let key = try #require(try await demo.post("/api/keys", "{}", token: person).json["api_key"] as? String)
            let exchange = #"{"api_key":"\#(key)"}"#
            let machine = try #require(try await demo.post("/api/auth/key", exchange).json["access_token"] as? String)
            #expect(try await demo.get("/api/me", token: machine).status == 200)
            #expect(try await demo.send(.POST, "/api/auth/logout-all", token: person).status == 204)
            #expect(try await demo.get("/api/me", token: machine).code == "TOKEN_REVOKED")
            #expect(try await demo.post("/api/auth/key", exchange).status == 200)
        }
    }

    @Test func aNewPasswordKeepsThePlan() async throws {
        try await DemoUnderTest.run(["ENVIRONMENT": "development"]) { demo in
            let credentials = #"{"email":"pro@example.com","password":"\#(SeedAccounts.password)"}"#
            let pair = try Pair(try await demo.post("/api/auth/login", credentials))
            let change = #"{"password":"\#(SeedAccounts.password)","new_password":"brand new 42"}"#
            let changed = try Pair(try await demo.post("/api/me/password", change, token: pair.access))
            #expect(try await demo.get("/api/me", token: changed.access).header("x-ratelimit-limit") == "1000")
            let refreshed = try Pair(try await refresh(demo, changed.refresh))
            #expect(try await demo.get("/api/me", token: refreshed.access).header("x-ratelimit-limit") == "1000")
        }
    }

    /// bcrypt counts bytes where people count characters.
    @Test func aPasswordOfTooManyBytesIsToldWithTheFieldItCameIn() async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            let long = String(repeating: "ك", count: 37)
            let change = #"{"password":"\#(Self.password)","new_password":"\#(long)"}"#
            #expect(try await demo.post("/api/me/password", change, token: token).fields == ["/new_password TOO_LONG"])
            let registration = #"{"email":"bob@example.com","password":"\#(long)"}"#
            #expect(try await demo.post("/api/auth/register", registration).fields == ["/password TOO_LONG"])
            #expect(try await demo.get("/api/me", token: token).status == 200)
        }
    }

    @Test(arguments: ["", "rt1_", "nonsense", String(repeating: "a", count: 90), "rt1_" + String(repeating: "A", count: 86)])
    func inventedRefreshTokensAreRefused(token: String) async throws {
        try await DemoUnderTest.run { demo in
            let answer = try await refresh(demo, token)
            #expect(answer.status == (token.isEmpty ? 422 : 401), "\(answer.text)")
        }
    }

    @Test func refreshingHasALimitOfItsOwn() async throws {
        try await DemoUnderTest.run { demo in
            for _ in 1...10 { #expect(try await refresh(demo, "nonsense").status == 401) }
            let refused = try await refresh(demo, "nonsense")
            #expect(refused.status == 429 && refused.details["violated_policies"] as? [String] == ["refresh"])
        }
    }
}
