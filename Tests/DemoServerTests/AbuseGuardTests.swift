import HardeningCore
import NIOHTTP1
import RateLimit
import Testing

@testable import DemoServer

/// Who is kept out before anything is counted, over HTTP.
@Suite(.timeLimit(.minutes(60))) struct AbuseGuardTests {
    private static let scanner = [("User-Agent", "sqlmap/1.8#stable (https://sqlmap.org)")]
    private static let development = ["ENVIRONMENT": "development"]

    @Test func aScannerIsRefusedInItsLanguageWithoutLearningWhy() async throws {
        try await DemoUnderTest.run { demo in
            let english = try await demo.get("/api/property/1", headers: Self.scanner)
            #expect(english.status == 403 && english.code == "CLIENT_BLOCKED")
            #expect(english.header("retry-after") == nil && english.header("content-language") == "en")
            #expect(!english.text.contains("sqlmap") && !english.text.contains("ABUSE"))
            let arabic = try await demo.get("/api/property/1", headers: Self.scanner + [("Accept-Language", "ar")])
            #expect(arabic.status == 403 && arabic.header("content-language") == "ar")
            #expect(arabic.text.contains("لا يمكننا قبول طلباتك في الوقت الحالي."))
            #expect(english.header("x-content-type-options") == "nosniff" && english.header("x-request-id") != nil)
        }
    }

    @Test(arguments: [
        "curl/8.14.1", "Wget/1.25.0", "HTTPie/3.2.4", "python-requests/2.32.3", "okhttp/4.12.0", "Go-http-client/2.0",
        "PostmanRuntime/7.44",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36", "",
    ])
    func ordinaryProgramsPass(userAgent: String) async throws {
        try await DemoUnderTest.run { demo in
            // Without one of its own, AsyncHTTPClient sends none at all.
            let headers = userAgent.isEmpty ? [] : [("User-Agent", userAgent)]
            let answer = try await demo.get("/api/property/1", headers: headers)
            #expect(answer.status == 200)
            let guardian = demo.application.services.guardian
            #expect(guardian.judge(.init(address: nil, userAgent: userAgent)).isRefusal == false)
            if case .slow = guardian.judge(.init(address: nil, userAgent: userAgent)) { Issue.record("slowed down") }
        }
    }

    @Test func aBlockedAddressConsumesNoLimitAndHealthStaysOpenToIt() async throws {
        let settings = ["TRUSTED_PROXIES": "127.0.0.0/8"]
        try await DemoUnderTest.run(settings) { demo in
            let client = [("X-Forwarded-For", "203.0.113.9")]
            let entry = try demo.application.services.guardian.lists.block(
                .addresses(parsing: "203.0.113.0/24"), reason: "credential stuffing", for: .seconds(600))
            for _ in 1...5 {
                let refused = try await demo.get("/nothing", headers: client)
                #expect(refused.status == 403 && refused.code == "CLIENT_BLOCKED")
                #expect(refused.header("retry-after") == "600" && refused.header("x-ratelimit-limit") == nil)
                #expect(refused.details["retry_after_seconds"] as? Int == 600)
            }
            for path in HealthRoutes.paths + ["/status"] {
                let answer = try await demo.get(path, headers: client + Self.scanner)
                #expect(answer.status == 200, "\(path)")
            }
            let elsewhere = try await demo.get("/nothing", headers: [("X-Forwarded-For", "203.0.114.9")])
            #expect(elsewhere.status == 404)
            #expect(demo.application.services.limits.limiter.counters.map(\.admitted) == [1])

            demo.application.services.guardian.lists.lift(entry.id)
            let lifted = try await demo.get("/nothing", headers: client)
            #expect(lifted.status == 404 && lifted.header("x-ratelimit-remaining-minute") == "99")
        }
    }

    @Test func aBlockedUserIsRefusedWithTheirTokenOnly() async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            let id = try #require(try await demo.get("/api/me", token: token).json["id"] as? String)
            try demo.application.services.guardian.lists.block(.user(id), reason: "chargeback")
            let refused = try await demo.get("/api/me", token: token)
            #expect(refused.status == 403 && refused.code == "CLIENT_BLOCKED" && refused.header("retry-after") == nil)
            let anonymous = try await demo.get("/api/property/1")
            #expect(anonymous.status == 200)
        }
    }

    @Test func anAllowedAddressPassesWhateverTheRulesSay() async throws {
        try await DemoUnderTest.run { demo in
            try demo.application.services.guardian.lists.allow(.addresses(parsing: "127.0.0.1"), reason: "our own scanner")
            for page in 1...60 {
                let answer = try await demo.get("/missing/\(page)", headers: Self.scanner)
                #expect(answer.status == 404)
            }
        }
    }

    @Test func aBlockEndsByItselfAtTheMomentItNamed() async throws {
        try await DemoUnderTest.run { demo in
            try demo.application.services.guardian.lists.block(.addresses(parsing: "127.0.0.1"), reason: "test", for: .seconds(60))
            demo.time.advance(by: .nanoseconds(59_999_999_999))
            let early = try await demo.get("/nothing")
            #expect(early.status == 403 && early.header("retry-after") == "1")
            demo.time.advance(by: .nanoseconds(1))
            let onTime = try await demo.get("/nothing")
            #expect(onTime.status == 404)
        }
    }

    @Test func manyMissingPagesBlockTheAddressUntilAnOperatorLiftsIt() async throws {
        try await DemoUnderTest.run(Self.development) { demo in
            // The rule asks for forty; a sketch counts them, so it may take a few more.
            var tried = 0
            while tried < 60 {
                tried += 1
                let answer = try await demo.get("/wp-admin/\(tried).php")
                if answer.status != 404 { break }
            }
            #expect((36...56).contains(tried))
            let refused = try await demo.get("/api/property/1")
            #expect(refused.status == 403 && refused.header("retry-after") == "600")

            let list = try await demo.get("/demo/blocks")
            let blocks = try #require(list.json["blocks"] as? [[String: Any]])
            let block = try #require(blocks.first)
            #expect(blocks.count == 1 && block["subject"] as? String == "127.0.0.1/32" && block["reason"] as? String == "probing")
            #expect(block["is_automatic"] as? Bool == true && block["remaining_seconds"] as? Int == 600)
            let id = try #require(block["id"] as? Int)
            #expect(try await demo.send(.DELETE, "/demo/blocks/\(id)").status == 204)
            #expect(try await demo.send(.DELETE, "/demo/blocks/\(id)").code == "RESOURCE_NOT_FOUND")
            #expect(try await demo.send(.DELETE, "/demo/blocks/-1").code == "VALIDATION_ERROR")
            #expect(try await demo.get("/api/property/1").status == 200)
        }
    }

    @Test func aPageThatIsThereAndOneThatIsAskedForAgainAreNotProbing() async throws {
        try await DemoUnderTest.run { demo in
            for page in 1...90 {
                _ = try await demo.get(page.isMultiple(of: 2) ? "/nothing" : "/api/search?q=\(page)")
            }
            #expect(demo.application.services.guardian.lists.entries.isEmpty)
        }
    }

    @Test func theBlocksAreThereInDevelopmentOnly() async throws {
        try await DemoUnderTest.run { demo in
            let list = try await demo.get("/demo/blocks")
            #expect(list.status == 404)
            #expect(try await demo.send(.DELETE, "/demo/blocks/1").status == 404)
            // Nor are they a way around the guard.
            #expect(try await demo.get("/demo/blocks", headers: Self.scanner).code == "CLIENT_BLOCKED")
        }
    }

    @Test(arguments: ["/health/../api/property/1", "//health", "/health/x", "/healthy", "/health%2f..", "/health/", "/status/"])
    func nothingPassesByLookingLikeAHealthCheck(path: String) async throws {
        try await DemoUnderTest.run { demo in
            let answer = try await demo.get(path, headers: Self.scanner)
            #expect(answer.code == "CLIENT_BLOCKED")
            let counted = try await demo.get(path)
            #expect(counted.header("x-ratelimit-limit") == "100")
        }
    }
}
