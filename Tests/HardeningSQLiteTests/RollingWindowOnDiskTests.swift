import CostTracker
import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct RollingWindowOnDiskTests {
    private func budgets(_ limit: Int64, _ length: Duration) -> [Budget] {
        [Budget(.user, per: .rolling(length), limit: Money(picoUSD: limit))]
    }

    private func spend(_ bench: FileBench, _ tokens: Int64, key: String) async -> LedgerError? {
        await failure {
            let hold = try await bench.ledger.hold(tokens, key, user: "u")
            try await bench.ledger.settle(hold, usage: TokenUsage(input: tokens))
        }
    }

    @Test func `money spent before a restart in the middle of the window comes back when the window says`() async throws {
        let budgets = budgets(100, .seconds(400))
        var bench = try FileBench(budgets)
        #expect(await spend(bench, 60, key: "a") == nil)
        let open = try await bench.ledger.hold(40, "b", user: "u")
        try await bench.ledger.dispatched(open)
        bench.time.advance(by: .seconds(200))
        bench = try bench.reopened(budgets)
        try await bench.ledger.settle(open, usage: TokenUsage(input: 40))  // in the window that held it
        for second in 201..<400 where second % 20 == 0 {
            bench.time.advance(by: .seconds(20))
            #expect(await spend(bench, 1, key: "c\(second)")?.code == .budgetExceeded)
        }
        bench.time.advance(by: .seconds(121))
        bench = try bench.reopened(budgets)
        #expect(await spend(bench, 100, key: "d") == nil)
        #expect(try await bench.ledger.verify().isSound)
    }

    /// The model keeps every charge and sums every stretch of the length exactly.
    @Test(arguments: [UInt64(1), 2])
    func `no stretch of the length ever holds more than the limit, across restarts`(seed: UInt64) async throws {
        let budgets = budgets(1_000, .seconds(240))
        var bench = try FileBench(budgets)
        var random = SeededGenerator(state: seed)
        var charges: [(at: Int64, amount: Int64)] = []
        for step in 0..<120 {
            bench.time.advance(by: .seconds(Int64.random(in: 0...40, using: &random)))
            if step % 7 == 3 { bench = try bench.reopened(budgets) }
            let now = bench.time.timestamp.secondsSince1970
            let amount = Int64.random(in: 1...400, using: &random)
            let isAdmitted = await spend(bench, amount, key: "k\(step)") == nil
            if isAdmitted { charges.append((now, amount)) }
            let inLength = charges.filter { $0.at > now - 240 }.reduce(0) { $0 + $1.amount }
            #expect(inLength <= 1_000)
            let inMore = charges.filter { $0.at >= now - 300 }.reduce(0) { $0 + $1.amount }
            if !isAdmitted { #expect(inMore + amount > 1_000) }
        }
        #expect(charges.count > 30 && charges.count < 120)
        #expect(try await bench.ledger.verify().isSound)
    }
}
