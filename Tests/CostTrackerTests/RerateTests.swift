import CostTracker
import HardeningCore
import Testing

@Suite struct RerateTests {
    /// gpt-4o at $2 / $12 instead of $2.50 / $10, claude-3-5-sonnet as bundled.
    private let corrected = Result { () throws(PriceTableError) in
        try PriceTable(csv: "provider,model,input,output\nopenai,gpt-4o,2,12\nanthropic,claude-3-5-sonnet,3,15\n".utf8)
    }

    /// A charge of $0.0035: 1,000 input tokens and 100 output tokens of gpt-4o.
    private func settle(_ bench: Bench, key: String, model: String = "gpt-4o", output: Int64 = 100) async throws -> LedgerEntry {
        let hold = try await bench.reserve(1000, user: "u", key: key, model: model, maxOutput: 1000)
        return try await bench.ledger.settle(hold, usage: TokenUsage(input: 1000, output: output))
    }

    @Test func `the report names entry, old, new, difference and the lines that changed`() async throws {
        let bench = try Bench()
        let entry = try await settle(bench, key: "a")
        let same = try await settle(bench, key: "b", model: "claude-3-5-sonnet")
        let unknown = try await settle(bench, key: "c", model: "gpt-4o-mini")
        let held = try await bench.reserve(1000, key: "d")
        let atHold = try await bench.ledger.settleAtHold(held)
        let report = try await bench.ledger.rerate([entry, same, unknown, atHold], with: corrected.get())

        let item = try #require(report.items.first)
        #expect(report.items.count == 1)
        #expect(item.entry == entry)
        #expect(item.old == (try .usd("0.0035")))
        #expect(item.new == (try .usd("0.0032")))
        #expect(item.difference == (try .usd("-0.0003")))
        #expect(
            item.lines.map(\.description) == [
                "1000 input tokens: 0.0000025 → 0.000002 = -0.0005 USD", "100 output tokens: 0.00001 → 0.000012 = 0.0002 USD",
            ])
        #expect(report.unchangedCount == 1)
        #expect(report.skipped.map(\.entry.id) == [unknown.id, atHold.id])
        #expect(report.skipped.map(\.reason?.code) == [.modelUnknown, nil])
        #expect(try report.difference() == .usd("-0.0003"))
        #expect(report.description.hasPrefix("1 charges differ, 1 do not, 2 were skipped"))
    }

    @Test func `the difference is posted to the windows that were charged, as an entry of its own`() async throws {
        let bench = try Bench([.session(.usd("1")), .daily(.usd("1"))])
        let entry = try await settle(bench, key: "a")
        bench.time.advance(by: .seconds(40 * 86_400))
        let report = try await bench.ledger.rerate(entry.id...entry.id, with: corrected.get())
        let posted = try #require(report.items.first?.posted)
        #expect(posted.kind == .adjustment)
        #expect(posted.refundOf == entry.id)
        #expect(posted.amount == (try .usd("-0.0003")))
        #expect(posted.tableHash == (try corrected.get().contentHash))
        #expect(posted.lines.map(\.amount) == [posted.amount])
        for balance in [
            try await bench.ledger.summary(session: "s"), try await bench.ledger.summary(user: "u"),
            try await bench.ledger.summary(day: start), try await bench.ledger.summary(month: start),
            try await bench.ledger.summary(model: "gpt-4o"),
        ] {
            #expect(balance.used == (try .usd("0.0032")))
            #expect(balance.requests == 1)
            #expect(balance.inputTokens == 1000)
        }
        #expect(try await bench.ledger.status().day.used == .zero)
        #expect(try await bench.ledger.recentEntries().map(\.id) == [posted.id, entry.id])
        #expect(try await bench.ledger.recentEntries().last?.amount == entry.amount)
    }

    @Test func `running it again posts nothing, and going back posts the opposite`() async throws {
        let bench = try Bench()
        let entries = [try await settle(bench, key: "a"), try await settle(bench, key: "b", output: 500)]
        for _ in 0..<3 {
            for table in [try corrected.get(), try corrected.get(), .bundled, .bundled] {
                let report = try await bench.ledger.rerate(entries, with: table)
                let sum = try await bench.ledger.summary(user: "u").used
                #expect(try sum == (table.contentHash == PriceTable.bundled.contentHash ? .usd("0.011") : .usd("0.0112")))
                for item in report.items { #expect(try item.lines.reduce(Money.zero) { try $0 + $1.difference } == item.difference) }
            }
        }
        #expect(try await bench.ledger.recentEntries().count == 2 + 2 * 6)
    }

    @Test func `a preview posts nothing`() async throws {
        let bench = try Bench()
        let entry = try await settle(bench, key: "a")
        let report = try await bench.ledger.previewRerate([entry], with: corrected.get())
        #expect(report.items.count == 1 && report.items.first?.posted == nil)
        #expect(try await bench.ledger.recentEntries().count == 1)
    }

    @Test func `many that re-rate at once post each difference once`() async throws {
        let bench = try Bench()
        var entries: [LedgerEntry] = []
        for index in 0..<20 { entries.append(try await settle(bench, key: "k\(index)")) }
        let (all, table) = (entries, try corrected.get())
        let posted = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { try await bench.ledger.rerate(all, with: table).items.count { $0.posted != nil } }
            }
            return try await group.reduce(0, +)
        }
        #expect(posted == 20)
        #expect(try await bench.ledger.summary(user: "u").used == .usd("0.064"))
    }

    @Test func `refunds count against what the charge comes to now`() async throws {
        let bench = try Bench()
        let entry = try await settle(bench, key: "a")
        try await bench.ledger.refund(.usd("0.003"), of: entry.id, key: "r1")
        try await bench.ledger.rerate([entry], with: corrected.get())
        #expect(
            await failure { () throws(LedgerError) in
                try await bench.ledger.refund(Money(picoUSD: 200_000_001), of: entry.id, key: "r2")
            }?.code == .refundExceedsCharge)
        try await bench.ledger.refund(.usd("0.0002"), of: entry.id, key: "r3")
        #expect(try await bench.ledger.summary(user: "u").used == .zero)

        let free = try PriceTable(csv: "provider,model,input,output\nopenai,gpt-4o,0,0\n".utf8)
        let report = try await bench.ledger.rerate([entry], with: free)
        #expect(report.items.first?.refusal?.code == .adjustmentInvalid)
        #expect(try await bench.ledger.summary(user: "u").used == .zero)
    }

    @Test func `a debit is posted above the limit and announced`() async throws {
        let bench = try Bench([.session(.usd("0.004"))])
        let hold = try await bench.reserve(1000, key: "a", maxOutput: 100)
        let entry = try await bench.ledger.settle(hold, usage: TokenUsage(input: 1000, output: 100))
        let events = bench.ledger.events.subscribe()
        let dear = try PriceTable(csv: "provider,model,input,output\nopenai,gpt-4o,5,5\n".utf8)
        try await bench.ledger.rerate([entry], with: dear)
        #expect(try await bench.ledger.summary(session: "s").used == .usd("0.0055"))
        #expect(events.drain().map(\.kind) == [.warning, .blocked])
    }

    @Test func `a place in memory that is used again starts without adjustments`() async throws {
        var bounds = InMemoryLedgerStore.Bounds()
        bounds.rememberedHolds = 16
        let bench = try Bench(bounds: bounds)
        let table = try corrected.get()
        var keys = 0
        for _ in 0..<3 {
            for _ in 0..<8 {
                keys += 1
                let entry = try await settle(bench, key: "k\(keys)")
                #expect(bench.store.standing(of: entry.id)?.amount == entry.amount)
                #expect(try await bench.ledger.rerate([entry], with: table).items.first?.posted?.amount == .usd("-0.0003"))
                #expect(bench.store.standing(of: entry.id)?.price.tableHash == table.contentHash)
            }
        }
        #expect(try await bench.ledger.summary(user: "u").used == .usd("0.0768"))  // 24 × 0.0032
    }

    @Test func `a range that is no longer remembered is refused`() async throws {
        var bounds = InMemoryLedgerStore.Bounds()
        bounds.rememberedHolds = 16
        let bench = try Bench(bounds: bounds)
        for index in 0..<20 { _ = try await settle(bench, key: "k\(index)") }
        let range = EntryID(rawValue: 1)...EntryID(rawValue: 20)
        let table = try corrected.get()
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.rerate(range, with: table) }?.code == .entriesIncomplete)
        let rest = EntryID(rawValue: 5)...EntryID(rawValue: 20)
        #expect(try await bench.ledger.rerate(rest, with: table).items.count == 16)
    }
}
