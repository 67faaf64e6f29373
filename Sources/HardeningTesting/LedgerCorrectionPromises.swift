import CostTracker
import HardeningCore

extension LedgerStoreConformance {
    /// What a correction is checked against before it is posted, of stores that are `LedgerAdjusting`.
    static let correctionPromises = [
        Promise("a repeated correction is answered and posts once, and another one under its key is a conflict") { run in
            guard let store = run.store as? any LedgerAdjusting else { return }
            let ledger = try run.ledger()
            _ = try await ledger.charged(60, "a")
            let first = try await store.correct(run.correction(25, "k", of: ledger))
            try run.expect(first.kind == .adjustment && first.amount.picoUSD == 25, "the entry says \(first)")
            try run.expect(try await store.correct(run.correction(25, "k", of: ledger)) == first, "the second answer differs")
            var others = try [
                run.correction(24, "k", of: ledger), run.correction(-25, "k", of: ledger), run.correction(0, "k", of: ledger),
                run.correction(25, "k", of: ledger, model: "n"), run.correction(25, "k", of: ledger, scope: CostScope(user: "u")),
                run.correction(25, "k", of: ledger),
            ]
            others[5].spentAt = others[5].spentAt.advanced(by: .seconds(-86_400))
            for other in others {
                let what = "correcting \(other.accounts.request.model) by \(other.amount) at \(other.spentAt) under a used key"
                try await run.expect(.keyConflict, from: what) { _ = try await store.correct(other) }
            }
            try await run.expect(.keyConflict, from: "correcting under the key of a hold") {
                _ = try await store.correct(run.correction(60, "a", of: ledger))
            }
            try await run.expect(.keyConflict, from: "reserving under the key of a correction") { _ = try await ledger.hold(25, "k") }
            try await run.expect(.keyConflict, from: "refunding under the key of a correction") {
                try await ledger.refund(Money(picoUSD: 25), of: EntryID(rawValue: 1), key: "k")
            }
            try await run.expect(ledger, model: "m", used: 85, after: "repetitions and conflicts")
            try run.expect(try await ledger.recentEntries().count == 2, "a repetition or a conflict was posted")
        },
        Promise("a correction of nothing is refused, and its key stays free") { run in
            guard let store = run.store as? any LedgerAdjusting else { return }
            let ledger = try run.ledger()
            try await run.expect(.adjustmentInvalid, from: "a correction of nothing") {
                _ = try await store.correct(run.correction(0, "k", of: ledger))
            }
            try run.expect(try await ledger.recentEntries().isEmpty, "a correction of nothing was posted")
            try run.expect(try await ledger.summaries(by: .model, per: .lifetime).isEmpty, "a refused correction opened an account")
            _ = try await store.correct(run.correction(5, "k", of: ledger))
            try await run.expect(ledger, model: "m", used: 5, after: "the key was used again")
        },
        Promise("a debit opens the accounts it needs; a credit goes to those that are there and opens none") { run in
            guard let store = run.store as? any LedgerAdjusting else { return }
            let ledger = try run.ledger()
            _ = try await ledger.charged(60, "a")
            let credit = try await store.correct(run.correction(-20, "credit", of: ledger, model: "n"))
            try run.expect(credit.amount.picoUSD == -20, "the entry says \(credit.amount.picoUSD), not −20")
            try run.expect(try await ledger.status().day.used.picoUSD == 40, "the day does not have the credit")
            try run.expect(
                try await ledger.summaries(by: .model, per: .lifetime).map(\.account.name) == ["m"], "a credit opened an account")
            _ = try await store.correct(run.correction(30, "debit", of: ledger, model: "n"))
            try await run.expect(ledger, model: "n", used: 30, after: "a debit")
            try run.expect(try await ledger.status().day.used.picoUSD == 70, "the day does not have the debit")
        },
        Promise("holds whose time has come are moved before an adjustment is judged, also one that posts nothing") { run in
            guard let store = run.store as? any LedgerAdjusting else { return }
            let ledger = try run.ledger([Budget(.session, per: .lifetime, limit: Money(picoUSD: 100), warnings: [])])
            let events = ledger.events.subscribe()
            let charge = try await ledger.charged(50, "a")
            var correction = try run.correction(1, "k", of: ledger)
            for round in 0..<4 {
                // Counted together with the adjustment, what is held would reach the limit.
                _ = try await ledger.hold(40 - (round == 0 ? 0 : 1), "\(round)")
                run.time.advance(by: .seconds(60))
                correction.now = run.time.timestamp
                if round < 2 { _ = try await store.adjust(run.command(charge, to: 60)) } else { _ = try await store.correct(correction) }
                let seen = events.drain().map(\.kind)
                try run.expect(seen == [.expired], "adjustment \(round) announces \(seen.map(\.rawValue))")
            }
            let dispatched = try await ledger.hold(39, "dispatched")
            try await ledger.dispatched(dispatched)
            run.time.advance(by: .seconds(600))
            try await run.expect(.entryNotFound, from: "adjusting entry 99") {
                _ = try await store.adjust(
                    AdjustCommand(entry: EntryID(rawValue: 99), target: .zero, price: charge.request.price, now: run.time.timestamp))
            }
            try run.expect(events.drain().map(\.kind) == [.suspended], "a refused adjustment leaves a hold beyond its deadline")
        },
        Promise("an adjustment is checked in every account before it is posted in any: no sum overflows or falls below zero") { run in
            guard let store = run.store as? any LedgerAdjusting else { return }
            let ledger = try run.ledger()
            let charge = try await ledger.charged(60, "a")
            _ = try await store.correct(run.correction(-50, "credit", of: ledger))
            try await run.expect(.adjustmentInvalid, from: "an adjustment to 9 where the model counts 10 of 60") {
                _ = try await store.adjust(run.command(charge, to: 9))
            }
            let most = Int64.max - 100
            _ = try await ledger.hold(most, "large", session: "t")
            let before = try await ledger.recentEntries()
            for target in [151, Int64.max] {
                try await run.expect(.overflow, from: "an adjustment to \(target) beside \(most) held") {
                    _ = try await store.adjust(run.command(charge, to: target))
                }
            }
            for amount in [91, Int64.max] {
                try await run.expect(.overflow, from: "a correction by \(amount) beside \(most) held") {
                    _ = try await store.correct(run.correction(amount, "debit", of: ledger))
                }
            }
            try await run.expect(.adjustmentInvalid, from: "a credit of the most there is") {
                _ = try await store.correct(run.correction(.min, "least", of: ledger))
            }
            try run.expect(try await ledger.recentEntries() == before, "a refused adjustment was posted")
            try run.expect(try await store.standing(of: charge.id)?.amount.picoUSD == 60, "a refused adjustment changed its charge")
            try await run.expect(ledger, used: 60, after: "refused adjustments")
            try await run.expect(ledger, model: "m", used: 10, held: most, after: "refused adjustments")
            _ = try await store.adjust(run.command(charge, to: 150))
            try await run.expect(ledger, model: "m", used: 100, held: most, after: "an adjustment to the very end")
        },
        Promise("a refund that an earlier credit has covered is refused: no account falls below zero") { run in
            guard let store = run.store as? any LedgerAdjusting else { return }
            let ledger = try run.ledger([.session(60)])
            let charge = try await ledger.charged(60, "a")
            _ = try await store.correct(run.correction(-50, "credit", of: ledger))
            try await run.expect(.refundExceedsCharge, from: "a refund of 11 where the model counts 10 of 60") {
                try await ledger.refund(Money(picoUSD: 11), of: charge.id, key: "r1")
            }
            try await run.expect(ledger, used: 60, after: "a refused refund")
            try await ledger.refund(Money(picoUSD: 10), of: charge.id, key: "r1")
            try await run.expect(ledger, model: "m", used: 0, after: "a refund of the rest")
            try await run.expect(ledger, used: 50, after: "a refund of the rest")
        },
    ]
}

extension LedgerStoreConformance.Run {
    /// A difference that belongs to nobody's request, on the first day.
    func correction(
        _ picoUSD: Int64, _ key: String, of ledger: CostLedger, scope: CostScope = CostScope(), model: String = "m"
    ) throws -> CorrectionCommand {
        CorrectionCommand(
            key: key, amount: Money(picoUSD: picoUSD), accounts: try ledger.accounts(of: scope, model: model, at: time.timestamp),
            spentAt: time.timestamp, now: time.timestamp)
    }

    func expect(_ ledger: CostLedger, model: String, used: Int64, held: Int64 = 0, after what: String) async throws {
        let balance = try await ledger.summary(model: model)
        let seen = [balance.used, balance.held].map(\.picoUSD)
        try expect(seen == [used, held], "after \(what), used and held of \(model) are \(seen) and not \([used, held])")
    }
}
