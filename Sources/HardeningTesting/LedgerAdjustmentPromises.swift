import CostTracker
import HardeningCore

extension LedgerStoreConformance {
    /// Corrections, of stores that are `LedgerAdjusting`.
    static let adjustmentPromises = [
        Promise("an adjustment posts what is missing to its target, and repeating it posts nothing") { run in
            guard let store = run.store as? any LedgerAdjusting else { return }
            let ledger = try run.ledger([.session(100)])
            let charge = try await ledger.charged(60, "a")
            for target in [50, 75, 60] as [Int64] {
                let before = try await store.standing(of: charge.id)?.amount.picoUSD ?? -1
                let posted = try await store.adjust(run.command(charge, to: target))
                try run.expect(posted?.amount.picoUSD == target - before, "to \(target) it posts \(String(describing: posted))")
                try run.expect(posted?.kind == .adjustment && posted?.refundOf == charge.id, "the entry does not name its charge")
                try run.expect(try await store.adjust(run.command(charge, to: target)) == nil, "a repetition posts again")
                try run.expect(try await store.standing(of: charge.id)?.amount.picoUSD == target, "the charge does not come to \(target)")
                try await run.expect(ledger, used: target, after: "an adjustment to \(target)")
            }
            let balance = try await ledger.summary(session: "s")
            try run.expect(balance.requests == 1 && balance.inputTokens == 60, "adjustments count as requests: \(balance)")
            try run.expect(try await ledger.recentEntries().last == charge, "the charge itself was changed")
        },
        Promise("refunds are bounded by what a charge comes to now, and adjustments by what was refunded") { run in
            guard let store = run.store as? any LedgerAdjusting else { return }
            let ledger = try run.ledger()
            let charge = try await ledger.charged(60, "a")
            _ = try await ledger.charged(100, "b")  // the account alone would allow more
            _ = try await store.adjust(run.command(charge, to: 40))
            try await run.expect(.refundExceedsCharge, from: "a refund of 41 of 40") {
                try await ledger.refund(Money(picoUSD: 41), of: charge.id, key: "r1")
            }
            let refund = try await ledger.refund(Money(picoUSD: 30), of: charge.id, key: "r2")
            try await run.expect(.adjustmentInvalid, from: "an adjustment to 29 of which 30 were refunded") {
                _ = try await store.adjust(run.command(charge, to: 29))
            }
            let debit = try await store.adjust(run.command(charge, to: 90))
            try await run.expect(.refundExceedsCharge, from: "a refund of 61 of 60") {
                try await ledger.refund(Money(picoUSD: 61), of: charge.id, key: "r3")
            }
            try await ledger.refund(Money(picoUSD: 60), of: charge.id, key: "r4")
            try await run.expect(ledger, used: 100, after: "refunds of all of it")
            for id in [refund.id, debit?.id, EntryID(rawValue: 0), EntryID(rawValue: 99)].compactMap({ $0 }) {
                try await run.expect(.entryNotFound, from: "adjusting entry \(id.rawValue)") {
                    _ = try await store.adjust(AdjustCommand(entry: id, target: .zero, price: charge.request.price, now: charge.postedAt))
                }
                try await run.expect(.entryNotFound, from: "refunding entry \(id.rawValue)") {
                    try await ledger.refund(Money(picoUSD: 1), of: id, key: "r5")
                }
                try run.expect(try await store.standing(of: id) == nil, "entry \(id.rawValue) stands as a charge")
            }
        },
        Promise("an adjustment goes to the windows that were charged, above the limit too, and is announced") { run in
            guard let store = run.store as? any LedgerAdjusting else { return }
            let ledger = try run.ledger([Budget(.everyone, per: .day, limit: Money(picoUSD: 100), warnings: [90])])
            let events = ledger.events.subscribe()
            let (charge, day) = (try await ledger.charged(80, "a"), run.time.timestamp)
            run.time.advance(by: .seconds(86_400))
            _ = try await store.adjust(run.command(charge, to: 120))
            try run.expect(try await ledger.summary(day: day).used.picoUSD == 120, "the charged day does not have the adjustment")
            try run.expect(try await ledger.status().day.used == .zero, "today has the adjustment")
            let kinds = events.drain().map(\.kind)
            try run.expect(kinds == [.warning, .blocked], "it announces \(kinds.map(\.rawValue))")
        },
        Promise("of racing adjustments to one target one posts") { run in
            guard let store = run.store as? any LedgerAdjusting else { return }
            let ledger = try run.ledger()
            let charge = try await ledger.charged(60, "a")
            let posted = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<40 { group.addTask { (try? await store.adjust(run.command(charge, to: 45))) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try run.expect(posted == 1, "\(posted) of 40 were posted")
            try await run.expect(ledger, used: 45, after: "a race of adjustments")
        },
        Promise("a provider's report is posted once, and never makes an account count less than nothing") { run in
            guard run.store is any LedgerAdjusting else { return }
            let ledger = try run.ledger([.daily(1_000)])
            _ = try await ledger.charged(60, "a")
            for cost in [100, 100, 25, 0] as [Int64] {
                try await ledger.reconcile(run.report(cost))
                let status = try await ledger.status()
                let seen = [status.day.used, status.month.used, try await ledger.summary(model: "m").used].map(\.picoUSD)
                try run.expect(seen == [cost, cost, cost], "after a report of \(cost), day, month and model count \(seen)")
            }
            try await run.expect(ledger, used: 60, after: "reports, which charge no session")
            let refused = try await ledger.reconcile(run.report(-1)).items.map(\.refusal?.code)
            try run.expect(refused == [.adjustmentInvalid], "a credit of more than was spent is answered with \(refused)")
        },
    ]
}

extension LedgerStoreConformance.Run {
    func command(_ charge: LedgerEntry, to target: Int64) -> AdjustCommand {
        AdjustCommand(entry: charge.id, target: Money(picoUSD: target), price: charge.request.price, now: time.timestamp)
    }

    /// A provider's report about model `m` on the first day.
    func report(_ picoUSD: Int64) throws -> ProviderCostReport {
        try ProviderCostReport(csv: "date,model,cost_usd\n2026-01-01,m,\(Money(picoUSD: picoUSD))\n".utf8)
    }
}

extension CostLedger {
    /// Settles a request of session `s` for so many pico-dollars.
    func charged(_ tokens: Int64, _ key: String) async throws -> LedgerEntry {
        try await settle(hold(tokens, key), usage: TokenUsage(input: tokens))
    }
}
