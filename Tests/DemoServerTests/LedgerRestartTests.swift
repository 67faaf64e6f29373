import Foundation
import HardeningCore
import HardeningSQLite
import Testing

@testable import DemoServer

/// What was spent outlives the process.
@Suite(.timeLimit(.minutes(60))) struct LedgerRestartTests {
    @Test func aRestartForgetsNoMoney() async throws {
        let directory = TemporaryDirectory()
        defer { directory.remove() }
        var spent = ""
        try await DemoUnderTest.run(["DATA_DIR": directory.path]) { demo in
            _ = try await demo.post("/api/chat", #"{"message":"Hello","session_id":"first"}"#, token: try await demo.signIn())
            spent = try await demo.get("/health/costs").text
        }
        #expect(!spent.contains("\"daily_cost_usd\":0,"))
        try await DemoUnderTest.run(["DATA_DIR": directory.path]) { demo in
            let kept = try await demo.get("/health/costs").text
            #expect(kept == spent)
        }
    }

    @Test func theDayOfABudgetBeginsInItsTimeZone() async throws {
        // 20:00 UTC is 22:00 in Cairo: two hours later the Egyptian day is over, and the English one is not.
        let start = DemoUnderTest.start.advanced(by: .seconds(8 * 3600))
        for (zone, isNewDay) in [("Africa/Cairo", true), ("UTC", false)] {
            try await DemoUnderTest.run(["BUDGET_TIME_ZONE": zone], startingAt: start) { demo in
                _ = try await demo.post("/api/chat", #"{"message":"Hello"}"#, token: try await demo.signIn())
                demo.time.advance(by: .seconds(7200))
                let costs = try await demo.get("/health/costs")
                #expect(costs.text.contains("\"daily_cost_usd\":0,") == isNewDay, "\(zone)")
                #expect(!costs.text.contains("\"monthly_cost_usd\":0,"), "\(zone)")
            }
        }
    }

    @Test func callersSeeWhatTheySpentThemselves() async throws {
        try await DemoUnderTest.run { demo in
            let (ann, bob) = (try await demo.signIn(), try await demo.signIn("bob@example.com"))
            let chat = try await demo.post("/api/chat", #"{"message":"Hello"}"#, token: ann)
            let cost = try #require(chat.json["cost"] as? [String: Any])
            let own = try await demo.get("/api/costs", token: ann)
            #expect(own.status == 200 && own.json["requests"] as? Int == 1 && own.json["limit_reached"] as? Bool == false)
            #expect(own.json["total_usd"] as? NSNumber == cost["request_usd"] as? NSNumber)
            #expect(own.text.contains("\"held_usd\":0,"))
            let other = try await demo.get("/api/costs", token: bob)
            #expect(other.json["requests"] as? Int == 0 && other.text.contains("\"total_usd\":0"))
            let nobody = try await demo.get("/api/costs")
            #expect(nobody.status == 401)
        }
    }

    @Test func aDamagedLedgerStopsTheStart() async throws {
        let directory = TemporaryDirectory()
        defer { directory.remove() }
        try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
        try Data(repeating: 7, count: 8192).write(to: URL(filePath: directory.path + "/ledger.sqlite"))
        await #expect(throws: ConfigurationError.self) {
            try await DemoUnderTest.run(["DATA_DIR": directory.path]) { _ in }
        }
    }

    @Test func aLedgerThatCannotAnswerIsADatabaseErrorAndSpendsNothing() async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            try demo.application.services.ledgerStore.close()
            let chat = try await demo.post("/api/chat", #"{"message":"Hello"}"#, token: token)
            #expect(chat.status == 503 && chat.code == "DATABASE_ERROR", "\(chat.text)")
            let (costs, health) = (try await demo.get("/health/costs"), try await demo.get("/health"))
            #expect(costs.code == "DATABASE_ERROR" && health.status == 200)
        }
    }
}
