import CostTracker
import HardeningCore
import HardeningSQLite
import Testing

/// The invariant as somebody sees it who only has the file; the conformance suite looks through the ledger.
@Suite(.timeLimit(.minutes(60))) struct SharedFileInvariantTests {
    private static let budgets: [Budget] = [
        .session(Money(picoUSD: 9_000)), Budget(.user, per: .day, limit: Money(picoUSD: 14_000)), .daily(Money(picoUSD: 30_000)),
        Budget(.user, per: .rolling(.seconds(1_200)), limit: Money(picoUSD: 12_000)), .request(Money(picoUSD: 2_500)),
        .monthly(Money(picoUSD: 80_000)),
    ]

    @Test(arguments: [UInt64(1), 2])
    func `settled + held + suspense never exceed a limit in any snapshot of a file that two services write`(seed: UInt64) async throws {
        let first = try FileBench(Self.budgets)
        let second = try FileBench(Self.budgets, folder: first.folder, time: first.time)
        let folder = first.folder
        let settled = try await withThrowingTaskGroup(of: Int64.self) { group in
            for worker in 0..<6 {
                let bench = worker % 2 == 0 ? first : second
                group.addTask { try await Self.work(bench, worker, seed: seed) }
            }
            group.addTask {
                for _ in 0..<40 {
                    let broken = try SQLite.number(
                        """
                        SELECT count(*) FROM account
                        WHERE used + held + suspense > ifnull(limit_pico_usd, 9e18) OR min(used, held, suspense) < 0
                        """, in: folder.ledger)
                    #expect(broken == 0)
                    await Task.yield()
                }
                return 0
            }
            return try await group.reduce(0, +)
        }
        first.time.advance(by: .seconds(7_200))
        for (scope, window) in [(ScopeKind.session, BudgetWindow.lifetime), (.user, .day), (.request, .lifetime), (.everyone, .month)] {
            let balances = try await second.ledger.summaries(by: scope, per: window)
            #expect(balances.reduce(0) { $0 + $1.used.picoUSD } == settled, "\(scope.rawValue)")
            #expect(balances.allSatisfy { $0.held == .zero })
            #expect(balances.contains { $0.suspense > .zero })
        }
        #expect(settled > 0)
        #expect(try await first.ledger.verify().isSound)
    }

    /// Returns what it settled, less what it gave back.
    private static func work(_ bench: FileBench, _ worker: Int, seed: UInt64) async throws -> Int64 {
        var random = SeededGenerator(state: seed &* 1_000 &+ UInt64(worker))
        let ledger = bench.ledger
        var total: Int64 = 0
        for step in 0..<30 {
            let tokens = Int64.random(in: 1...1_500, using: &random)
            let scope = CostScope(
                session: "s\(Int.random(in: 0..<3, using: &random))", user: "u\(worker % 2)",
                request: "r\(Int.random(in: 0..<12, using: &random))")
            let held = try await unlessRefused {
                try await ledger.reserve(scope, model: "m", input: .atMost(tokens), maxOutput: 0, key: "\(worker)-\(step)")
            }
            guard let hold = held else { continue }
            let end = Int.random(in: 0..<7, using: &random)
            if end == 0 { _ = try await unlessRefused { try await ledger.release(hold) } }
            if end < 2 { continue }  // 1: expires
            guard try await unlessRefused({ try await ledger.dispatched(hold) }) != nil else { continue }
            if end == 2 { continue }  // goes to suspense
            if end == 3 { bench.time.advance(by: .seconds(Int64.random(in: 0...400, using: &random))) }
            let entry = try await ledger.settle(hold, usage: TokenUsage(input: Int64.random(in: 0...tokens, using: &random)))
            let refunded = Int64.random(in: 0...entry.amount.picoUSD, using: &random)
            if refunded > 0 { try await ledger.refund(Money(picoUSD: refunded), of: entry.id, key: "refund \(hold.id.rawValue)") }
            let target = Int64.random(in: refunded...entry.amount.picoUSD, using: &random)  // a credit: it fits
            _ = try await bench.store.adjust(
                AdjustCommand(
                    entry: entry.id, target: Money(picoUSD: target), price: entry.request.price, now: bench.time.timestamp))
            total += target - refunded
        }
        return total
    }

    /// A refusal, or a hold whose time was over, is an answer; anything else is not.
    private static func unlessRefused<Answer>(_ body: () async throws -> Answer) async throws -> Answer? {
        do {
            return try await body()
        } catch let error as LedgerError where [.budgetExceeded, .holdExpired].contains(error.code) {
            return nil
        }
    }
}
