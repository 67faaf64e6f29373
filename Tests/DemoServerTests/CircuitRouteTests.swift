import CircuitBreaker
import Testing

@testable import DemoServer

/// An operator's hand on the breakers.
@Suite(.timeLimit(.minutes(60))) struct CircuitRouteTests {
    private let question = #"{"message":"Hello","max_tokens":100}"#

    @Test func anIsolatedBreakerRefusesUntilItIsReleased() async throws {
        try await DemoUnderTest.run(["ENVIRONMENT": "development"]) { demo in
            let control = try #require(demo.application.upstreamControl)
            let token = try await demo.signIn()
            #expect(try await demo.post("/demo/circuits/claude", #"{"action":"isolate","seconds":60}"#).status == 204)
            let refused = try await demo.post("/api/chat", question, token: token)
            #expect(refused.status == 503 && refused.code == "AI_SERVICE_ERROR" && refused.header("retry-after") == "60")
            #expect(control.requestCount(of: .claude) == 0)
            #expect(try await demo.get("/health/circuits").text.contains("\"state\":\"ISOLATED\""))
            #expect(try await demo.post("/demo/circuits/claude", #"{"action":"release"}"#).status == 204)
            #expect(try await demo.post("/api/chat", question, token: token).status == 200)
        }
    }

    @Test func aBreakerCanBeDisabledAndReset() async throws {
        try await DemoUnderTest.run(["ENVIRONMENT": "development"]) { demo in
            let disabled = try await demo.post("/demo/circuits/openai", #"{"action":"disable"}"#)
            #expect(disabled.status == 204)
            #expect(demo.application.services.breakers[.openai].state == .disabled)
            #expect(try await demo.post("/demo/circuits/openai", #"{"action":"reset"}"#).status == 204)
            #expect(demo.application.services.breakers[.openai].state == .closed)
        }
    }

    @Test(arguments: [
        ("claude", #"{"action":"explode"}"#, 422), ("claude", #"{}"#, 422), ("claude", #"{"action":"isolate","seconds":0}"#, 422),
        ("nobody", #"{"action":"isolate"}"#, 404),
    ])
    func aWrongCommandIsRefused(name: String, body: String, status: Int) async throws {
        try await DemoUnderTest.run(["ENVIRONMENT": "development"]) { demo in
            let answer = try await demo.post("/demo/circuits/\(name)", body)
            #expect(answer.status == status)
            #expect(demo.application.services.breakers.all.allSatisfy { $0.state == .closed })
        }
    }

    @Test(arguments: ["staging", "production"])
    func outsideDevelopmentThereIsNoSuchRoute(environment: String) async throws {
        try await DemoUnderTest.run(["ENVIRONMENT": environment]) { demo in
            let answer = try await demo.post("/demo/circuits/claude", #"{"action":"isolate"}"#)
            #expect(answer.status == 404)
            #expect(demo.application.services.breakers[.claude].state == .closed)
        }
    }
}
