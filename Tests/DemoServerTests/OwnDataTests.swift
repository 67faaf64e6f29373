import Foundation
import HardeningCore
import NIOHTTP1
import Testing

@testable import DemoServer

/// What is kept about a person can be read and forgotten.
@Suite(.timeLimit(.minutes(60))) struct OwnDataTests {
    @Test func anExportHoldsAllThatIsKeptAndNoSecret() async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.post(
                "/api/auth/register", #"{"email":"ann@example.com","password":"correct horse 42","full_name":"Ann Lee"}"#)
            let token = try await demo.signIn()
            let key = try await demo.post("/api/keys", "{}", token: token)
            _ = try await demo.post("/api/chat", #"{"message":"Hello"}"#, token: token)
            let export = try await demo.get("/api/me/export", token: token)
            #expect(export.status == 200 && export.header("content-disposition")?.hasPrefix("attachment") == true)
            #expect(export.header("cache-control") == "no-store")
            let account = try #require(export.json["account"] as? [String: Any])
            #expect(account["email"] as? String == "ann@example.com" && account["full_name"] as? String == "Ann Lee")
            #expect((export.json["sessions"] as? [Any])?.count == 1 && (export.json["api_keys"] as? [Any])?.count == 1)
            #expect((export.json["costs"] as? [String: Any])?["requests"] as? Int == 1)
            let text = try #require(key.json["api_key"] as? String)
            #expect(!export.text.contains(text) && !export.text.contains("$2b$") && !export.text.contains(token))
        }
    }

    @Test func anErasedAccountIsGoneWithItsSessionsAndKeys() async throws {
        try await DemoUnderTest.run { demo in
            let (token, other) = (try await demo.signIn(), try await demo.signIn("bob@example.com"))
            let key = try #require(try await demo.post("/api/keys", "{}", token: token).json["api_key"] as? String)
            let machine = try #require(
                try await demo.post("/api/auth/key", #"{"api_key":"\#(key)"}"#).json["access_token"] as? String)
            #expect(try await demo.send(.DELETE, "/api/me", token: token).status == 204)
            for dead in [token, machine] { #expect(try await demo.get("/api/me", token: dead).code == "TOKEN_REVOKED") }
            #expect(try await demo.post("/api/auth/key", #"{"api_key":"\#(key)"}"#).status == 401)
            let login = try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"correct horse 42"}"#)
            #expect(login.status == 401)
            #expect(try await demo.get("/api/me", token: other).status == 200)
            // The address is free again, and whoever takes it is somebody else.
            let fresh = try await demo.signIn()
            let costs = try await demo.get("/api/costs", token: fresh)
            #expect(costs.json["requests"] as? Int == 0)
        }
    }

    @Test func anErasureGivesUpTheNamesOfItsChats() async throws {
        try await DemoUnderTest.run { demo in
            let (ann, bob) = (try await demo.signIn(), try await demo.signIn("bob@example.com"))
            let chat = #"{"message":"Hello","session_id":"shared"}"#
            #expect(try await demo.post("/api/chat", chat, token: ann).status == 200)
            #expect(try await demo.post("/api/chat", chat, token: bob).code == "FORBIDDEN")
            #expect(try await demo.send(.DELETE, "/api/me", token: ann).status == 204)
            #expect(try await demo.post("/api/chat", chat, token: bob).status == 200)
        }
    }
}
