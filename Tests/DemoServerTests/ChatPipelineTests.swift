import CircuitBreaker
import CostTracker
import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import DemoServer

/// Retries, their budget and the bulkhead around a chat.
@Suite(.serialized, .timeLimit(.minutes(60))) struct ChatPipelineTests {
    private let question = #"{"message":"Hello","session_id":"s","max_tokens":100}"#
    private static let unlimited = ["RATE_LIMIT_ENABLED": "false"]

    @Test(arguments: [false, true])
    func aDeadProviderIsNotStormed(stream: Bool) async throws {
        try await DemoUnderTest.run(Self.unlimited, tuning: .retrying(4)) { demo in
            let control = try #require(demo.application.upstreamControl)
            control.setMode(.fail, of: .claude)
            demo.application.services.breakers[.claude].disable()  // or it would hide the retries
            let token = try await demo.signIn()
            let body = #"{"message":"Hello","max_tokens":100,"stream":\#(stream)}"#
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...50 { group.addTask { try await demo.post("/api/chat", body, token: token).status } }
                for try await status in group { #expect(status == 503) }
            }
            // 50 first attempts; a fifth of them, and one from the floor, may be repeated.
            let calls = control.requestCount(of: .claude)
            #expect(calls > 50 && calls <= 61)
            let day = try await demo.day()
            #expect(day.committed == .zero)
        }
    }

    @Test func theBreakerEndsTheAttempts() async throws {
        try await DemoUnderTest.run(tuning: .retrying(2)) { demo in
            let control = try #require(demo.application.upstreamControl)
            control.setMode(.fail, of: .claude)
            let token = try await demo.signIn()
            for _ in 1...4 {
                let answer = try await demo.post("/api/chat", question, token: token)
                #expect(answer.status == 503 && answer.code == "AI_SERVICE_ERROR")
            }
            #expect(control.requestCount(of: .claude) == 3)
            #expect(try await demo.day().committed == .zero)
        }
    }

    @Test func aSecondAttemptIsChargedOnce() async throws {
        let calls = Atomic(0)
        let usage = #"{"input_tokens":10,"output_tokens":5}"#
        try await withStub({ _ in
            calls.add(1, ordering: .relaxed).newValue == 1
                ? json("{}", status: .internalServerError) : json(Provider.claude.answer(usage: usage))
        }) { endpoint in
            let settings = ["UPSTREAM": "real", "ANTHROPIC_API_KEY": Provider.testKey, "ANTHROPIC_BASE_URL": try await endpoint.url("")]
            try await DemoUnderTest.run(settings, tuning: .retrying(3)) { demo in
                let token = try await demo.signIn()
                let answer = try await demo.post("/api/chat", question, token: token)
                #expect(answer.status == 200 && calls.load(ordering: .relaxed) == 2)
                #expect(answer.json["usage"] as? [String: Int] == ["input_tokens": 10, "output_tokens": 5])
                let day = try await demo.day()
                #expect(day.requests == 1 && day.used > .zero && day.held == .zero && day.suspense == .zero)
            }
        }
    }

    @Test(arguments: [UpstreamMode.brokenStream, .hang])
    func whatMayHaveBeenChargedIsNotTriedAgain(mode: UpstreamMode) async throws {
        let tuning = DemoTuning(chatTimeout: .milliseconds(200), chatAttempts: 3, jitter: { 0 })
        try await DemoUnderTest.run(tuning: tuning) { demo in
            let control = try #require(demo.application.upstreamControl)
            control.setMode(mode, of: .claude)
            let token = try await demo.signIn()
            #expect(try await demo.post("/api/chat", question, token: token).status == 503)
            #expect(control.requestCount(of: .claude) == 1)
            let day = try await demo.day()
            #expect(day.used > .zero && day.held == .zero && day.suspense == .zero)
        }
    }

    @Test(arguments: [false, true])
    func aFullBulkheadRefusesAndIsNobodysFailure(stream: Bool) async throws {
        let (entered, release) = (Latch<Void>(), Latch<Void>())
        let tuning = DemoTuning(
            chatsAtOnce: 1, jitter: { 0 },
            upstreamPause: {
                entered.settle(.success(()))
                try await release.value
            })
        try await DemoUnderTest.run(tuning: tuning) { demo in
            let control = try #require(demo.application.upstreamControl)
            control.setMode(.slow, of: .claude)
            let token = try await demo.signIn()
            let body = #"{"message":"Hello","max_tokens":100,"stream":\#(stream)}"#
            async let first = demo.post("/api/chat", body, token: token)
            try await entered.value
            let refused = try await demo.post("/api/chat", body, token: token)
            #expect(refused.status == 503 && refused.code == "AI_SERVICE_ERROR" && refused.header("retry-after") == "1")
            #expect(control.requestCount(of: .claude) == 1)
            #expect(demo.application.services.breakers[.claude].snapshot.failures == 0)
            release.settle(.success(()))
            let answer = try await first
            #expect(answer.status == 200)
            let day = try await demo.day()
            #expect(day.requests == 1 && day.held == .zero)
        }
    }
}
