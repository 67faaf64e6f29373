import HardeningCore
import NIOHTTP1
import RateLimit
import Testing

@testable import DemoServer

/// What `GET /status` tells an operator about the limiter and the guard.
@Suite(.timeLimit(.minutes(60))) struct StatusTests {
    @Test func itCountsWhatTheLimiterDid() async throws {
        try await DemoUnderTest.run(["RATE_LIMIT_PER_MINUTE": "3"]) { demo in
            for _ in 1...2 { _ = try await demo.get("/api/property/1") }
            for _ in 1...5 { _ = try await demo.get("/nothing") }
            let status = try await demo.get("/status")
            let limiter = try #require(status.json["limiter"] as? [String: Any])
            let policies = try #require(limiter["policies"] as? [[String: Any]])
            #expect(policies.map { $0["policy"] as? String } == ["global", "property"])
            #expect(policies.map { $0["admitted"] as? Int } == [3, 2])
            #expect(policies.map { $0["refused"] as? Int } == [4, 0])
            #expect(policies.map { $0["shadow_refused"] as? Int } == [0, 0])
            #expect(limiter["capacity"] as? Int == Limits.capacity)
            #expect(limiter["entries"] as? Int == 2)
            #expect(limiter["evictions"] as? Int == 0 && limiter["over_counted"] as? Int == 0)
            let top = try #require(limiter["top_refused"] as? [[String: Any]])
            #expect(top.map { $0["policy"] as? String } == ["global"])
            #expect(top.map { $0["at_least"] as? Int } == [4] && top.map { $0["at_most"] as? Int } == [4])
            let client = try #require(top.first?["client"] as? String)
            #expect(client.count == 32 && client.allSatisfy(\.isHexDigit))
            #expect(!status.text.contains("127.0.0.1"))
        }
    }

    @Test func itCountsWhatTheGuardDid() async throws {
        try await DemoUnderTest.run { demo in
            let guardian = demo.application.services.guardian
            try guardian.lists.block(.addresses(parsing: "203.0.113.0/24"), reason: "stuffing")
            try guardian.lists.allow(.addresses(parsing: "192.0.2.1"), reason: "office")
            for _ in 1...2 { _ = try await demo.get("/nothing", headers: [("User-Agent", "Nikto/2.5")]) }
            for _ in 1...6 { _ = try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"wrong horse 42"}"#) }
            let status = try await demo.get("/status")
            let shown = try #require(status.json["abuse_guard"] as? [String: Any])
            #expect(shown["blocks"] as? Int == 1)
            let lockouts = try #require(shown["lockouts"] as? [String: Int])
            #expect(lockouts == ["accounts": 1, "locked_accounts": 1, "addresses": 1, "locked_addresses": 0, "shared": 0])
            let rules = try #require(shown["rules"] as? [[String: Any]])
            let nikto = rules.first { $0["rule"] as? String == "nikto" }
            #expect(nikto?["stage"] as? String == "ABUSE_USER_AGENT" && nikto?["count"] as? Int == 2)
            #expect((shown["watched"] as? Int ?? 0) > 0 && shown["unwatched"] as? Int == 0)
            #expect(!status.text.contains("203.0.113"))
        }
    }
}
