import CostTracker
import HardeningCore
import Testing

@Suite struct InvariantTests {
    /// Workers reserve, dispatch, settle within their hold, release, repeat and let time pass, while an observer takes
    /// snapshots of all accounts at once.
    @Test(.timeLimit(.minutes(60)), arguments: [1, 2, 3])
    func `settled + held + suspense never exceed a limit at any snapshot of a random concurrent mix`(seed: UInt64) async throws {
        let bench = try Bench([.session(.usd("0.40")), .user(.usd("1"), per: .day), .daily(.usd("1.5")), .monthly(.usd("4"))])
        let total = await withTaskGroup(of: Int64.self) { group in
            for worker in 0..<8 {
                group.addTask { await work(bench, worker: worker, seed: seed) }
            }
            group.addTask { await observe(bench, snapshots: 300) }
            return await group.reduce(0, +)
        }
        // Nobody works any more: what was settled is what the accounts say, in every dimension.
        bench.time.advance(by: .seconds(3600))
        let sessions = try await bench.ledger.summaries(by: .session, per: .lifetime)
        let months = try await bench.ledger.summaries(by: .everyone, per: .month)
        let models = try await bench.ledger.summaries(by: .model, per: .lifetime)
        for balances in [sessions, months, models] {
            #expect(balances.reduce(0) { $0 + $1.used.picoUSD } == total)
            #expect(balances.allSatisfy { $0.held == .zero })
        }
        #expect(total > 0)
    }

    /// Returns what it settled, in pico-dollars.
    private func work(_ bench: Bench, worker: Int, seed: UInt64) async -> Int64 {
        var random = SeededGenerator(state: seed &* 1000 &+ UInt64(worker))
        var settled: Int64 = 0
        for step in 0..<120 {
            let tokens = Int64.random(in: 1...20_000, using: &random)
            let key = "\(worker)-\(step)"
            let session = "s\(Int.random(in: 0..<4, using: &random))"
            guard let hold = try? await bench.reserve(tokens, session: session, user: "u\(worker % 2)", key: key) else { continue }
            #expect((try? await bench.reserve(tokens, session: session, user: "u\(worker % 2)", key: key)) == hold)
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                try? await bench.ledger.release(hold)
            case 1:
                break  // expires
            case 2:
                try? await bench.ledger.dispatched(hold)  // becomes suspense
            default:
                guard (try? await bench.ledger.dispatched(hold)) != nil else { continue }
                if Bool.random(using: &random) { bench.time.advance(by: .seconds(Int64.random(in: 0...200, using: &random))) }
                let usage = try? TokenUsage(input: Int64.random(in: 0...tokens, using: &random))
                if let usage, let entry = try? await bench.ledger.settle(hold, usage: usage) {
                    #expect((try? await bench.ledger.settle(hold, usage: usage)) == entry)
                    settled += entry.amount.picoUSD
                }
            }
        }
        return settled
    }

    private func observe(_ bench: Bench, snapshots: Int) async -> Int64 {
        for _ in 0..<snapshots {
            for (scope, window) in [(ScopeKind.session, BudgetWindow.lifetime), (.user, .day), (.everyone, .day), (.everyone, .month)] {
                for balance in (try? await bench.ledger.summaries(by: scope, per: window)) ?? [] {
                    guard let limit = balance.limit else { continue }
                    #expect(balance.committed <= limit)
                    #expect(min(balance.used, balance.held, balance.suspense) >= .zero)
                }
            }
            await Task.yield()
        }
        return 0
    }

    @Test(.timeLimit(.minutes(60)))
    func `racing repetitions of one key hold once, and racing settlements post once`() async throws {
        let bench = try Bench([.session(.usd("5"))])
        let holds = await withTaskGroup(of: HoldID?.self) { group in
            for _ in 0..<200 { group.addTask { try? await bench.reserve(40_000, key: "same").id } }
            return await group.reduce(into: Set<HoldID?>()) { $0.insert($1) }
        }
        #expect(holds.count == 1)
        let hold = try await bench.reserve(40_000, key: "same")
        let usage = try TokenUsage(input: 10_000)
        let entries = await withTaskGroup(of: EntryID?.self) { group in
            for _ in 0..<200 { group.addTask { try? await bench.ledger.settle(hold, usage: usage).id } }
            return await group.reduce(into: Set<EntryID?>()) { $0.insert($1) }
        }
        #expect(entries.count == 1)
        #expect(try await bench.ledger.summary(session: "s").used == .usd("0.025"))
    }
}
