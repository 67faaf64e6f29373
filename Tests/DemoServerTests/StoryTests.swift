import Foundation
import HardeningCore
import NIOHTTP1
import Testing

/// The suite's main job, over HTTP: register, sign in, chat, sign out, and the token is dead.
@Suite(.timeLimit(.minutes(60))) struct StoryTests {
    @Test func registerSignInChatSignOutAndTheTokenIsDead() async throws {
        try await DemoUnderTest.run { demo in
            let registered = try await demo.post(
                "/api/auth/register", #"{"email":"Ann@Example.com","password":"correct horse 42","full_name":"Ann"}"#)
            #expect(registered.status == 201)
            #expect(registered.json["email"] as? String == "ann@example.com")

            let signedIn = try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"correct horse 42"}"#)
            #expect(signedIn.status == 200)
            #expect(signedIn.json["token_type"] as? String == "bearer")
            #expect(signedIn.json["expires_in"] as? Int == 900)
            let token = try #require(signedIn.json["access_token"] as? String)

            let me = try await demo.get("/api/me", token: token)
            #expect(me.status == 200)
            #expect(me.json["id"] as? String == registered.json["id"] as? String)
            #expect(me.json["plan"] as? String == "free")
            #expect(me.header("cache-control") == "no-store")

            let chat = try await demo.post("/api/chat", #"{"message":"Hello","session_id":"first","max_tokens":100}"#, token: token)
            #expect(chat.status == 200)
            #expect(chat.json["session_id"] as? String == "first")
            #expect((chat.json["reply"] as? String)?.isEmpty == false)
            let usage = try #require(chat.json["usage"] as? [String: Any])
            let input = try #require(usage["input_tokens"] as? Int)
            let output = try #require(usage["output_tokens"] as? Int)
            #expect(input > 0 && output > 0)
            // claude-sonnet-5-5 costs 2 and 10 USD per million tokens.
            let exact = Decimal(input * 2 + output * 10) / 1_000_000
            #expect(chat.text.contains("\"request_usd\":\(exact)"))
            #expect(chat.text.contains("\"session_usd\":\(exact)"))
            #expect(chat.text.contains("\"session_limit_usd\":0.5"))
            #expect(chat.text.contains("\"daily_limit_usd\":100"))

            let costs = try await demo.get("/health/costs")
            #expect(costs.text.contains("\"daily_cost_usd\":\(exact)"))

            #expect(try await demo.send(.POST, "/api/auth/logout", token: token).status == 204)
            let dead = try await demo.get("/api/me", token: token)
            #expect(dead.status == 401)
            #expect(dead.code == "TOKEN_REVOKED")
            #expect(dead.json["message"] as? String == "Token has been revoked")
            #expect(try await demo.post("/api/chat", #"{"message":"Hello"}"#, token: token).status == 401)
        }
    }

    @Test func aRevokedTokenStaysDeadInsideTheLeewayAfterItsExpiry() async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            #expect(try await demo.send(.POST, "/api/auth/logout", token: token).status == 204)
            demo.time.advance(by: .seconds(910))
            #expect(try await demo.get("/api/me", token: token).code == "TOKEN_REVOKED")
            demo.time.advance(by: .seconds(30))
            #expect(try await demo.get("/api/me", token: token).code == "AUTHENTICATION_ERROR")
        }
    }

    @Test func aSignInFailsTheSameWayForUnknownAccountsAndWrongPasswords() async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.signIn()
            let wrong = try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"wrong horse 42"}"#)
            let unknown = try await demo.post("/api/auth/login", #"{"email":"bob@example.com","password":"wrong horse 42"}"#)
            #expect(wrong.status == 401 && unknown.status == 401)
            for field in ["error_code", "message", "user_message", "title", "detail"] {
                #expect(wrong.json[field] as? String == unknown.json[field] as? String)
            }
        }
    }

    @Test func anEmailAddressCanBeRegisteredOnce() async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.signIn()
            let again = try await demo.post("/api/auth/register", #"{"email":"ANN@example.com","password":"another one 42"}"#)
            #expect(again.status == 409 && again.code == "EMAIL_TAKEN")
        }
    }
}
