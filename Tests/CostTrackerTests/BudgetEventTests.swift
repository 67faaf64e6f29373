import CostTracker
import HardeningCore
import Testing

@Suite struct BudgetEventTests {
    private func spend(_ bench: Bench, _ input: Int64, key: String) async throws {
        let hold = try await bench.reserve(input, key: key)
        try await bench.ledger.dispatched(hold)
        try await bench.ledger.settle(hold, usage: TokenUsage(input: input))
    }

    @Test func `exactly 90 percent does not warn, a pico-dollar more does, once per window`() async throws {
        let prices = try PriceTable(csv: "provider,model,input,output\np,m,0.000001,0\n".utf8)  // one pico-dollar per token
        let bench = try Bench([.daily(Money(picoUSD: 1000))], prices: prices)
        let events = bench.ledger.events.subscribe()
        func spend(_ tokens: Int64, _ key: String) async throws {
            let hold = try await bench.reserve(tokens, key: key, model: "m")
            try await bench.ledger.settle(hold, usage: TokenUsage(input: tokens))
        }
        try await spend(900, "a")
        #expect(events.drain().isEmpty)
        try await spend(1, "b")
        let warning = try #require(events.drain().first)
        #expect(warning.kind == .warning)
        #expect(warning.percent == 90)
        #expect(warning.balance?.used.picoUSD == 901)
        #expect(warning.balance?.account.scope == .everyone)
        try await spend(50, "c")
        #expect(events.drain().isEmpty)
        bench.time.advance(by: .seconds(86_400))
        try await spend(950, "d")
        #expect(events.drain().map(\.kind) == [.warning])
    }

    @Test func `every level warns once, lowest first when one charge passes several`() async throws {
        let bench = try Bench([Budget(.session, per: .lifetime, limit: .usd("1"), warnings: [50, 75, 90])])
        let events = bench.ledger.events.subscribe()
        try await spend(240_000, key: "a")  // 0.60
        #expect(events.drain().map(\.percent) == [50])
        try await spend(140_000, key: "b")  // 0.95
        #expect(events.drain().map(\.percent) == [75, 90])

        func spend(_ input: Int64, key: String) async throws { try await self.spend(bench, input, key: key) }
    }

    @Test func `reaching the limit blocks, held money included, once per window`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        let events = bench.ledger.events.subscribe()
        let hold = try await bench.reserve(40_000, key: "a")
        #expect(events.drain().map(\.kind) == [.blocked])
        #expect(try await bench.ledger.checkSessionLimit("s").reached)
        try await bench.ledger.release(hold)
        #expect(try await !bench.ledger.checkSessionLimit("s").reached)
        try await spend(bench, 40_000, key: "b")
        #expect(events.drain().map(\.kind) == [.warning])
    }

    @Test func `overruns, expiries and suspensions are announced in order`() async throws {
        let bench = try Bench()
        let events = bench.ledger.events.subscribe()
        let overrun = try await bench.reserve(100, key: "a")
        let suspended = try await bench.reserve(100, key: "b")
        let expired = try await bench.reserve(100, key: "c")
        try await bench.ledger.dispatched(suspended)
        try await bench.ledger.settle(overrun, usage: TokenUsage(input: 300))
        bench.time.advance(by: .seconds(600))
        _ = try await bench.ledger.status()
        let seen = events.drain()
        #expect(seen.map(\.kind) == [.overrun, .expired, .suspended])
        #expect(seen.map(\.hold) == [overrun.id, expired.id, suspended.id])
        #expect(seen.first?.amount == (try .usd("0.0005")))
    }

    @Test func `new warning levels apply although the limit stays`() async throws {
        let bench = try Bench([Budget(.session, per: .lifetime, limit: .usd("1"), warnings: [90])])
        let events = bench.ledger.events.subscribe()
        try await spend(bench, 200_000, key: "a")  // 0.50
        try bench.ledger.setBudgets([Budget(.session, per: .lifetime, limit: .usd("1"), warnings: [60])])
        try await spend(bench, 80_000, key: "b")  // 0.70
        #expect(events.drain().map(\.percent) == [60])
    }

    @Test func `events of a refused call are announced too`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        let hold = try await bench.reserve(40_000, key: "a")
        try await bench.ledger.dispatched(hold)
        let events = bench.ledger.events.subscribe()
        bench.time.advance(by: .seconds(600))
        #expect(await failure { () throws(LedgerError) in try await bench.reserve(1, key: "b") }?.code == .budgetExceeded)
        #expect(events.drain().map(\.kind) == [.suspended])
    }
}
