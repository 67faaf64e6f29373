import HardeningCore
import NIOHTTP1
import RateLimit
import Testing

@testable import DemoServer

/// Who is counted by plan, who by address.
@Suite(.timeLimit(.minutes(60))) struct PlanTests {
    private static let development = ["ENVIRONMENT": "development", "TRUSTED_PROXIES": "127.0.0.0/8"]
    private static let small = DemoTuning(plans: ["free": "3/minute", "pro": "6/minute", "enterprise": "9/minute"])

    /// The token of an account that is there from the start.
    private func token(_ demo: DemoUnderTest, _ plan: String) async throws -> String {
        let credentials = #"{"email":"\#(plan)@example.com","password":"\#(SeedAccounts.password)"}"#
        return try #require(try await demo.post("/api/auth/login", credentials).json["access_token"] as? String)
    }

    @Test(arguments: [("free", "100"), ("pro", "1000"), ("enterprise", "10000")])
    func everyPlanHasItsNumber(plan: String, limit: String) async throws {
        try await DemoUnderTest.run(Self.development) { demo in
            let answer = try await demo.get("/api/me", token: token(demo, plan))
            #expect(answer.status == 200 && answer.json["plan"] as? String == plan)
            #expect(answer.header("x-ratelimit-limit") == limit)
            #expect(answer.header("x-ratelimit-remaining") == Int(limit).map { String($0 - 1) })
        }
    }

    @Test(arguments: [("free", 3), ("pro", 6), ("enterprise", 9)])
    func aPlanIsUsedUpByItsUserFromWhereverTheyCall(plan: String, limit: Int) async throws {
        try await DemoUnderTest.run(Self.development.merging(["RATE_LIMIT_PER_MINUTE": "5"]) { $1 }, tuning: Self.small) { demo in
            let token = try await token(demo, plan)
            for request in 1...limit {
                let answer = try await demo.get("/api/me", token: token, headers: [("X-Forwarded-For", "198.51.100.\(request)")])
                #expect(answer.status == 200 && answer.header("x-ratelimit-remaining") == String(limit - request))
            }
            let refused = try await demo.get("/api/me", token: token, headers: [("X-Forwarded-For", "198.51.100.99")])
            #expect(refused.status == 429 && refused.details["violated_policies"] as? [String] == ["plan"])
            // The address is not used up by what its user did.
            let anonymous = try await demo.get("/nothing", headers: [("X-Forwarded-For", "198.51.100.1")])
            #expect(anonymous.status == 404 && anonymous.header("x-ratelimit-remaining-minute") == "4")
            demo.time.advance(by: .seconds(60))
            #expect(try await demo.get("/api/me", token: token).status == 200)
        }
    }

    @Test(arguments: ["", "nonsense", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJwcm8ifQ."])
    func aBadTokenCountsAgainstItsAddressBeforeItsRefusal(token: String) async throws {
        try await DemoUnderTest.run(["RATE_LIMIT_PER_MINUTE": "3"]) { demo in
            for request in 1...3 {
                let answer = try await demo.get("/api/me", headers: [("Authorization", "Bearer \(token)")])
                #expect(answer.status == 401 && answer.header("x-ratelimit-remaining-minute") == String(3 - request))
            }
            let refused = try await demo.get("/api/me", headers: [("Authorization", "Bearer \(token)")])
            #expect(refused.status == 429)
            #expect(try await demo.get("/nothing").status == 429)
        }
    }

    @Test func aRevokedTokenCountsAgainstItsAddress() async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            #expect(try await demo.send(.POST, "/api/auth/logout", token: token).header("x-ratelimit-limit") == "100")
            let dead = try await demo.get("/api/me", token: token)
            // Register and sign in were the address's first two requests, logout was the user's.
            #expect(dead.code == "TOKEN_REVOKED" && dead.header("x-ratelimit-remaining-minute") == "97")
        }
    }

    @Test func aRoutesOwnLimitHoldsForEveryPlan() async throws {
        try await DemoUnderTest.run(Self.development) { demo in
            let token = try await token(demo, "enterprise")
            for _ in 1...60 { #expect(try await demo.get("/api/search?q=villa", token: token).status == 200) }
            let refused = try await demo.get("/api/search?q=villa", token: token)
            #expect(refused.status == 429 && refused.details["violated_policies"] as? [String] == ["search"])
        }
    }
}
