import CostTracker
import HardeningCore
import Testing

@Suite struct HoldLifecycleTests {
    @Test func `a hold moves from reserved over dispatched to settled, and the rest of it is free again`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        let hold = try await bench.reserve(40_000, key: "k")
        #expect(hold.amount == (try .usd("0.10")))
        #expect(try await bench.ledger.state(of: hold) == .reserved)
        try await bench.ledger.dispatched(hold)
        try await bench.ledger.dispatched(hold)
        #expect(try await bench.ledger.state(of: hold) == .dispatched)
        let entry = try await bench.ledger.settle(hold, usage: TokenUsage(input: 4_000))
        #expect(try await bench.ledger.state(of: hold) == .settled)
        #expect(entry.amount == (try .usd("0.01")))
        let balance = try await bench.ledger.summary(session: "s")
        #expect(balance.used == entry.amount)
        #expect(balance.held == .zero)
        #expect(balance.remaining == (try .usd("0.09")))
        #expect(balance.inputTokens == 4_000)
    }

    @Test func `a reserved hold gives its money back at its expiry and not an instant earlier`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        let hold = try await bench.reserve(40_000, key: "a")
        bench.time.advance(by: .nanoseconds(59_999_999_999))
        #expect(await failure { () throws(LedgerError) in try await bench.reserve(1, key: "b") }?.code == .budgetExceeded)
        bench.time.advance(by: .nanoseconds(1))
        _ = try await bench.reserve(40_000, key: "c")
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.dispatched(hold) }?.code == .holdExpired)
        let usage = try TokenUsage(input: 1)
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.settle(hold, usage: usage) }?.code == .holdExpired)
        try await bench.ledger.release(hold)
        #expect(try await bench.ledger.summary(session: "s").committed == .usd("0.10"))
    }

    @Test func `a dispatched hold past its deadline stays counted in suspense, and a late settlement lands`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        let hold = try await bench.reserve(40_000, key: "a")
        try await bench.ledger.dispatched(hold)
        bench.time.advance(by: .seconds(600))
        var balance = try await bench.ledger.summary(session: "s")
        #expect(balance.suspense == hold.amount)
        #expect(balance.held == .zero)
        #expect(balance.isLimitReached)
        #expect(try await bench.ledger.state(of: hold) == .suspense)
        #expect(await failure { () throws(LedgerError) in try await bench.reserve(1, key: "b") }?.code == .budgetExceeded)
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.release(hold) }?.code == .holdDispatched)
        bench.time.advance(by: .seconds(40 * 86_400))
        try await bench.ledger.settle(hold, usage: TokenUsage(input: 4_000))
        balance = try await bench.ledger.summary(session: "s")
        #expect(balance.used == (try .usd("0.01")))
        #expect(balance.suspense == .zero)
    }

    @Test func `unknown usage settles at the hold, not at zero`() async throws {
        let bench = try Bench()
        let hold = try await bench.reserve(40_000, key: "a")
        try await bench.ledger.dispatched(hold)
        let entry = try await bench.ledger.settleAtHold(hold)
        #expect(entry.amount == hold.amount)
        #expect(entry.usage == nil)
        #expect(entry.lines.map(\.part) == [.unknownUsage])
        #expect(try await bench.ledger.settleAtHold(hold) == entry)
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.settle(hold, usage: .zero) }?.code == .settledDifferently)
    }

    @Test func `a cost above the hold is recorded in full and flagged`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        let hold = try await bench.reserve(40_000, key: "a")
        try await bench.ledger.dispatched(hold)
        let entry = try await bench.ledger.settle(hold, usage: TokenUsage(input: 60_000))
        #expect(entry.amount == (try .usd("0.15")))
        #expect(entry.overrun == (try .usd("0.05")))
        #expect(try await bench.ledger.summary(session: "s").used == .usd("0.15"))
        #expect(try await bench.ledger.summary(session: "s").remaining == .zero)
        #expect(await failure { () throws(LedgerError) in try await bench.reserve(0, key: "b") }?.code == .budgetExceeded)
    }

    @Test func `a released hold is free, stays released, and cannot be dispatched or settled`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        let hold = try await bench.reserve(40_000, key: "a")
        try await bench.ledger.release(hold)
        try await bench.ledger.release(hold)
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.dispatched(hold) }?.code == .holdReleased)
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.settleAtHold(hold) }?.code == .holdReleased)
        #expect(try await bench.ledger.summary(session: "s").committed == .zero)
    }

    @Test func `settling twice posts once; another amount is an error; a settled hold cannot be released`() async throws {
        let bench = try Bench()
        let hold = try await bench.reserve(40_000, key: "a")
        try await bench.ledger.dispatched(hold)
        let usage = try TokenUsage(input: 4_000)
        let entry = try await bench.ledger.settle(hold, usage: usage)
        #expect(try await bench.ledger.settle(hold, usage: usage) == entry)
        let other = try TokenUsage(input: 4_001)
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.settle(hold, usage: other) }?.code == .settledDifferently)
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.release(hold) }?.code == .holdSettled)
        try await bench.ledger.dispatched(hold)
        #expect(try await bench.ledger.summary(session: "s").used == entry.amount)
        #expect(try await bench.ledger.summary(session: "s").requests == 1)
    }

    @Test func `settling without a hold of this store is an error and charges nothing`() async throws {
        let bench = try Bench()
        let other = try Bench()
        let foreign = try await other.reserve(1, key: "a")
        let usage = try TokenUsage(input: 1)
        for id in [foreign.id, HoldID(rawValue: 0), HoldID(rawValue: .max), HoldID(rawValue: 0xffff_ffff)] {
            let hold = Hold(
                id: id, key: nil, request: foreign.request, amount: foreign.amount, reservedAt: start, expiresAt: .distantFuture)
            #expect(await failure { () throws(LedgerError) in try await bench.ledger.settle(hold, usage: usage) }?.code == .holdNotFound)
            #expect(await failure { () throws(LedgerError) in try await bench.ledger.dispatched(hold) }?.code == .holdNotFound)
            #expect(await failure { () throws(LedgerError) in try await bench.ledger.release(hold) }?.code == .holdNotFound)
        }
        #expect(try await bench.ledger.status().day.committed == .zero)
    }

    @Test func `usage that cannot be priced leaves the hold as it was`() async throws {
        let bench = try Bench()
        let hold = try await bench.reserve(40_000, key: "a")
        try await bench.ledger.dispatched(hold)
        let usage = try TokenUsage(cacheWrite5m: 1)
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.settle(hold, usage: usage) }?.pricing?.code == .rateNotListed)
        let overflow = try TokenUsage(input: .max)
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.settle(hold, usage: overflow) }?.pricing?.code == .overflow)
        #expect(try await bench.ledger.summary(session: "s").held == hold.amount)
        try await bench.ledger.settleAtHold(hold)
    }

    @Test func `a settlement whose sum does not fit leaves the hold as it was`() async throws {
        let bench = try Bench()
        let huge = Int64.max / 2_500_000 - 1_000_000
        try await bench.ledger.track(.openAI(promptTokens: huge, completionTokens: 0), session: "s")
        let hold = try await bench.reserve(40_000, key: "a")
        let usage = try TokenUsage(input: huge)
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.settle(hold, usage: usage) }?.code == .overflow)
        #expect(try await bench.ledger.state(of: hold) == .reserved)
        #expect(try await bench.ledger.summary(session: "s").held == hold.amount)
    }

    @Test func `the price of the moment of reserving applies, even when a new one is in effect at settling`() async throws {
        let bench = try Bench()
        bench.time.advance(by: Timestamp(secondsSince1970: 1_796_083_199).duration(since: start))  // the last second of 2026-11-30
        let hold = try await bench.reserve(1_000_000, key: "a", model: "gemini-4-argon")
        try await bench.ledger.dispatched(hold)
        bench.time.advance(by: .seconds(5))
        #expect(try await bench.ledger.settle(hold, usage: TokenUsage(input: 1_000_000)).amount == .usd("2"))
        #expect(try await bench.reserve(1_000_000, key: "b", model: "gemini-4-argon").amount == .usd("4"))
    }

    @Test func `after the wall clock stepped back, money never comes back early`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        _ = try await bench.reserve(20_000, key: "a")
        bench.time.stepWallClock(by: .seconds(-3600))
        let late = try await bench.reserve(20_000, key: "b")
        bench.time.advance(by: .seconds(59))
        #expect(await failure { () throws(LedgerError) in try await bench.reserve(1, key: "c") }?.code == .budgetExceeded)
        bench.time.advance(by: .seconds(1))
        // The second hold waits behind the first in the queue, but knows that its own time is over.
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.dispatched(late) }?.code == .holdExpired)
        _ = try await bench.reserve(20_000, key: "d")
    }
}
