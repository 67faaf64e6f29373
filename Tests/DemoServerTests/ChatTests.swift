import CostTracker
import Foundation
import HardeningCore
import Testing

@testable import DemoServer

/// Chat under a breaker, a budget and a provider that misbehaves.
@Suite(.timeLimit(.minutes(60))) struct ChatTests {
    private let question = #"{"message":"Hello","session_id":"s","max_tokens":100}"#

    @Test func theCircuitOpensAfterThreeFailuresAndRecoversByItself() async throws {
        try await DemoUnderTest.run { demo in
            let control = try #require(demo.application.upstreamControl)
            let token = try await demo.signIn()
            control.setMode(.fail, of: .claude)
            for _ in 1...3 {
                let failed = try await demo.post("/api/chat", question, token: token)
                #expect(failed.status == 503 && failed.code == "AI_SERVICE_ERROR")
            }
            #expect(control.requestCount(of: .claude) == 3)

            demo.time.advance(by: .seconds(10))
            let refused = try await demo.post("/api/chat", question, token: token)
            #expect(refused.status == 503 && refused.code == "AI_SERVICE_ERROR")
            #expect(refused.header("retry-after") == "20")
            #expect(refused.details["retry_after_seconds"] as? Int == 20)
            #expect(control.requestCount(of: .claude) == 3)
            let day = try await demo.application.services.ledger.status().day
            #expect(day.committed == .zero)
            let circuits = try await demo.get("/health/circuits")
            #expect(circuits.text.contains("\"state\":\"OPEN\""))

            // The other provider is not affected.
            #expect(try await demo.post("/api/chat", #"{"message":"Hello","model":"gpt-4o"}"#, token: token).status == 200)

            control.setMode(.ok, of: .claude)
            demo.time.advance(by: .seconds(20))
            #expect(try await demo.post("/api/chat", question, token: token).status == 200)
            #expect(try await !demo.get("/health/circuits").text.contains("OPEN"))
        }
    }

    @Test func aProvidersRetryAfterIsHonoured() async throws {
        try await DemoUnderTest.run { demo in
            let control = try #require(demo.application.upstreamControl)
            let token = try await demo.signIn()
            control.setMode(.rateLimited(retryAfterSeconds: 90), of: .claude)
            let first = try await demo.post("/api/chat", question, token: token)
            #expect(first.status == 503 && first.header("retry-after") == "90")
            for _ in 1...2 { _ = try await demo.post("/api/chat", question, token: token) }
            #expect(try await demo.post("/api/chat", question, token: token).header("retry-after") == "90")
        }
    }

    @Test(arguments: [UpstreamMode.fail, .rateLimited(retryAfterSeconds: 5)])
    func aRefusalByTheProviderCostsNothing(mode: UpstreamMode) async throws {
        try await DemoUnderTest.run { demo in
            try #require(demo.application.upstreamControl).setMode(mode, of: .claude)
            let token = try await demo.signIn()
            _ = try await demo.post("/api/chat", question, token: token)
            let status = try await demo.application.services.ledger.status()
            #expect(status.day.used == .zero && status.day.held == .zero && status.day.suspense == .zero)
        }
    }

    @Test func anAnswerThatBreaksOffIsChargedAtTheHold() async throws {
        try await DemoUnderTest.run { demo in
            try #require(demo.application.upstreamControl).setMode(.brokenStream, of: .claude)
            let token = try await demo.signIn()
            #expect(try await demo.post("/api/chat", question, token: token).status == 503)
            let day = try await demo.application.services.ledger.status().day
            #expect(day.used > .zero && day.held == .zero && day.suspense == .zero)
        }
    }

    @Test func aHangingProviderIsGivenUpOn() async throws {
        try await DemoUnderTest.run(tuning: DemoTuning(chatTimeout: .milliseconds(200), chatAttempts: 1)) { demo in
            try #require(demo.application.upstreamControl).setMode(.hang, of: .claude)
            let token = try await demo.signIn()
            let answer = try await demo.post("/api/chat", question, token: token)
            #expect(answer.status == 503 && answer.code == "AI_SERVICE_ERROR")
            #expect(try await demo.get("/health/circuits").text.contains("\"failures\":1"))
        }
    }

    @Test func aSessionThatUsedUpItsBudgetIsRefusedAndNothingIsCharged() async throws {
        try await DemoUnderTest.run(["SESSION_COST_LIMIT": "0.002"]) { demo in
            let token = try await demo.signIn()
            #expect(try await demo.post("/api/chat", question, token: token).status == 200)
            let before = try await demo.application.services.ledger.status().day.used
            let refused = try await demo.post("/api/chat", #"{"message":"Hello","session_id":"s","max_tokens":1000}"#, token: token)
            #expect(refused.status == 402 && refused.code == "COST_LIMIT_ERROR")
            #expect(refused.details["scope"] as? String == "session")
            #expect(refused.text.contains("\"limit_usd\":0.002"))
            #expect(try await demo.application.services.ledger.status().day.used == before)
            #expect(try #require(demo.application.upstreamControl).requestCount(of: .claude) == 1)
            // A fresh session has a budget of its own.
            #expect(try await demo.post("/api/chat", #"{"message":"Hello","max_tokens":100}"#, token: token).status == 200)
        }
    }

    @Test func aSessionBelongsToItsUser() async throws {
        try await DemoUnderTest.run { demo in
            let ann = try await demo.signIn()
            let bob = try await demo.signIn("bob@example.com")
            #expect(try await demo.post("/api/chat", question, token: ann).status == 200)
            let refused = try await demo.post("/api/chat", question, token: bob)
            #expect(refused.status == 403 && refused.code == "FORBIDDEN")
            #expect(try await demo.post("/api/chat", question, token: ann).status == 200)
        }
    }

    @Test func aReusedRequestIdIsChargedEveryTime() async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            for _ in 1...2 {
                let answer = try await demo.post("/api/chat", question, token: token, headers: [("X-Request-Id", "same")])
                #expect(answer.status == 200 && answer.header("x-request-id") == "same")
            }
            #expect(try await demo.application.services.ledger.status().day.requests == 2)
        }
    }

    @Test(arguments: [
        (#"{"message":"Hello","model":"gpt-nobody-knows"}"#, "/model UNKNOWN_MODEL"), (#"{"message":"  "}"#, "/message REQUIRED"),
        (#"{}"#, "/message REQUIRED"), (#"{"message":7}"#, "/message INVALID_TYPE"),
        (#"{"message":"x","max_tokens":0}"#, "/max_tokens OUT_OF_RANGE"),
        (#"{"message":"x","session_id":"a b"}"#, "/session_id INVALID_FORMAT"),
        (#"{"message":"x","stream":"yes"}"#, "/stream INVALID_TYPE"), (#"{"message":"x","session_id":""}"#, "/session_id REQUIRED"),
    ])
    func aQuestionThatBreaksARuleNeverReachesTheProvider(body: String, field: String) async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            let answer = try await demo.post("/api/chat", body, token: token)
            #expect(answer.status == 422 && answer.code == "VALIDATION_ERROR")
            #expect(answer.fields == [field])
            #expect(try #require(demo.application.upstreamControl).requestCount(of: .claude) == 0)
            #expect(try await demo.application.services.ledger.status().day.committed == .zero)
        }
    }
}
