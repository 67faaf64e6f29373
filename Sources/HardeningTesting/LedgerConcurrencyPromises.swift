import CostTracker
import HardeningCore

extension LedgerStoreConformance {
    /// Callers that race.
    static let concurrencyPromises = [
        Promise("of many tasks at once exactly as many are admitted as fit") { run in
            let ledger = try run.ledger([.session(50), .daily(1_000)])
            let admitted = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<200 { group.addTask { (try? await ledger.hold(1, "\(index)")) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try run.expect(admitted == 50, "\(admitted) of 200 were admitted where 50 fit")
            try await run.expect(ledger, used: 0, held: 50, after: "a race")
        },
        Promise("racing repetitions of one key hold once, and racing settlements post once") { run in
            let ledger = try run.ledger([.session(1_000)])
            let holds = await withTaskGroup(of: HoldID?.self) { group in
                for _ in 0..<60 { group.addTask { try? await ledger.hold(100, "same").id } }
                return await group.reduce(into: Set<HoldID?>()) { $0.insert($1) }
            }
            try run.expect(holds.count == 1 && !holds.contains(nil), "one key made \(holds.count) different answers")
            let hold = try await ledger.hold(100, "same")
            let entries = await withTaskGroup(of: EntryID?.self) { group in
                for _ in 0..<60 { group.addTask { try? await ledger.settle(hold, usage: TokenUsage(input: 40)).id } }
                return await group.reduce(into: Set<EntryID?>()) { $0.insert($1) }
            }
            try run.expect(entries.count == 1 && !entries.contains(nil), "one settlement made \(entries.count) different answers")
            try await run.expect(ledger, used: 40, after: "a race of repetitions")
        },
        Promise("settled + held + suspense never exceed a limit at any snapshot of a random concurrent mix") { run in
            try await Mix(run).check()
        },
    ]

    /// Workers reserve, dispatch, settle, release, refund and let time pass, while an observer takes snapshots.
    private struct Mix: Sendable {
        let run: Run
        let ledger: CostLedger

        init(_ run: Run) throws {
            self.run = run
            ledger = try run.ledger([
                .session(40_000), Budget(.user, per: .day, limit: Money(picoUSD: 100_000)), .daily(150_000),
                .monthly(Money(picoUSD: 400_000)),
            ])
        }

        func check() async throws {
            let (run, mix) = (run, self)
            let settled = try await withThrowingTaskGroup(of: Int64.self) { group in
                for worker in 0..<6 { group.addTask { try await mix.work(worker) } }
                group.addTask { try await mix.observe() }
                return try await group.reduce(0, +)
            }
            run.time.advance(by: .seconds(3_600))
            for (scope, window) in [(ScopeKind.session, BudgetWindow.lifetime), (.user, .day), (.everyone, .month), (.model, .lifetime)] {
                let balances = try await ledger.summaries(by: scope, per: window)
                let used = balances.reduce(0) { $0 + $1.used.picoUSD }
                try run.expect(used == settled, "the \(scope.rawValue)s count \(used), but \(settled) were settled")
                try run.expect(balances.allSatisfy { $0.held == .zero }, "money of \(scope.rawValue)s is held by nobody")
            }
            try run.expect(settled > 0, "nothing could be settled")
        }

        /// Returns what it settled, less what it refunded.
        private func work(_ worker: Int) async throws -> Int64 {
            var random = SplitMix64(seed: run.seed &* 1_000 &+ UInt64(worker))
            var total: Int64 = 0
            for step in 0..<40 {
                let tokens = Int64.random(in: 1...2_000, using: &random)
                let (key, session) = ("\(worker)-\(step)", "s\(Int.random(in: 0..<4, using: &random))")
                guard let hold = try await unlessRefused({ try await ledger.hold(tokens, key, session: session, user: "u\(worker % 2)") })
                else { continue }
                switch Int.random(in: 0..<6, using: &random) {
                case 0: _ = try await unlessRefused { try await ledger.release(hold) }
                case 1: break  // expires
                case 2: _ = try await unlessRefused { try await ledger.dispatched(hold) }  // goes to suspense
                default: total += try await finish(hold, tokens, &random)
                }
            }
            return total
        }

        private func finish(_ hold: Hold, _ tokens: Int64, _ random: inout SplitMix64) async throws -> Int64 {
            guard try await unlessRefused({ try await ledger.dispatched(hold) }) != nil else { return 0 }
            if Bool.random(using: &random) { run.time.advance(by: .seconds(Int64.random(in: 0...200, using: &random))) }
            let usage = try TokenUsage(input: Int64.random(in: 0...tokens, using: &random))
            let entry = try await ledger.settle(hold, usage: usage)
            try run.expect(try await ledger.settle(hold, usage: usage) == entry, "settling again gives another answer")
            guard Bool.random(using: &random), entry.amount.picoUSD > 1 else { return entry.amount.picoUSD }
            let back = Int64.random(in: 1...entry.amount.picoUSD, using: &random)
            try await ledger.refund(Money(picoUSD: back), of: entry.id, key: "refund \(hold.id.rawValue)")
            return entry.amount.picoUSD - back
        }

        /// A refusal, or a hold whose time was over, is an answer; anything else is not.
        private func unlessRefused<Answer>(_ body: () async throws -> Answer) async throws -> Answer? {
            do {
                return try await body()
            } catch let error as LedgerError where [.budgetExceeded, .holdExpired].contains(error.code) {
                return nil
            }
        }

        private func observe() async throws -> Int64 {
            for _ in 0..<60 {
                for (scope, window) in [(ScopeKind.session, BudgetWindow.lifetime), (.user, .day), (.everyone, .day), (.everyone, .month)] {
                    for balance in try await ledger.summaries(by: scope, per: window) {
                        guard let limit = balance.limit else { continue }
                        try run.expect(balance.committed <= limit, "\(balance.account) has committed \(balance.committed) of \(limit)")
                        let parts = [balance.used, balance.held, balance.suspense]
                        try run.expect(parts.allSatisfy { $0 >= .zero }, "\(balance.account) holds less than nothing: \(parts)")
                    }
                }
                await Task.yield()
            }
            return 0
        }
    }
}
