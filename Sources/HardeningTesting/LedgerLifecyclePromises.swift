import CostTracker
import HardeningCore

extension LedgerStoreConformance {
    /// The life of a hold.
    static let lifecyclePromises = [
        Promise("a reserved hold returns its money at its expiry and not a nanosecond earlier") { run in
            let ledger = try run.ledger([.session(100)])
            let hold = try await ledger.hold(100, "a")
            run.time.advance(by: .nanoseconds(59_999_999_999))
            try await run.expect(.budgetExceeded, from: "a hold a nanosecond before the expiry") { _ = try await ledger.hold(1, "b") }
            run.time.advance(by: .nanoseconds(1))
            try await run.expect(ledger, used: 0, after: "the expiry")
            try await run.expect(.holdExpired, from: "dispatching an expired hold") { try await ledger.dispatched(hold) }
            try await run.expect(.holdExpired, from: "settling an expired hold") {
                try await ledger.settle(hold, usage: TokenUsage(input: 1))
            }
            try await ledger.release(hold)
            try run.expect(try await ledger.state(of: hold) == .expired, "an expired hold is in another state")
        },
        Promise("a dispatched hold past its deadline stays counted in suspense, and a late settlement lands") { run in
            let ledger = try run.ledger([.session(100)])
            let hold = try await ledger.hold(100, "a")
            try await ledger.dispatched(hold)
            run.time.advance(by: .nanoseconds(599_999_999_999))
            try await run.expect(ledger, used: 0, held: 100, after: "almost ten minutes")
            run.time.advance(by: .nanoseconds(1))
            try await run.expect(ledger, used: 0, suspense: 100, after: "the deadline")
            try await run.expect(.budgetExceeded, from: "a hold beside the suspense") { _ = try await ledger.hold(1, "b") }
            try await run.expect(.holdDispatched, from: "releasing a hold in suspense") { try await ledger.release(hold) }
            run.time.advance(by: .seconds(40 * 86_400))
            try run.expect(try await ledger.state(of: hold) == .suspense, "a hold in suspense is in another state")
            try await ledger.settle(hold, usage: TokenUsage(input: 10))
            try await run.expect(ledger, used: 10, after: "a late settlement")
        },
        Promise("dispatching keeps the money held, can be repeated, and forbids releasing") { run in
            let ledger = try run.ledger([.session(100)])
            let hold = try await ledger.hold(100, "a")
            try await ledger.dispatched(hold)
            run.time.advance(by: .seconds(100))
            try await ledger.dispatched(hold)
            try await run.expect(ledger, used: 0, held: 100, after: "dispatching")
            try await run.expect(.holdDispatched, from: "releasing a dispatched hold") { try await ledger.release(hold) }
            run.time.advance(by: .seconds(500))
            try run.expect(try await ledger.state(of: hold) == .suspense, "repeating a dispatch moved its deadline")
        },
        Promise("a released hold is free at once, stays released, and cannot be dispatched or settled") { run in
            let ledger = try run.ledger([.session(100)])
            let hold = try await ledger.hold(100, "a")
            try await ledger.release(hold)
            try await ledger.release(hold)
            try await run.expect(ledger, used: 0, after: "releasing twice")
            try await run.expect(.holdReleased, from: "dispatching a released hold") { try await ledger.dispatched(hold) }
            try await run.expect(.holdReleased, from: "settling a released hold") { try await ledger.settleAtHold(hold) }
        },
        Promise("settling frees the whole hold and posts the exact cost") { run in
            let ledger = try run.ledger([.session(100)])
            let hold = try await ledger.hold(100, "a", user: "u")
            try await ledger.dispatched(hold)
            let usage = try TokenUsage(input: 30, cacheRead: 0, output: 7)
            let entry = try await ledger.settle(hold, usage: usage)
            try run.expect(entry.amount.picoUSD == 37 && entry.held?.picoUSD == 100, "the entry says \(entry)")
            try run.expect(entry.usage == usage && entry.kind == .charge && entry.hold == hold, "the entry says \(entry)")
            try await run.expect(ledger, used: 37, after: "settling")
            let balance = try await ledger.summary(session: "s")
            try run.expect(
                (balance.requests, balance.inputTokens, balance.outputTokens) == (1, 30, 7), "the account counts \(balance)")
            let user = try await ledger.summary(user: "u")
            try run.expect(user.used.picoUSD == 37, "another account counts \(user.used.picoUSD)")
            try run.expect(try await ledger.recentEntries(limit: 5) == [entry], "the newest entry is another one")
        },
        Promise("settling twice posts once; with another usage or amount it is an error") { run in
            let ledger = try run.ledger()
            let hold = try await ledger.hold(100, "a")
            let entry = try await ledger.settle(hold, usage: TokenUsage(input: 30))
            try run.expect(try await ledger.settle(hold, usage: TokenUsage(input: 30)) == entry, "the second answer differs")
            for usage in try [TokenUsage(input: 31), TokenUsage(input: 29, output: 1), .zero] {
                try await run.expect(.settledDifferently, from: "settling with \(usage)") { try await ledger.settle(hold, usage: usage) }
            }
            try await run.expect(.settledDifferently, from: "settling at the hold") { try await ledger.settleAtHold(hold) }
            try await run.expect(.holdSettled, from: "releasing a settled hold") { try await ledger.release(hold) }
            try await ledger.dispatched(hold)
            try await run.expect(ledger, used: 30, after: "settling repeatedly")
        },
        Promise("unknown usage is charged at the hold") { run in
            let ledger = try run.ledger()
            let hold = try await ledger.hold(100, "a")
            try await ledger.dispatched(hold)
            let entry = try await ledger.settleAtHold(hold)
            try run.expect(entry.amount.picoUSD == 100 && entry.usage == nil, "the entry says \(entry)")
            try run.expect(try await ledger.settleAtHold(hold) == entry, "the second answer differs")
            try await run.expect(ledger, used: 100, after: "settling at the hold")
        },
        Promise("a cost above the hold is recorded in full, flagged, and blocks the budget") { run in
            let ledger = try run.ledger([.session(100)])
            let hold = try await ledger.hold(60, "a")
            try await ledger.dispatched(hold)
            let entry = try await ledger.settle(hold, usage: TokenUsage(input: 150))
            try run.expect(entry.overrun.picoUSD == 90, "the overrun is \(entry.overrun.picoUSD), not 90")
            try await run.expect(ledger, used: 150, after: "an overrun")
            try await run.expect(.budgetExceeded, from: "a hold of nothing beyond the limit") { _ = try await ledger.hold(0, "b") }
        },
        Promise("a hold of nobody is not found, and nothing is charged") { run in
            let ledger = try run.ledger()
            let hold = try await ledger.hold(10, "a")
            for id in [HoldID(rawValue: 0), HoldID(rawValue: .max), HoldID(rawValue: hold.id.rawValue &+ 1)] {
                let foreign = Hold(
                    id: id, key: "a", request: hold.request, amount: hold.amount, reservedAt: hold.reservedAt, expiresAt: .distantFuture)
                try await run.expect(.holdNotFound, from: "settling hold \(id.rawValue)") { try await ledger.settle(foreign, usage: .zero) }
                try await run.expect(.holdNotFound, from: "dispatching hold \(id.rawValue)") { try await ledger.dispatched(foreign) }
                try await run.expect(.holdNotFound, from: "releasing hold \(id.rawValue)") { try await ledger.release(foreign) }
                try run.expect(try await ledger.state(of: foreign) == nil, "hold \(id.rawValue) has a state")
            }
            try await run.expect(ledger, used: 0, held: 10, after: "calls for holds of nobody")
        },
    ]
}
