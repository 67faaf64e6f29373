import CostTracker
import HardeningCore
import Testing

@Suite struct RollingWindowTests {
    private static let prices = Result { () throws(PriceTableError) in
        try PriceTable(csv: "provider,model,input,output\np,m,0.000001,0\n".utf8)  // one pico-dollar per token
    }

    private func bench(_ limit: Int64, _ length: Duration) throws -> Bench {
        try Bench([Budget(.user, per: .rolling(length), limit: Money(picoUSD: limit))], prices: Self.prices.get())
    }

    private func spend(_ bench: Bench, _ tokens: Int64, key: String) async -> LedgerError? {
        await failure { () async throws(LedgerError) in
            let hold = try await bench.reserve(tokens, user: "u", key: key, model: "m")
            let usage = (try? TokenUsage(input: tokens)) ?? .zero
            try await bench.ledger.settle(hold, usage: usage)
        }
    }

    @Test func `money spent comes back after the length and at most a quarter more`() async throws {
        let bench = try bench(100, .seconds(400))
        #expect(await spend(bench, 100, key: "a") == nil)
        for second in 1..<400 {
            bench.time.advance(by: .seconds(1))
            #expect(await spend(bench, 1, key: "b\(second)")?.code == .budgetExceeded)
        }
        bench.time.advance(by: .seconds(101))
        #expect(await spend(bench, 100, key: "c") == nil)
    }

    @Test func `a refusal says when the oldest spending may fall out`() async throws {
        let bench = try bench(100, .seconds(400))
        #expect(await spend(bench, 100, key: "a") == nil)
        bench.time.advance(by: .seconds(250))
        let error = await spend(bench, 1, key: "b")
        let failing = try #require(error?.refusal?.failing)
        #expect(failing.count == 1)
        #expect(failing.first?.account.window == .rolling(.seconds(400)))
        #expect(failing.first?.windowEnd == start.advanced(by: .seconds(300)))
        #expect(failing.first?.used.picoUSD == 100)
        #expect(try await bench.ledger.summary(.user, name: "u", window: .rolling(.seconds(400))).used.picoUSD == 100)
    }

    /// The model keeps every charge and sums every stretch of the length exactly.
    @Test(arguments: [UInt64(1), 2, 3])
    func `no stretch of the length ever holds more than the limit, and what fits in a stretch and a quarter is admitted`(
        seed: UInt64
    ) async throws {
        let bench = try bench(1000, .seconds(240))
        var random = SeededGenerator(state: seed)
        var charges: [(at: Int64, amount: Int64)] = []
        for step in 0..<500 {
            bench.time.advance(by: .seconds(Int64.random(in: 0...40, using: &random)))
            let now = bench.time.timestamp.secondsSince1970
            let amount = Int64.random(in: 1...400, using: &random)
            let isAdmitted = await spend(bench, amount, key: "k\(step)") == nil
            if isAdmitted { charges.append((now, amount)) }
            let inLength = charges.filter { $0.at > now - 240 }.reduce(0) { $0 + $1.amount }
            #expect(inLength <= 1000)
            let inMore = charges.filter { $0.at >= now - 300 }.reduce(0) { $0 + $1.amount }
            if !isAdmitted { #expect(inMore + amount > 1000) }
        }
        #expect(charges.count > 100)
    }

    @Test func `what a rolling budget affords is what it admits`() async throws {
        let bench = try Bench([.rolling(.usd("0.001"), over: .seconds(3600))])
        func affordable() async throws -> Int64 {
            try await bench.ledger.affordableOutput(CostScope(), model: "gpt-4o", input: .atMost(0))
        }
        #expect(try await affordable() == 100)
        _ = try await bench.reserve(0, key: "a", maxOutput: 60)
        #expect(try await affordable() == 40)
        #expect(await failure { () throws(LedgerError) in try await bench.reserve(0, key: "b", maxOutput: 41) }?.code == .budgetExceeded)
        _ = try await bench.reserve(0, key: "c", maxOutput: 40)
        #expect(try await affordable() == 0)
    }

    @Test func `one charge over a level warns once, not once per account`() async throws {
        let bench = try bench(100, .seconds(400))
        let events = bench.ledger.events.subscribe()
        #expect(await spend(bench, 95, key: "a") == nil)
        #expect(events.drain().map(\.kind) == [.warning])
        #expect(await spend(bench, 1, key: "b") == nil)
        #expect(events.drain().isEmpty)
    }

    @Test func `a settlement posts to the accounts that held it`() async throws {
        let bench = try bench(100, .seconds(400))
        let hold = try await bench.reserve(100, user: "u", key: "a", model: "m")
        try await bench.ledger.dispatched(hold)
        bench.time.advance(by: .seconds(399))
        try await bench.ledger.settle(hold, usage: TokenUsage(input: 50))
        #expect(try await bench.ledger.summary(.user, name: "u", window: .rolling(.seconds(400))).used.picoUSD == 50)
        bench.time.advance(by: .seconds(102))
        #expect(try await bench.ledger.summary(.user, name: "u", window: .rolling(.seconds(400))).used == .zero)
    }

    @Test(arguments: [
        ("lifetime", BudgetWindow.lifetime), ("day", .day), ("month", .month), ("rolling_86400", .rolling(.seconds(86_400))),
        ("rolling_60", .rolling(.seconds(1))), ("rolling_64", .rolling(.seconds(61))), ("rolling_31622400", .rolling(.seconds(Int64.max))),
    ])
    func `windows have names that are read back`(name: String, window: BudgetWindow) {
        #expect(window.rawValue == name)
        #expect(BudgetWindow(rawValue: name) == window)
    }

    @Test(arguments: ["", "week", "rolling_", "rolling_61", "rolling_-4", "rolling_+60", "rolling_99999999999999999999"])
    func `other names are no windows`(name: String) {
        #expect(BudgetWindow(rawValue: name) == nil)
    }

    @Test func `four rolling budgets are too many, and two of one length are one too many`() async {
        func code(_ lengths: [Int64]) async -> LedgerError.Code? {
            await failure { () throws(LedgerError) in
                try CostLedger(budgets: lengths.map { .rolling(.zero, over: .seconds($0)) })
            }?.code
        }
        #expect(await code([60, 64, 68]) == nil)
        #expect(await code([60, 64, 68, 72]) == .budgetInvalid)
        #expect(await code([60, 60]) == .budgetInvalid)
    }
}
