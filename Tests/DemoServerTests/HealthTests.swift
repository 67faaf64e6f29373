import CircuitBreaker
import Foundation
import Testing

@testable import DemoServer

@Suite(.timeLimit(.minutes(60))) struct HealthTests {
    @Test func everyHealthRouteAndAliasAnswers() async throws {
        try await DemoUnderTest.run { demo in
            for (path, field, value) in [
                ("/health", "status", "HEALTHY"), ("/api/v1/health", "status", "HEALTHY"), ("/health/detailed", "status", "HEALTHY"),
                ("/health/readiness", "status", "READY"), ("/health/ready", "status", "READY"), ("/api/v1/ready", "status", "READY"),
                ("/health/liveness", "status", "ALIVE"), ("/health/live", "status", "ALIVE"), ("/api/v1/live", "status", "ALIVE"),
                ("/health/version", "version", "0.1.0"), ("/api/v1/version", "version", "0.1.0"), ("/status", "status", "HEALTHY"),
            ] {
                let answer = try await demo.get(path)
                #expect(answer.status == 200, "\(path)")
                #expect(answer.json[field] as? String == value, "\(path)")
                #expect(answer.header("x-content-type-options") == "nosniff", "\(path)")
            }
        }
    }

    @Test func costsHaveTheDocumentedShape() async throws {
        try await DemoUnderTest.run { demo in
            let costs = try await demo.get("/health/costs")
            #expect(
                Set(costs.json.keys) == [
                    "daily_cost_usd", "daily_limit_usd", "daily_usage_percent", "limit_reached", "monthly_cost_usd", "monthly_limit_usd",
                    "monthly_usage_percent",
                ])
            #expect(costs.text.contains("\"daily_limit_usd\":100,") && costs.text.contains("\"monthly_limit_usd\":3000,"))
            #expect(costs.json["limit_reached"] as? Bool == false)
        }
    }

    @Test func circuitsListEveryBreakerWithItsState() async throws {
        try await DemoUnderTest.run { demo in
            let answer = try await demo.get("/health/circuits")
            let circuits = try #require(answer.json["circuits"] as? [String: [String: Any]])
            #expect(circuits.keys.sorted() == ["blockchain", "claude", "database", "openai", "paymob"])
            for circuit in circuits.values {
                #expect(circuit["state"] as? String == "CLOSED")
                #expect(circuit["failures"] as? Int == 0)
                #expect(circuit["retry_after_seconds"] is NSNull)
            }
        }
    }

    @Test func theStatusAndTheDetailedAnswerAgreeOnWhatOperatorsDidToACircuit() async throws {
        try await DemoUnderTest.run { demo in
            let breaker = demo.application.services.breakers[.claude]
            for (change, expected) in [
                ({ breaker.isolate(reason: "maintenance") }, "DEGRADED"), ({ breaker.reset() }, "HEALTHY"),
                ({ breaker.disable() }, "HEALTHY"),
            ] {
                change()
                for path in ["/status", "/health/detailed"] {
                    let answer = try await demo.get(path)
                    #expect(answer.json["status"] as? String == expected, "\(path), \(breaker.state)")
                }
            }
        }
    }

    @Test func anOpenCircuitDegradesTheDetailedAnswerAndTheStatus() async throws {
        try await DemoUnderTest.run { demo in
            try #require(demo.application.upstreamControl).setMode(.fail, of: .openai)
            let token = try await demo.signIn()
            for _ in 1...3 { _ = try await demo.post("/api/chat", #"{"message":"Hi","model":"gpt-4o"}"#, token: token) }
            let detailed = try await demo.get("/health/detailed")
            #expect(detailed.status == 200 && detailed.json["status"] as? String == "DEGRADED")
            let status = try await demo.get("/status")
            #expect(status.json["status"] as? String == "DEGRADED")
            let readiness = try await demo.get("/health/readiness")
            #expect(readiness.status == 200)
        }
    }
}
