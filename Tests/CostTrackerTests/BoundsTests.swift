import CostTracker
import HardeningCore
import Testing

@Suite struct BoundsTests {
    private func bounds(open: Int = 64, remembered: Int = 64, accounts: Int = 64) -> InMemoryLedgerStore.Bounds {
        var bounds = InMemoryLedgerStore.Bounds()
        (bounds.openHolds, bounds.rememberedHolds, bounds.accounts) = (open, remembered, accounts)
        return bounds
    }

    @Test func `at the bound of open holds a reserve is refused, and a release makes room`() async throws {
        let bench = try Bench(bounds: bounds(open: 16))
        var holds: [Hold] = []
        for index in 0..<16 { holds.append(try await bench.reserve(1, key: "\(index)")) }
        #expect(await failure { () throws(LedgerError) in try await bench.reserve(1, key: "x") }?.code == .ledgerFull)
        try await bench.ledger.release(holds[3])
        _ = try await bench.reserve(1, key: "y")
        #expect(try await bench.ledger.summary(session: "s").held == Money(picoUSD: 16 * 2_500_000))
    }

    @Test func `holds in suspense never block new ones: the oldest is charged in full and announced`() async throws {
        let bench = try Bench(bounds: bounds(open: 16))
        let events = bench.ledger.events.subscribe()
        var holds: [Hold] = []
        for index in 0..<16 {
            holds.append(try await bench.reserve(1, key: "\(index)"))
            try await bench.ledger.dispatched(holds[index])
        }
        bench.time.advance(by: .seconds(600))
        _ = try await bench.reserve(1, key: "x")
        let balance = try await bench.ledger.summary(session: "s")
        #expect(balance.used == holds[0].amount)
        #expect(balance.suspense == Money(picoUSD: 15 * 2_500_000))
        #expect(events.drain().last.map { [$0.kind == .writtenOff, $0.hold == holds[0].id] } == [true, true])
        let zero = TokenUsage.zero
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.settle(holds[0], usage: zero) }?.code == .settledDifferently)
    }

    @Test func `the oldest finished hold is forgotten at the bound, and totals keep it`() async throws {
        let bench = try Bench(bounds: bounds(remembered: 16))
        var entries: [LedgerEntry] = []
        var first: Hold?
        for index in 0..<17 {
            let hold = try await bench.reserve(1, key: "\(index)")
            first = first ?? hold
            entries.append(try await bench.ledger.settle(hold, usage: TokenUsage(input: 1)))
        }
        let forgotten = try #require(first)
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.settleAtHold(forgotten) }?.code == .holdNotFound)
        let one = Money(picoUSD: 1)
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.refund(one, of: entries[0].id, key: "r") }?.code
                == .entryNotFound)
        try await bench.ledger.refund(one, of: entries[2].id, key: "r")
        #expect(try await bench.ledger.state(of: forgotten) == nil)
        #expect(try await bench.ledger.recentEntries().count == 16)
        #expect(try await bench.ledger.summary(session: "s").requests == 17)
        // Its key counts as new, and its slot's new hold has another id.
        #expect(try await bench.reserve(1, key: "0").id != forgotten.id)
    }

    @Test func `a long run keeps no more than its bounds and no wrong sum`() async throws {
        let bench = try Bench([.session(.usd("5"))], bounds: bounds(open: 16, remembered: 32, accounts: 64))
        for index in 0..<3000 {
            let hold = try await bench.reserve(40, session: "s\(index % 7)", key: "\(index)")
            switch index % 3 {
            case 0: try await bench.ledger.release(hold)
            default: try await bench.ledger.settle(hold, usage: TokenUsage(input: 20))
            }
        }
        let balances = try await bench.ledger.summaries(by: .session, per: .lifetime)
        #expect(balances.reduce(0) { $0 + $1.requests } == 2000)
        #expect(balances.reduce(0) { $0 + $1.used.picoUSD } == 2000 * 20 * 2_500_000)
        #expect(try await bench.ledger.recentEntries(limit: .max).count <= 32)
    }

    @Test func `accounts that never spent and closed windows make room; spent sessions are kept and new ones refused`() async throws {
        let bench = try Bench(bounds: bounds(accounts: 64))
        for index in 0..<200 {  // reserve and release: nothing spent, so nothing accumulates
            try await bench.ledger.release(bench.reserve(1, session: "empty\(index)", key: "e\(index)"))
            bench.time.advance(by: .seconds(1))
        }
        var refused = 0
        for index in 0..<100 {
            bench.time.advance(by: .seconds(2))
            let usage = try ModelUsage.openAI(promptTokens: 1, completionTokens: 0)
            let error = await failure { () throws(LedgerError) in try await bench.ledger.track(usage, session: "spent\(index)") }
            if error?.code == .ledgerFull { refused += 1 }
        }
        #expect(refused == 100 - 61)  // 64 accounts: day, month, model, and 61 sessions
        #expect(try await bench.ledger.summary(session: "spent0").requests == 1)
        // After 30 idle days the sessions may go, and yesterday's windows have ended.
        bench.time.advance(by: .seconds(31 * 86_400))
        try await bench.ledger.track(.openAI(promptTokens: 1, completionTokens: 0), session: "new")
        #expect(try await bench.ledger.summary(session: "new").requests == 1)
    }

    @Test func `an account with an open hold is never forgotten`() async throws {
        let bench = try Bench([.session(.usd("0.10"))], bounds: bounds(open: 128, accounts: 64))
        let hold = try await bench.reserve(40_000, session: "held", key: "held")
        try await bench.ledger.dispatched(hold)
        for day in 0..<40 {
            bench.time.advance(by: .seconds(86_400))
            for index in 0..<10 { _ = try? await bench.reserve(1, session: "d\(day)-\(index)", key: "d\(day)-\(index)") }
        }
        #expect(try await bench.ledger.summary(session: "held").suspense == hold.amount)
        try await bench.ledger.settle(hold, usage: TokenUsage(input: 40_000))
        #expect(
            await failure { () throws(LedgerError) in try await bench.reserve(1, session: "held", key: "more") }?.code == .budgetExceeded)
    }

    @Test func `the hash index agrees with a dictionary over random insertions and removals`() {
        var random = SeededGenerator(state: 11)
        var index = SlotIndex()
        var model: [Int: UInt64] = [:]
        for _ in 0..<20_000 {
            let slot = Int.random(in: 0..<300, using: &random)
            if let hash = model.removeValue(forKey: slot) {
                #expect(index.find(hash) { $0 == slot } == slot)
                index.remove(slot, hash: hash)
                #expect(index.find(hash) { $0 == slot } == nil)
            } else {
                // Few different hashes, so that runs collide and wrap around.
                let hash = UInt64.random(in: 0..<40, using: &random) << 32 | 0xffff_fff0 << 32
                index.insert(slot, hash: hash)
                model[slot] = hash
            }
            #expect(index.count == model.count)
        }
        for (slot, hash) in model { #expect(index.find(hash) { $0 == slot } == slot) }
    }
}
