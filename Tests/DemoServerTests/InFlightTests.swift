import NIOHTTP1
import Testing

@testable import DemoServer

/// A server that is full refuses at once, except who asks for its health.
@Suite(.timeLimit(.minutes(60))) struct InFlightTests {
    @Test func aFullServerRefusesAndItsHealthChecksAnswer() async throws {
        try await DemoUnderTest.run(tuning: DemoTuning(requestsAtOnce: 1)) { demo in
            let control = try #require(demo.application.upstreamControl)
            let token = try await demo.signIn()
            control.setMode(.hang, of: .claude)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await demo.post("/api/chat", #"{"message":"Hello"}"#, token: token) }
                while control.requestCount(of: .claude) == 0 { await Task.yield() }
                let refused = try await demo.get("/api/search?q=villa")
                #expect(refused.status == 503 && refused.code == "SERVICE_UNAVAILABLE" && refused.header("retry-after") == "1")
                for path in ["/health", "/health/ready", "/status"] {
                    let answer = try await demo.get(path)
                    #expect(answer.status == 200, "\(path)")
                }
                group.cancelAll()
            }
        }
    }
}
