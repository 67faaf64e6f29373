import CostTracker
import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct BoundsOnDiskTests {
    private func settings(_ change: (inout SQLiteLedgerStore.Settings) -> Void) -> SQLiteLedgerStore.Settings {
        var settings = SQLiteLedgerStore.Settings.patient
        change(&settings)
        return settings
    }

    @Test func `at the bound of open holds a reserve is refused, after a restart too, and every end of a hold makes room`() async throws {
        let settings = settings { $0.openHolds = 16 }
        let first = try FileBench(settings: settings)
        var holds: [Hold] = []
        for index in 0..<16 { holds.append(try await first.ledger.hold(1, "\(index)")) }
        #expect(await failure { _ = try await first.ledger.hold(1, "x") }?.code == .ledgerFull)
        try first.store.close()

        let bench = try FileBench(folder: first.folder, time: first.time, settings: settings)
        func isFull() async -> Bool { await failure { _ = try await bench.ledger.hold(1, "x") }?.code == .ledgerFull }
        #expect(await isFull())
        try await bench.ledger.release(holds[3])
        _ = try await bench.ledger.hold(1, "y")
        #expect(await isFull())
        try await bench.ledger.settle(holds[4], usage: TokenUsage(input: 1))
        _ = try await bench.ledger.hold(1, "z")
        #expect(await isFull())
        bench.time.advance(by: .seconds(60))
        for index in 0..<16 { _ = try await bench.ledger.hold(1, "n\(index)") }
        #expect(await isFull())
        #expect(try await bench.ledger.summary(session: "s").held == Money(picoUSD: 16))
        #expect(try await bench.ledger.verify().isSound)
    }

    @Test func `holds in suspense never block new ones: the oldest is charged in full and announced`() async throws {
        let bench = try FileBench(settings: settings { $0.openHolds = 16 })
        let events = bench.ledger.events.subscribe()
        var holds: [Hold] = []
        for index in 0..<16 {
            holds.append(try await bench.ledger.hold(10, "\(index)"))
            try await bench.ledger.dispatched(holds[index])
            bench.time.advance(by: .nanoseconds(1))
        }
        bench.time.advance(by: .seconds(600))
        _ = try await bench.ledger.hold(10, "x")
        let balance = try await bench.ledger.summary(session: "s")
        #expect([balance.used, balance.held, balance.suspense].map(\.picoUSD) == [10, 10, 150])
        let last = events.drain().last
        #expect(last?.kind == .writtenOff && last?.hold == holds[0].id && last?.amount == Money(picoUSD: 10))
        #expect(await failure { try await bench.ledger.settle(holds[0], usage: .zero) }?.code == .settledDifferently)
        try await bench.ledger.settle(holds[1], usage: TokenUsage(input: 3))
        #expect(try await bench.ledger.verify().isSound)
    }

    @Test func `a cache that starts anew changes no answer`() async throws {
        let bench = try FileBench([.session(Money(picoUSD: 30))], settings: settings { $0.cachedRows = 64 })
        for round in 0..<3 {
            for index in 0..<90 {
                let hold = try await bench.ledger.hold(10, "\(round)-\(index)", session: "s\(index)")
                try await bench.ledger.settle(hold, usage: TokenUsage(input: 10))
            }
        }
        #expect(await failure { _ = try await bench.ledger.hold(1, "more", session: "s0") }?.code == .budgetExceeded)
        #expect(try await bench.ledger.summary(model: "m").used == Money(picoUSD: 2_700))
        #expect(try await bench.ledger.verify().isSound)
    }

    @Test func `re-rating on a full disk fails as a whole, and what is left is posted once there is room`() async throws {
        let first = try FileBench(settings: settings { $0.maximumBytes = 150_000 })
        var entries: [LedgerEntry] = []
        for index in 0..<12 {
            entries.append(try await first.ledger.settle(first.ledger.hold(10, "\(index)"), usage: TokenUsage(input: 10)))
        }
        var table = try PriceTable(csv: "provider,model,input,output\np,m,0.000002,0.000001\n".utf8)
        var error: LedgerError?
        for factor in 3..<200 where error == nil {
            error = await failure { try await first.ledger.rerate(entries, with: table) }
            if error == nil {
                table = try PriceTable(csv: "provider,model,input,output\np,m,0.\(String(factor + 1_000_000).dropFirst()),0\n".utf8)
            }
        }
        #expect(error?.code == .storageFull)
        let bench = try first.reopened()
        _ = try await bench.ledger.rerate(entries, with: table)
        #expect(try await bench.ledger.rerate(entries, with: table).items.isEmpty)
        let each = try table.price(of: "m", at: start).cost(of: TokenUsage(input: 10)).picoUSD
        #expect(try await bench.ledger.summary(session: "s").used == Money(picoUSD: 12 * each))
        #expect(try await bench.ledger.verify().isSound)
    }
}
