import CostTracker
import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct RestartTests {
    /// Everything a caller can choose, so that everything must come back.
    private let scope = CostScope(session: "s\u{0}\"é", user: "u", tenant: "t", others: ["project": "p", "team": "x"])

    private func ledger(_ store: SQLiteLedgerStore, _ time: ManualTime, _ budgets: [Budget] = []) throws -> CostLedger {
        try CostLedger(budgets: budgets, store: store, time: .manual(time))
    }

    @Test func `after a restart a repeated call gets the very answer it got before, and another payload a conflict`() async throws {
        let bench = try FileBench()
        let ledger = try ledger(bench.store, bench.time)
        func reserve(_ ledger: CostLedger, output: Int64 = 800) async throws -> Hold {
            try await ledger.reserve(
                scope, model: "claude-3-5-sonnet-20241022", input: .atMostUncached(1_500), maxOutput: output, terms: .standard, key: "hold")
        }
        let hold = try await reserve(ledger)
        try await ledger.dispatched(hold)
        let usage = try TokenUsage(input: 1_000, cacheRead: 12, output: 700)
        let entry = try await ledger.settle(hold, usage: usage)
        let refund = try await ledger.refund(Money(picoUSD: 5), of: entry.id, key: "refund")
        let tracked = try await ledger.track(.claude(inputTokens: 7, outputTokens: 8), scope: scope, key: "track").entry
        let unknown = try await ledger.reserve(scope, model: "gpt-4o", input: .atMost(10), maxOutput: 1, terms: .batch, key: "unknown")
        let atHold = try await ledger.settleAtHold(unknown)

        let again = try bench.reopened()
        let second = try self.ledger(again.store, again.time)
        #expect(try await reserve(second) == hold)
        #expect(try await second.settle(hold, usage: usage) == entry)
        #expect(try await second.refund(Money(picoUSD: 5), of: entry.id, key: "refund") == refund)
        #expect(try await second.track(.claude(inputTokens: 7, outputTokens: 8), scope: scope, key: "track").entry == tracked)
        #expect(try await second.settleAtHold(unknown) == atHold)
        #expect(try await second.recentEntries() == [atHold, tracked, refund, entry])
        // The price row came back with it: the entry still explains itself.
        #expect(try await second.recentEntries().last?.lines.map(\.description) == entry.lines.map(\.description))

        #expect(await failure { _ = try await reserve(second, output: 801) }?.code == .keyConflict)
        #expect(await failure { try await second.settle(hold, usage: .zero) }?.code == .settledDifferently)
        #expect(await failure { try await second.refund(Money(picoUSD: 6), of: entry.id, key: "refund") }?.code == .keyConflict)
        #expect(
            await failure { try await second.track(.claude(inputTokens: 7, outputTokens: 9), scope: scope, key: "track") }?.code
                == .keyConflict)
        #expect(await failure { try await second.refund(entry.amount, of: entry.id, key: "more") }?.code == .refundExceedsCharge)
        #expect(try await second.summary(user: "u").requests == 3)
        #expect(try await second.verify().isSound)
    }

    @Test func `budgets, holds and raised warnings outlive the process`() async throws {
        let budgets = [Budget.session(Money(picoUSD: 100))]
        let bench = try FileBench(budgets)
        let spent = try await bench.ledger.hold(95, "spent")
        try await bench.ledger.settle(spent, usage: TokenUsage(input: 95))  // warns at 90 %
        let open = try await bench.ledger.hold(3, "open")

        let again = try bench.reopened(budgets)
        let events = again.ledger.events.subscribe()
        #expect(await failure { _ = try await again.ledger.hold(3, "more") }?.code == .budgetExceeded)
        try await again.ledger.settle(open, usage: TokenUsage(input: 3))
        #expect(events.drain().isEmpty)
        _ = try await again.ledger.hold(2, "last")
        #expect(events.drain().map(\.kind) == [.blocked])
        again.time.advance(by: .seconds(60))
        #expect(try await again.ledger.summary(session: "s").committed == Money(picoUSD: 98))
    }

    @Test(arguments: [1, 2, 3])
    func `the store in memory and the one on disk give the same answers to the same calls`(seed: UInt64) async throws {
        let budgets: [Budget] = [
            .session(Money(picoUSD: 600)), Budget(.user, per: .day, limit: Money(picoUSD: 900)), .daily(Money(picoUSD: 2_000)),
        ]
        let memoryTime = ManualTime(timestamp: start)
        let memoryStore = InMemoryLedgerStore()
        let memory = try CostLedger(
            prices: PriceTable(csv: tokenPrices.utf8), budgets: budgets, store: memoryStore, time: .manual(memoryTime))
        var file = try FileBench(budgets)
        var random = SeededGenerator(state: seed)
        var holds: [(Hold, Hold)] = []
        var entries: [EntryID] = []
        for step in 0..<200 {
            let tokens = Int64.random(in: 0...200, using: &random)
            let (key, session) = ("k\(Int.random(in: 0..<80, using: &random))", "s\(Int.random(in: 0..<3, using: &random))")
            let pick = holds.randomElement(using: &random)
            let outcome: (String, String)
            switch Int.random(in: 0..<11, using: &random) {
            case 0...1:
                let left = await answer { try await memory.hold(tokens, key, session: session, user: "u") }
                let right = await answer { try await file.ledger.hold(tokens, key, session: session, user: "u") }
                if case .success(let one) = left, case .success(let other) = right { holds.append((one, other)) }
                outcome = (text(left) { "\($0.amount) \($0.expiresAt)" }, text(right) { "\($0.amount) \($0.expiresAt)" })
            case 2:
                guard let pick else { continue }
                outcome = (
                    text(await answer { try await memory.dispatched(pick.0) }) { "\($0)" },
                    text(await answer { try await file.ledger.dispatched(pick.1) }) { "\($0)" }
                )
            case 3...4:
                guard let pick else { continue }
                let usage = try TokenUsage(input: tokens)
                let left = await answer { try await memory.settle(pick.0, usage: usage) }
                if case .success(let entry) = left { entries.append(entry.id) }
                outcome = (
                    text(left) { "\($0)" }, text(await answer { try await file.ledger.settle(pick.1, usage: usage) }) { "\($0)" }
                )
            case 5:
                guard let pick else { continue }
                outcome = (
                    text(await answer { try await memory.release(pick.0) }) { "\($0)" },
                    text(await answer { try await file.ledger.release(pick.1) }) { "\($0)" }
                )
            case 6:
                guard let entry = entries.randomElement(using: &random) else { continue }
                let amount = Money(picoUSD: tokens / 4)
                outcome = (
                    text(await answer { try await memory.refund(amount, of: entry, key: key) }) { "\($0)" },
                    text(await answer { try await file.ledger.refund(amount, of: entry, key: key) }) { "\($0)" }
                )
            case 7:
                guard let entry = entries.randomElement(using: &random) else { continue }
                func command(_ request: PricedRequest) -> AdjustCommand {
                    AdjustCommand(entry: entry, target: Money(picoUSD: tokens), price: request.price, now: memoryTime.timestamp)
                }
                guard let request = pick?.0.request else { continue }
                outcome = (
                    text(await answer { try memoryStore.adjust(command(request)) }) { "\(String(describing: $0))" },
                    text(await answer { try await file.store.adjust(command(request)) }) { "\(String(describing: $0))" }
                )
            case 8:
                func command(_ ledger: CostLedger) throws -> CorrectionCommand {
                    CorrectionCommand(
                        key: key, amount: Money(picoUSD: tokens / 2 - 60),
                        accounts: try ledger.accounts(of: CostScope(session: session), model: "m", at: start), spentAt: start,
                        now: memoryTime.timestamp)
                }
                outcome = (
                    text(await answer { try memoryStore.correct(command(memory)) }) { "\($0)" },
                    text(await answer { try await file.store.correct(command(file.ledger)) }) { "\($0)" }
                )
            case 9:
                let usage = ModelUsage(model: "m", usage: try TokenUsage(input: tokens / 10))
                outcome = (
                    text(await answer { try await memory.track(usage, session: session, key: key) }) { "\($0)" },
                    text(await answer { try await file.ledger.track(usage, session: session, key: key) }) { "\($0)" }
                )
            default:
                let passed = Duration.seconds(Int64.random(in: 0...400, using: &random))
                memoryTime.advance(by: passed)
                file.time.advance(by: passed)
                if step % 3 == 0 { file = try file.reopened(budgets) }
                continue
            }
            #expect(outcome.0 == outcome.1, "step \(step)")
            #expect(
                try await memory.summaries(by: .session, per: .lifetime) == file.ledger.summaries(by: .session, per: .lifetime),
                "step \(step)")
        }
        #expect(try await memory.status() == file.ledger.status())
        #expect(try await file.ledger.verify().isSound)
    }

    private func answer<Answer>(_ body: () async throws -> Answer) async -> Result<Answer, LedgerError> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error as? LedgerError ?? LedgerError(.storeFailed, "\(error)"))
        }
    }

    private func text<Answer>(_ result: Result<Answer, LedgerError>, _ describe: (Answer) -> String) -> String {
        switch result {
        case .success(let answer): describe(answer)
        case .failure(let error): error.code.rawValue
        }
    }
}
