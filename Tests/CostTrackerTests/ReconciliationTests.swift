import CostTracker
import HardeningCore
import Testing

@Suite struct ReconciliationTests {
    private func report(_ rows: String) throws(PriceTableError) -> ProviderCostReport {
        try ProviderCostReport(csv: ("date,model,cost_usd\n" + rows).utf8)
    }

    /// Two days of gpt-4o at 0.0035 a request, and one request of Claude for 0.0165.
    private func bench() async throws -> Bench {
        let bench = try Bench()
        for _ in 0..<2 {
            try await bench.ledger.track(.openAI(promptTokens: 1000, completionTokens: 100), user: "u")
            try await bench.ledger.track(.openAI(promptTokens: 1000, completionTokens: 100), user: "u")
            bench.time.advance(by: .seconds(86_400))
        }
        try await bench.ledger.track(.claude(inputTokens: 1500, outputTokens: 800), user: "v")
        return bench
    }

    @Test func `differences are posted by day and model, and only once`() async throws {
        let bench = try await bench()
        let report = try report("2026-01-01,gpt-4o-2024-08-06,0.005\n2026-01-01,gpt-4o,0.003\n2026-01-02,gpt-4o,0.0065\n2026-01-02,o9,1\n")
        let first = try await bench.ledger.reconcile(report)
        #expect(first.items.map(\.day) == ["2026-01-01", "2026-01-02"])
        #expect(try first.items.map(\.difference) == [.usd("0.001"), .usd("-0.0005")])
        #expect(first.items.compactMap(\.posted).map(\.kind) == [.adjustment, .adjustment])
        #expect(first.skipped.map(\.model) == ["o9"])
        #expect(try await bench.ledger.summary(day: start).used == .usd("0.008"))
        #expect(try await bench.ledger.summary(day: start.advanced(by: .seconds(86_400))).used == .usd("0.0065"))
        #expect(try await bench.ledger.summary(model: "gpt-4o").used == .usd("0.0145"))
        #expect(try await bench.ledger.summary(month: start).used == .usd("0.031"))
        #expect(try await bench.ledger.summary(user: "u").used == .usd("0.014"))

        let again = try await bench.ledger.reconcile(report)
        #expect(again.items.allSatisfy { $0.difference == .zero && $0.posted == nil })
        #expect(try await bench.ledger.recentEntries().count == 7)
    }

    @Test func `a corrected report posts what is left`() async throws {
        let bench = try await bench()
        try await bench.ledger.reconcile(report("2026-01-01,gpt-4o,0.008\n"))
        let second = try await bench.ledger.reconcile(report("2026-01-01,gpt-4o,0.0075\n"))
        #expect(try second.items.map(\.difference) == [.usd("-0.0005")])
        #expect(try await bench.ledger.summary(day: start).used == .usd("0.0075"))
    }

    @Test func `a charge recorded after an import is part of the same bill when it is imported again`() async throws {
        let bench = try await bench()
        let today = start.advanced(by: .seconds(2 * 86_400))
        try await bench.ledger.reconcile(report("2026-01-03,gpt-4o,0.005\n"))
        try await bench.ledger.track(.openAI(promptTokens: 1000, completionTokens: 100))
        let again = try await bench.ledger.reconcile(report("2026-01-03,gpt-4o,0.005\n"))
        #expect(again.items.first?.posted?.amount == (try .usd("-0.0035")))
        #expect(try await bench.ledger.summary(day: today).used == .usd("0.0215"))
    }

    @Test func `models that the report leaves out are shown and not touched`() async throws {
        let bench = try await bench()
        let result = try await bench.ledger.reconcile(report("2026-01-03,gpt-4o,0.001\n"))
        #expect(result.unreported.map(\.values) == [["2026-01-03", "anthropic", "claude-3-5-sonnet"]])
        #expect(try result.unreported.map(\.total) == [.usd("0.0165")])
        #expect(try result.items.map(\.difference) == [.usd("0.001")])
        #expect(result.description.contains("not in the report"))
    }

    @Test func `a preview posts nothing, and racing imports post once`() async throws {
        let bench = try await bench()
        let report = try report("2026-01-01,gpt-4o,0.01\n")
        #expect(try await bench.ledger.previewReconciliation(of: report).items.first?.difference == .usd("0.003"))
        #expect(try await bench.ledger.recentEntries().count == 5)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = try? await bench.ledger.reconcile(report) } }
        }
        #expect(try await bench.ledger.summary(day: start).used == .usd("0.01"))
    }

    @Test func `in another time zone a day of the bill is posted to the month it belongs to`() async throws {
        let time = ManualTime(timestamp: Timestamp(secondsSince1970: 1_769_947_200))  // 2026-02-01T12:00:00Z
        let calendar = try BudgetCalendar(zone: "America/New_York", tzif: ZoneFixtures.bytes("America/New_York"))
        let ledger = try CostLedger(budgets: [], calendar: calendar, time: .manual(time))
        try await ledger.reconcile(report("2026-02-01,gpt-4o,0.005\n"))
        #expect(try await ledger.status().month.used == .usd("0.005"))
        #expect(try await ledger.status().day.used == .usd("0.005"))
    }

    @Test func `a report beyond its bounds is refused`() async {
        let rows = String(repeating: "2026-01-01,m,1\n", count: 10_001)
        #expect(await failure { () throws(PriceTableError) in try report(rows) }?.code == .size)
        let long = String(repeating: "2026-01-01,m,1\n", count: 4 << 20 / 15 + 1)
        #expect(await failure { () throws(PriceTableError) in try report(long) }?.message == "the report is larger than 4 MiB")
    }

    @Test func `when the store fails, an import and a re-rating say so instead of going on`() async throws {
        let ledger = try CostLedger(budgets: [], store: FaultyStore(fault: .cannotAdjust), time: .manual(ManualTime(timestamp: start)))
        let entry = try await ledger.track(.openAI(promptTokens: 1000, completionTokens: 100)).entry
        let report = try report("2026-01-01,gpt-4o,0.005\n")
        #expect(await failure { () throws(LedgerError) in try await ledger.reconcile(report) }?.code.rawValue == "STORE_BUSY")
        let free = try PriceTable(csv: "provider,model,input,output\nopenai,gpt-4o,0,0\n".utf8)
        #expect(await failure { () throws(LedgerError) in try await ledger.rerate([entry], with: free) }?.code.rawValue == "STORE_BUSY")
    }

    @Test func `a credit that an account cannot bear is refused`() async throws {
        let bench = try await bench()
        let result = try await bench.ledger.reconcile(report("2026-01-01,gpt-4o,-1\n"))
        #expect(result.items.first?.refusal?.code == .adjustmentInvalid)
        #expect(try await bench.ledger.summary(day: start).used == .usd("0.007"))
    }

    @Test func `days the store no longer remembers are refused`() async throws {
        var bounds = InMemoryLedgerStore.Bounds()
        bounds.rememberedHolds = 16
        let bench = try Bench(bounds: bounds)
        for _ in 0..<20 { try await bench.ledger.track(.openAI(promptTokens: 1000, completionTokens: 100)) }
        let report = try report("2026-01-01,gpt-4o,0.07\n")
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.reconcile(report) }?.code == .entriesIncomplete)
        let known = try await bench.ledger.recentEntries()
        #expect(try await bench.ledger.reconcile(report, entries: known).items.first?.recorded == .usd("0.056"))
    }

    @Test(
        arguments: [
            ("", PriceTableError.Code.size, nil, nil), ("date,model\n", .column, 1, nil), ("date,model,cost_usd,x\n", .column, 1, "x"),
            ("date,model,cost_usd,date\n", .column, 1, "date"), ("date,model,cost_usd\n2026-02-30,m,1\n", .date, 2, "date"),
            ("date,model,cost_usd\n2200-01-01,m,1\n", .date, 2, "date"), ("date,model,cost_usd\n1969-12-31,m,1\n", .date, 2, "date"),
            ("date,model,cost_usd\n2026-02-03,,1\n", .name, 2, "model"), ("date,model,cost_usd\n2026-02-03,m,1e3\n", .rate, 2, "cost_usd"),
            ("date,model,cost_usd\n2026-02-03,m,1\n2026-02-03,m,9223372\n2026-02-03,m,1\n", .rate, 3, "cost_usd"),
            ("date,model,cost_usd\n2026-02-03,m\n", .fieldCount, 2, nil),
        ] as [(String, PriceTableError.Code, Int?, String?)])
    func `a malformed report is refused with row and column`(csv: String, code: PriceTableError.Code, row: Int?, column: String?) async {
        let error = await failure { () throws(PriceTableError) in try ProviderCostReport(csv: csv.utf8) }
        #expect(error?.code == code)
        #expect(error?.row == row)
        #expect(error?.column == column)
    }
}
