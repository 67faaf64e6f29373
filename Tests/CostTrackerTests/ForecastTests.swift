import CostTracker
import HardeningCore
import Testing

@Suite struct ForecastTests {
    private func balance(used: String, limit: String?, end: Int64 = 86_400) throws -> AccountBalance {
        var balance = AccountBalance(
            account: Account(scope: .everyone, name: "", window: .day, start: start),
            windowEnd: start.advanced(by: .seconds(end)), limit: try limit.map { (text: String) throws(MoneyError) in try .usd(text) })
        balance.used = try .usd(used)
        return balance
    }

    @Test(arguments: [
        ("1", "10", "1", 3600, BudgetForecast.Outcome.runsOut(at: start.advanced(by: .seconds(3600 + 9 * 3600)))),
        ("1", "30", "1", 3600, .lasts), ("10", "10", "1", 3600, .exhausted), ("1", "10", "0", 3600, .lasts), ("1", "10", "1", 0, .unknown),
    ])
    func `a budget runs out when what remains is spent at the observed rate`(
        used: String, limit: String, spent: String, seconds: Int64, outcome: BudgetForecast.Outcome
    ) throws {
        let forecast = try BudgetForecast(
            balance: balance(used: used, limit: limit), spent: .usd(spent), observed: .seconds(seconds),
            now: start.advanced(by: .seconds(3600)))
        #expect(forecast.outcome == outcome)
    }

    @Test func `the largest amounts and times do not trap, and no limit is unknown`() throws {
        var all = try balance(used: "0", limit: nil)
        #expect(BudgetForecast(balance: all, spent: .max, observed: .seconds(Int64.max), now: start).outcome == .unknown)
        all.limit = .max
        #expect(BudgetForecast(balance: all, spent: Money(picoUSD: 1), observed: .seconds(Int64.max), now: start).outcome == .lasts)
    }

    @Test func `the ledger looks at the last hour of the scope`() async throws {
        let bench = try Bench([Budget(.user, per: .lifetime, limit: .usd("1"))])
        func spend(_ user: String, _ tokens: Int64) async throws {
            try await bench.ledger.track(.openAI(promptTokens: tokens, completionTokens: 0), user: user)
        }
        try await spend("u", 40_000)  // 0.10, long ago
        bench.time.advance(by: .seconds(7200))
        try await spend("u", 80_000)  // 0.20
        try await spend("v", 400_000)
        bench.time.advance(by: .seconds(1800))
        let forecast = try await bench.ledger.forecast(.user, name: "u", window: .lifetime)
        #expect(forecast.spent == (try .usd("0.2")))
        #expect(forecast.hourlyRate == (try .usd("0.2")))
        #expect(forecast.outcome == .runsOut(at: bench.time.timestamp.advanced(by: .seconds(12_600))))  // 0.70 left
        #expect(forecast.description == "user u runs out at 2026-01-01T06:00:00.000Z, at 0.2000 USD an hour.")
    }

    @Test func `a window is observed from its start, by its charges alone`() async throws {
        let bench = try Bench([.daily(.usd("1"))])
        bench.time.advance(by: .seconds(85_200))  // 23:40
        try await bench.ledger.track(.openAI(promptTokens: 320_000, completionTokens: 0))  // 0.80
        bench.time.advance(by: .seconds(2_400))  // 00:20
        let entry = try await bench.ledger.track(.openAI(promptTokens: 40_000, completionTokens: 0)).entry  // 0.10
        try await bench.ledger.refund(.usd("0.05"), of: entry.id, key: "r")
        let forecast = try await bench.ledger.forecast(.everyone, name: "", window: .day)
        #expect(forecast.observed == .seconds(1_200))
        #expect(forecast.spent == (try .usd("0.1")))
        #expect(forecast.outcome == .runsOut(at: bench.time.timestamp.advanced(by: .seconds(11_400))))  // 0.95 at 0.30 an hour
    }

    @Test func `a young ledger is observed from its first entry`() async throws {
        let bench = try Bench([.daily(.usd("1"))])
        bench.time.advance(by: .seconds(7200))
        try await bench.ledger.track(.openAI(promptTokens: 40_000, completionTokens: 0))
        bench.time.advance(by: .seconds(600))
        let forecast = try await bench.ledger.forecast(.everyone, name: "", window: .day)
        #expect(forecast.observed == .seconds(600))
        #expect(forecast.outcome == .runsOut(at: bench.time.timestamp.advanced(by: .seconds(5400))))
    }
}

@Suite struct BreakdownTests {
    @Test func `entries are summed by day, model and user, refunds and adjustments included`() async throws {
        let bench = try Bench()
        for day in 0..<2 {
            try await bench.ledger.track(.claude(inputTokens: 1500, outputTokens: 800), user: "u")
            let entry = try await bench.ledger.track(.openAI(promptTokens: 1000, completionTokens: 100), user: "v").entry
            if day == 0 { try await bench.ledger.refund(.usd("0.001"), of: entry.id, key: "r") }
            bench.time.advance(by: .seconds(86_400))
        }
        let corrected = try PriceTable(csv: "provider,model,input,output\nopenai,gpt-4o,2,12\n".utf8)
        let entries = try await bench.ledger.recentEntries()
        try await bench.ledger.rerate(entries, with: corrected)

        let byDay = try await CostBreakdown(of: bench.ledger.recentEntries(), by: [.day, .model])
        #expect(
            byDay.rows.map(\.values) == [
                ["2026-01-01", "claude-3-5-sonnet"], ["2026-01-01", "gpt-4o"], ["2026-01-02", "claude-3-5-sonnet"],
                ["2026-01-02", "gpt-4o"],
            ])
        let first = byDay.rows[1]
        #expect(first.charged == (try .usd("0.0035")))
        #expect(first.adjusted == (try .usd("-0.0003")))
        #expect(first.requests == 1 && first.inputTokens == 1000 && first.outputTokens == 100)
        let byUser = try await CostBreakdown(of: bench.ledger.recentEntries(), by: [.user])
        #expect(try byUser.rows.map(\.total) == [.usd("0.033"), .usd("0.0054")])
        let all = try await CostBreakdown(of: bench.ledger.recentEntries(), by: [])
        #expect(all.rows.map(\.total) == [try await bench.ledger.summary(month: start).used])
        #expect(try CostBreakdown(of: [], by: [.day]).rows.isEmpty)
    }
}
