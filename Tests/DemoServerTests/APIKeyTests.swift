import Foundation
import HardeningCore
import NIOHTTP1
import Testing

@testable import DemoServer

/// Keys for machines, over HTTP.
@Suite(.timeLimit(.minutes(60))) struct APIKeyTests {
    private func create(_ demo: DemoUnderTest, _ token: String, _ body: String = "{}") async throws -> (key: String, id: String) {
        let answer = try await demo.post("/api/keys", body, token: token)
        #expect(answer.status == 201, "\(answer.text)")
        let key = try #require(answer.json["key"] as? [String: Any])
        return (try #require(answer.json["api_key"] as? String), try #require(key["id"] as? String))
    }

    private func exchange(_ demo: DemoUnderTest, _ key: String) async throws -> DemoUnderTest.Answer {
        try await demo.post("/api/auth/key", #"{"api_key":"\#(key)"}"#)
    }

    @Test func aKeyIsExchangedForAnAccessTokenOfItsOwner() async throws {
        try await DemoUnderTest.run { demo in
            let person = try await demo.signIn()
            let (key, id) = try await create(demo, person)
            #expect(key.hasPrefix("sk_demo_"))
            let signedIn = try await exchange(demo, key)
            #expect(signedIn.status == 200 && signedIn.json["refresh_token"] == nil && signedIn.json["expires_in"] as? Int == 900)
            let token = try #require(signedIn.json["access_token"] as? String)
            let (mine, its) = (try await demo.get("/api/me", token: person), try await demo.get("/api/me", token: token))
            #expect(its.status == 200 && its.text == mine.text)
            let list = try await demo.get("/api/keys", token: person)
            #expect(list.text.contains(id) && !list.text.contains(key) && list.text.contains("\"last_used_at\":\"2026-11-20T12:00:0"))
        }
    }

    @Test func aRevokedKeyIsDeadAndItsTokensWithIt() async throws {
        try await DemoUnderTest.run { demo in
            let person = try await demo.signIn()
            let (key, id) = try await create(demo, person)
            let token = try #require(try await exchange(demo, key).json["access_token"] as? String)
            #expect(try await demo.send(.DELETE, "/api/keys/\(id)", token: person).status == 204)
            #expect(try await exchange(demo, key).status == 401)
            #expect(try await demo.get("/api/me", token: token).code == "TOKEN_REVOKED")
            #expect(try await demo.send(.DELETE, "/api/keys/\(id)", token: person).status == 404)
            #expect(try await demo.get("/api/me", token: person).status == 200)
        }
    }

    @Test func signingATokenOutDoesNotEndItsKey() async throws {
        try await DemoUnderTest.run { demo in
            let (key, _) = try await create(demo, try await demo.signIn())
            let token = try #require(try await exchange(demo, key).json["access_token"] as? String)
            #expect(try await demo.send(.POST, "/api/auth/logout", token: token).status == 204)
            #expect(try await demo.get("/api/me", token: token).code == "TOKEN_REVOKED")
            #expect(try await exchange(demo, key).status == 200)
        }
    }

    @Test func bothKeysWorkForADayAfterARotation() async throws {
        try await DemoUnderTest.run { demo in
            let person = try await demo.signIn()
            let (old, id) = try await create(demo, person)
            let rotated = try await demo.post("/api/keys/\(id)/rotate", "{}", token: person)
            let new = try #require(rotated.json["api_key"] as? String, "\(rotated.text)")
            let again = try await demo.post("/api/keys/\(id)/rotate", "{}", token: person)
            #expect(again.status == 409 && again.code == "API_KEY_ALREADY_ROTATED")
            for key in [old, new] { #expect(try await exchange(demo, key).status == 200) }
            demo.time.advance(by: .seconds(86_400))
            #expect(try await exchange(demo, old).status == 401)
            #expect(try await exchange(demo, new).status == 200)
        }
    }

    @Test func aKeyEndsWhenItWasToldTo() async throws {
        try await DemoUnderTest.run { demo in
            let person = try await demo.signIn()
            let (key, _) = try await create(demo, person, #"{"expires_in_days":1}"#)
            demo.time.advance(by: .seconds(86_399))
            #expect(try await exchange(demo, key).status == 200)
            demo.time.advance(by: .seconds(1))
            #expect(try await exchange(demo, key).status == 401)
        }
    }

    @Test func aKeyTakesNoAccountOver() async throws {
        try await DemoUnderTest.run { demo in
            let (key, id) = try await create(demo, try await demo.signIn())
            let token = try #require(try await exchange(demo, key).json["access_token"] as? String)
            let refusals: [(HTTPMethod, String, String?)] = [
                (.GET, "/api/keys", nil), (.POST, "/api/keys", "{}"), (.POST, "/api/keys/\(id)/rotate", "{}"),
                (.DELETE, "/api/keys/\(id)", nil), (.DELETE, "/api/me", nil), (.GET, "/api/me/export", nil),
                (.POST, "/api/me/password", #"{"password":"correct horse 42","new_password":"brand new 42"}"#),
            ]
            for (method, path, body) in refusals {
                let answer = try await demo.send(method, path, body: body, token: token)
                #expect(answer.status == 403 && answer.code == "FORBIDDEN", "\(method) \(path): \(answer.text)")
            }
            #expect(try await exchange(demo, key).status == 200)
        }
    }

    @Test func nobodyTouchesTheKeysOfOthers() async throws {
        try await DemoUnderTest.run { demo in
            let (key, id) = try await create(demo, try await demo.signIn())
            let other = try await demo.signIn("bob@example.com")
            #expect(try await demo.send(.DELETE, "/api/keys/\(id)", token: other).status == 404)
            #expect(try await demo.post("/api/keys/\(id)/rotate", "{}", token: other).status == 404)
            #expect(try await exchange(demo, key).status == 200)
        }
    }

    @Test func nonsenseIsRefused() async throws {
        try await DemoUnderTest.run { demo in
            let person = try await demo.signIn()
            for key in ["x", "sk_demo_", "sk_demo_" + String(repeating: "a", count: 49)] {
                #expect(try await exchange(demo, key).status == 401)
            }
            #expect(try await demo.send(.DELETE, "/api/keys/nonsense", token: person).fields == ["/id INVALID_FORMAT"])
            let days = try await demo.post("/api/keys", #"{"expires_in_days":0}"#, token: person)
            #expect(days.fields == ["/expires_in_days OUT_OF_RANGE"])
        }
    }
}
