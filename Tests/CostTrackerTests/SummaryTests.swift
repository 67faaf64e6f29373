import CostTracker
import HardeningCore
import Testing

@Suite struct SummaryTests {
    @Test func `the familiar calls work`() async throws {
        let ledger = try CostLedger(
            budgets: [.session(.usd("0.02")), .daily(.usd("100")), .monthly(.usd("3000"))], time: .manual(ManualTime(timestamp: start)))
        let summary = try await ledger.track(.claude(inputTokens: 1500, outputTokens: 800), session: "sess_123")
        #expect(summary.entry.amount == (try .usd("0.0165")))
        #expect(summary.session?.used == (try .usd("0.0165")))
        #expect(summary.day.used == (try .usd("0.0165")))
        #expect(!summary.isLimitReached)
        var (reached, current) = try await ledger.checkSessionLimit("sess_123")
        #expect(!reached)
        #expect(current == (try .usd("0.0165")))
        try await ledger.track(.claude(inputTokens: 1500, outputTokens: 800), session: "sess_123")
        (reached, current) = try await ledger.checkSessionLimit("sess_123")
        #expect(reached)
        #expect(current == (try .usd("0.033")))
        #expect(try await ledger.checkSessionLimit("never seen") == (false, .zero))
    }

    @Test func `the status page shows percent with one decimal and when the limit is reached`() async throws {
        let bench = try Bench([.daily(.usd("100")), .monthly(.usd("3000"))])
        try await bench.ledger.track(.openAI(promptTokens: 18_128_000, completionTokens: 0))  // 45.32
        let status = try await bench.ledger.status()
        #expect(status.day.used.jsonNumber == "45.32")
        #expect(status.day.usagePercent?.description == "45.3")
        #expect(status.month.usagePercent?.description == "1.5")
        #expect(!status.isLimitReached)
        _ = try await bench.reserve(21_872_000, key: "rest")  // 54.68
        #expect(try await bench.ledger.status().isLimitReached)
        #expect(try await bench.ledger.status().day.usagePercent?.description == "45.3")
    }

    @Test func `charges are summed by session, user, model, day and tenant`() async throws {
        let bench = try Bench()
        try await bench.ledger.track(.claude(inputTokens: 1500, outputTokens: 800), session: "a", user: "u")
        try await bench.ledger.track(.claude("claude-3-5-sonnet-20241022", inputTokens: 1500, outputTokens: 800), session: "b", user: "u")
        try await bench.ledger.track(.embedding(tokens: 10), scope: CostScope(user: "v", tenant: "t"))
        #expect(try await bench.ledger.summary(session: "a").used == .usd("0.0165"))
        #expect(try await bench.ledger.summary(user: "u").used == .usd("0.033"))
        #expect(try await bench.ledger.summary(model: "claude-3-5-sonnet").requests == 2)
        #expect(try await bench.ledger.summary(.tenant, name: "t", window: .lifetime).used == .usd("0.0000013"))
        #expect(try await bench.ledger.summary(day: start).used == .usd("0.0330013"))
        #expect(try await bench.ledger.summary(month: start).outputTokens == 1600)
        let models = try await bench.ledger.summaries(by: .model, per: .lifetime)
        #expect(models.map(\.account.name) == ["claude-3-5-sonnet", "text-embedding-3-large"])
        #expect(try await bench.ledger.summaries(by: .session, per: .lifetime, limit: 1).map(\.account.name) == ["a"])
        #expect(try await bench.ledger.summaries(by: .session, per: .lifetime, limit: -1).isEmpty)
    }

    @Test func `an entry explains itself line by line, with raw usage and the table's hash`() async throws {
        let bench = try Bench()
        let hold = try await bench.reserve(3_000, key: "k", model: "claude-3-5-sonnet-20241022", maxOutput: 1000)
        let usage = try TokenUsage(input: 1500, cacheRead: 100, output: 800)
        let entry = try await bench.ledger.settle(hold, usage: usage)
        #expect(entry.usage == usage)
        #expect(entry.tableHash == PriceTable.bundled.contentHash)
        #expect(entry.request.model == "claude-3-5-sonnet-20241022")
        #expect(entry.held == hold.amount)
        #expect(
            entry.lines.map(\.description) == [
                "1500 input tokens × 0.000003 = 0.0045 USD", "100 cache read tokens × 0.0000003 = 0.00003 USD",
                "800 output tokens × 0.000015 = 0.012 USD",
            ])
        #expect(
            entry.description.hasPrefix(
                "#1 charge 0.01653 USD, claude-3-5-sonnet-20241022, 2026-01-01T00:00:00.000Z, prices 2430eef109ff\n  1500 input"))
    }
}
