import CostTracker
import HardeningCore

extension LedgerStoreConformance {
    /// Charges without a hold, refunds, summaries and events.
    static let postingPromises = [
        Promise("a charge without a hold is posted whatever the limits say, once per key") { run in
            let ledger = try run.ledger([.session(10)])
            let usage = ModelUsage(model: "m", usage: try TokenUsage(input: 25))
            let first = try await ledger.track(usage, session: "s", key: "k").entry
            try run.expect(try await ledger.track(usage, session: "s", key: "k").entry == first, "the second answer differs")
            let other = ModelUsage(model: "m", usage: try TokenUsage(input: 24, output: 1))
            try await run.expect(.keyConflict, from: "another usage under the key") {
                _ = try await ledger.track(other, session: "s", key: "k")
            }
            try await run.expect(ledger, used: 25, after: "a repeated charge")
            for _ in 0..<2 { try await ledger.track(usage, session: "s") }
            try await run.expect(ledger, used: 75, after: "two charges without a key")
            try run.expect(try await ledger.recentEntries(limit: 1).first?.id == EntryID(rawValue: 3), "entries are not numbered 1, 2, 3")
        },
        Promise("refunds never exceed their charge, and each key refunds once") { run in
            let ledger = try run.ledger([.session(100)])
            let hold = try await ledger.hold(100, "a")
            let charge = try await ledger.settle(hold, usage: TokenUsage(input: 100))
            let refund = try await ledger.refund(Money(picoUSD: 60), of: charge.id, key: "r1")
            try run.expect(
                refund.amount.picoUSD == -60 && refund.refundOf == charge.id && refund.kind == .refund, "the entry says \(refund)")
            try run.expect(try await ledger.refund(Money(picoUSD: 60), of: charge.id, key: "r1") == refund, "the second answer differs")
            for amount in [61, 0, -1, Int64.min, .max] {
                try await run.expect(.keyConflict, from: "a refund of \(amount) under the same key") {
                    try await ledger.refund(Money(picoUSD: amount), of: charge.id, key: "r1")
                }
            }
            try await run.expect(.refundExceedsCharge, from: "a refund of 41 of 40") {
                try await ledger.refund(Money(picoUSD: 41), of: charge.id, key: "r2")
            }
            try await run.expect(.refundInvalid, from: "a refund of nothing") { try await ledger.refund(.zero, of: charge.id, key: "r3") }
            for id in [refund.id, EntryID(rawValue: 0), EntryID(rawValue: 99), EntryID(rawValue: .max)] {
                try await run.expect(.entryNotFound, from: "refunding entry \(id.rawValue)") {
                    try await ledger.refund(Money(picoUSD: 1), of: id, key: "r4")
                }
            }
            try await run.expect(ledger, used: 40, after: "a refund of 60")
            let balance = try await ledger.summary(session: "s")
            try run.expect(balance.refunded.picoUSD == 60 && balance.requests == 1, "the account counts \(balance)")
            try await ledger.refund(Money(picoUSD: 40), of: charge.id, key: "r5")
            _ = try await ledger.hold(100, "again")
        },
        Promise("a refund after midnight goes to the day that was charged") { run in
            let ledger = try run.ledger([.daily(100)])
            let hold = try await ledger.hold(100, "a")
            let charge = try await ledger.settle(hold, usage: TokenUsage(input: 100))
            let day = run.time.timestamp
            run.time.advance(by: .seconds(86_400))
            try await ledger.refund(Money(picoUSD: 30), of: charge.id, key: "r")
            try run.expect(try await ledger.summary(day: day).used.picoUSD == 70, "the charged day does not have the refund")
            try run.expect(try await ledger.status().day.refunded == .zero, "today has the refund")
        },
        Promise("balances are listed newest window first, then by use, and no more than asked for") { run in
            let ledger = try run.ledger()
            for (session, tokens) in [("a", 10), ("b", 30), ("c", 20)] as [(String, Int64)] {
                try await ledger.track(ModelUsage(model: "m", usage: TokenUsage(input: tokens)), session: session)
            }
            let names = try await ledger.summaries(by: .session, per: .lifetime).map(\.account.name)
            try run.expect(names == ["b", "c", "a"], "the sessions are listed as \(names)")
            try run.expect(
                try await ledger.summaries(by: .session, per: .lifetime, limit: 1).map(\.account.name) == ["b"], "limit 1 lists others")
            try run.expect(try await ledger.summaries(by: .session, per: .lifetime, limit: -1).isEmpty, "limit −1 lists something")
            try run.expect(try await ledger.summaries(by: .tenant, per: .lifetime).isEmpty, "a tenant is listed that never was")
            let unknown = try await ledger.summary(session: "never")
            try run.expect(unknown.committed == .zero && unknown.requests == 0, "an account that was never used has a balance")
        },
        Promise("warnings and blocks are announced once per account, as the decisions were made") { run in
            let ledger = try run.ledger([Budget(.session, per: .lifetime, limit: Money(picoUSD: 100), warnings: [50, 90])])
            let events = ledger.events.subscribe()
            func spend(_ tokens: Int64, _ key: String) async throws {
                let hold = try await ledger.hold(tokens, key)
                try await ledger.settle(hold, usage: TokenUsage(input: tokens))
            }
            try await spend(50, "a")
            try run.expect(events.drain().isEmpty, "exactly 50 % warns")
            try await spend(1, "b")
            try run.expect(events.drain().map(\.percent) == [50], "51 % does not warn once")
            try await spend(40, "c")
            try run.expect(events.drain().map(\.percent) == [90], "91 % does not warn once")
            let last = try await ledger.hold(9, "d")
            try await ledger.release(last)
            let again = try await ledger.hold(9, "e")
            let blocked = events.drain()
            try run.expect(blocked.map(\.kind) == [.blocked], "reaching the limit announces \(blocked.map(\.kind.rawValue))")
            try run.expect(
                blocked.first?.balance?.committed.picoUSD == 100, "the balance of the event is \(String(describing: blocked.first))")
            _ = again
        },
        Promise("overruns, expiries and suspensions are announced in order, also by a refused call") { run in
            let ledger = try run.ledger([.session(1_000)])
            let events = ledger.events.subscribe()
            let overrun = try await ledger.hold(100, "a")
            let suspended = try await ledger.hold(100, "b")
            let expired = try await ledger.hold(100, "c")
            try await ledger.dispatched(suspended)
            try await ledger.settle(overrun, usage: TokenUsage(input: 130))
            run.time.advance(by: .seconds(600))
            try await run.expect(.budgetExceeded, from: "a hold beyond the limit") { _ = try await ledger.hold(2_000, "d") }
            let seen = events.drain()
            try run.expect(seen.map(\.kind) == [.overrun, .expired, .suspended], "the events are \(seen.map(\.kind.rawValue))")
            try run.expect(seen.map(\.hold) == [overrun.id, expired.id, suspended.id], "the events name other holds")
            try run.expect(seen.map { $0.amount?.picoUSD } == [30, 100, 100], "the amounts are \(seen.map(\.amount))")
        },
    ]
}
