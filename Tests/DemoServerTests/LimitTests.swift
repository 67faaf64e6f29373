import Foundation
import HardeningCore
import NIOHTTP1
import Testing

/// The limits of the route table, their header fields, and the lock after failed sign-ins.
@Suite(.timeLimit(.minutes(60))) struct LimitTests {
    @Test func theGlobalLimitRefusesTheHundredAndFirstRequestAndRecovers() async throws {
        try await DemoUnderTest.run { demo in
            for request in 1...100 {
                let answer = try await demo.get("/nothing")
                #expect(answer.status == 404)
                #expect(answer.header("x-ratelimit-limit") == "100")
                #expect(answer.header("x-ratelimit-remaining") == String(100 - request))
                #expect(answer.header("x-ratelimit-remaining-minute") == String(100 - request))
                #expect(answer.header("x-ratelimit-remaining-hour") == String(1000 - request))
            }
            let refused = try await demo.get("/nothing", headers: [("Accept-Language", "ar")])
            #expect(refused.status == 429 && refused.code == "RATE_LIMIT_EXCEEDED")
            #expect(refused.header("content-language") == "ar")
            #expect(refused.header("retry-after") == "60")
            #expect(refused.header("x-ratelimit-reset") == "60")
            #expect(refused.header("x-ratelimit-remaining-hour") == "900")
            #expect(refused.details["limit"] as? Int == 100)
            #expect(refused.details["window_seconds"] as? Int == 60)

            demo.time.advance(by: .nanoseconds(59_999_999_999))
            let early = try await demo.get("/nothing")
            #expect(early.status == 429 && early.header("retry-after") == "1")
            demo.time.advance(by: .nanoseconds(1))
            let onTime = try await demo.get("/nothing")
            #expect(onTime.status == 404)
        }
    }

    @Test func healthIsExempt() async throws {
        try await DemoUnderTest.run(["RATE_LIMIT_PER_MINUTE": "2"]) { demo in
            for _ in 1...5 {
                let answer = try await demo.get("/health")
                #expect(answer.status == 200 && answer.header("x-ratelimit-limit") == nil)
            }
            let first = try await demo.get("/api/property/1")
            #expect(first.status == 200)
        }
    }

    @Test func registrationIsLimitedAndARefusalConsumesNothing() async throws {
        try await DemoUnderTest.run { demo in
            for attempt in 1...3 {
                let answer = try await demo.post(
                    "/api/auth/register", #"{"email":"u\#(attempt)@example.com","password":"correct horse 42"}"#)
                #expect(answer.status == 201)
                #expect(answer.header("x-ratelimit-limit") == "3")
            }
            for _ in 1...20 {
                let refused = try await demo.post("/api/auth/register", #"{"email":"u4@example.com","password":"correct horse 42"}"#)
                #expect(refused.status == 429)
            }
            let elsewhere = try await demo.get("/nothing")
            #expect(elsewhere.header("x-ratelimit-remaining-minute") == "96")
        }
    }

    @Test func chatIsLimitedPerUser() async throws {
        try await DemoUnderTest.run { demo in
            let ann = try await demo.signIn()
            let bob = try await demo.signIn("bob@example.com")
            for _ in 1...30 {
                let answer = try await demo.post("/api/chat", #"{"message":"Hi","session_id":"s","max_tokens":10}"#, token: ann)
                #expect(answer.status == 200)
            }
            let refused = try await demo.post("/api/chat", #"{"message":"Hi","max_tokens":10}"#, token: ann)
            #expect(refused.status == 429 && refused.header("x-ratelimit-limit") == "30")
            let other = try await demo.post("/api/chat", #"{"message":"Hi","max_tokens":10}"#, token: bob)
            #expect(other.status == 200)
        }
    }

    @Test func onlyTrustedProxiesChooseTheClient() async throws {
        let settings = ["RATE_LIMIT_PER_MINUTE": "2", "TRUSTED_PROXIES": "127.0.0.0/8"]
        try await DemoUnderTest.run(settings) { demo in
            for _ in 1...2 { _ = try await demo.get("/nothing", headers: [("X-Forwarded-For", "9.9.9.9, 198.51.100.1")]) }
            let refused = try await demo.get("/nothing", headers: [("X-Forwarded-For", "8.8.8.8, 198.51.100.1")])
            #expect(refused.status == 429)
            let other = try await demo.get("/nothing", headers: [("X-Forwarded-For", "198.51.100.2")])
            #expect(other.status == 404)
        }
        try await DemoUnderTest.run(["RATE_LIMIT_PER_MINUTE": "2"]) { demo in
            for client in 1...2 { _ = try await demo.get("/nothing", headers: [("X-Forwarded-For", "198.51.100.\(client)")]) }
            let refused = try await demo.get("/nothing", headers: [("X-Forwarded-For", "198.51.100.3")])
            #expect(refused.status == 429)
        }
    }

    @Test(arguments: ["ann@example.com", "nobody@example.com"])
    func fiveFailedSignInsLockAnAccountForAnHourWhetherItExistsOrNot(email: String) async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.signIn()
            let wrong = #"{"email":"\#(email)","password":"wrong horse 42"}"#
            for _ in 1...5 {
                let answer = try await demo.post("/api/auth/login", wrong)
                #expect(answer.status == 401)
            }
            demo.time.advance(by: .seconds(600))
            let locked = try await demo.post("/api/auth/login", wrong)
            #expect(locked.status == 429 && locked.code == "ACCOUNT_LOCKED")
            #expect(locked.header("retry-after") == "3000")

            // Trying on does not prolong it, and the right password does not help before its end.
            let right = #"{"email":"\#(email)","password":"correct horse 42"}"#
            demo.time.advance(by: .seconds(2999))
            let early = try await demo.post("/api/auth/login", right)
            #expect(early.code == "ACCOUNT_LOCKED" && early.header("retry-after") == "1")
            demo.time.advance(by: .seconds(1))
            let open = try await demo.post("/api/auth/login", right)
            #expect(open.status == (email.hasPrefix("ann") ? 200 : 401))
        }
    }

    @Test func aSuccessForgetsTheFailuresBeforeIt() async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.signIn()
            for round in 1...2 {
                for _ in 1...4 {
                    let answer = try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"wrong horse 42"}"#)
                    #expect(answer.status == 401, "round \(round)")
                }
                demo.time.advance(by: .seconds(61))
                let right = try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"correct horse 42"}"#)
                #expect(right.status == 200)
            }
        }
    }

    @Test func limitsCanBeSwitchedOff() async throws {
        try await DemoUnderTest.run(["RATE_LIMIT_ENABLED": "false", "RATE_LIMIT_PER_MINUTE": "1"]) { demo in
            for _ in 1...5 {
                let answer = try await demo.get("/nothing")
                #expect(answer.status == 404 && answer.header("x-ratelimit-limit") == nil)
            }
        }
    }
}
