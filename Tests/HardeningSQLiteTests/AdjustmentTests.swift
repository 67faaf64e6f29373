import CostTracker
import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct AdjustmentTests {
    private func table(_ pricePerMillion: String) throws -> PriceTable {
        try PriceTable(csv: "provider,model,input,output\np,m,\(pricePerMillion),0.000001\n".utf8)
    }

    private func charge(_ bench: FileBench, _ tokens: Int64, _ key: String) async throws -> LedgerEntry {
        try await bench.ledger.settle(bench.ledger.hold(tokens, key, user: "u"), usage: TokenUsage(input: tokens))
    }

    @Test func `re-rating posts the differences to the file, and a restart neither loses nor repeats them`() async throws {
        let bench = try FileBench([.session(Money(picoUSD: 1_000))])
        var entries: [LedgerEntry] = []
        for (index, tokens) in ([10, 20, 0, 30] as [Int64]).enumerated() { entries.append(try await charge(bench, tokens, "k\(index)")) }
        let double = try table("0.000002")
        let report = try await bench.ledger.rerate(entries, with: double)
        #expect(report.items.compactMap(\.posted?.amount.picoUSD) == [10, 20, 30])
        #expect(report.items.compactMap(\.posted?.id.rawValue) == [5, 6, 7])
        #expect(report.unchangedCount == 1)
        #expect(try await bench.ledger.verify().isSound)

        let again = try bench.reopened([.session(Money(picoUSD: 1_000))])
        #expect(try await again.ledger.recentEntries(limit: 3) == report.items.compactMap(\.posted).reversed())
        #expect(try await again.ledger.recentEntries().first?.tableHash == double.contentHash)
        let standing = try #require(try await again.store.standing(of: entries[3].id))
        #expect(standing.amount == Money(picoUSD: 60))
        #expect(standing.price.tableHash == double.contentHash)
        #expect(try await again.ledger.rerate(EntryID(rawValue: 1)...EntryID(rawValue: 4), with: double).items.isEmpty)
        for balance in [
            try await again.ledger.summary(session: "s"), try await again.ledger.summary(user: "u"), try await again.ledger.status().month,
            try await again.ledger.summary(model: "m"),
        ] {
            #expect(balance.used == Money(picoUSD: 120))
            #expect(balance.requests == 4)
        }
        let back = try await again.ledger.rerate(entries, with: table("0.000001"))
        #expect(back.items.map(\.difference.picoUSD) == [-10, -20, -30])
        #expect(try await again.ledger.summary(session: "s").used == Money(picoUSD: 60))
        #expect(try await again.ledger.verify().isSound)
    }

    @Test func `refunds after a restart are bounded by what the charge comes to now`() async throws {
        let bench = try FileBench()
        let entry = try await charge(bench, 100, "a")
        _ = try await bench.store.adjust(
            AdjustCommand(entry: entry.id, target: Money(picoUSD: 50), price: entry.request.price, now: bench.time.timestamp))
        let again = try bench.reopened()
        #expect(await failure { try await again.ledger.refund(Money(picoUSD: 51), of: entry.id, key: "r") }?.code == .refundExceedsCharge)
        try await again.ledger.refund(Money(picoUSD: 50), of: entry.id, key: "r")
        #expect(try await again.ledger.summary(session: "s").used == .zero)
        #expect(try await again.ledger.verify().isSound)
    }

    @Test func `a report imported again after a restart posts nothing, and its key stays taken`() async throws {
        let bench = try FileBench()
        _ = try await charge(bench, 100, "a")
        let report = try ProviderCostReport(csv: "date,model,cost_usd\n2026-01-01,m,0.00000000015\n".utf8)
        let posted = try #require(try await bench.ledger.reconcile(report).items.first?.posted)
        #expect(posted.amount == Money(picoUSD: 50))
        let again = try bench.reopened()
        #expect(try await again.ledger.reconcile(report).items.map(\.difference) == [.zero])
        #expect(try await again.ledger.summary(model: "m").used == Money(picoUSD: 150))
        #expect(try await again.ledger.recentEntries().first == posted)
        let key = try #require(posted.key)
        #expect(await failure { _ = try await again.ledger.hold(1, key) }?.code == .keyConflict)
        #expect(try await again.ledger.verify().isSound)
    }

    @Test func `adjustments that arrive together share a commit`() async throws {
        let bench = try FileBench()
        var entries: [LedgerEntry] = []
        for index in 0..<60 { entries.append(try await charge(bench, 10, "k\(index)")) }
        let (commits, steps, store, now) = (bench.store.commitCount, bench.store.acceptedSteps, bench.store, bench.time.timestamp)
        let lock = try FileLock(bench.folder.ledger)
        try await withThrowingTaskGroup(of: LedgerEntry?.self) { group in
            for entry in entries {
                group.addTask {
                    try await store.adjust(
                        AdjustCommand(entry: entry.id, target: Money(picoUSD: 7), price: entry.request.price, now: now))
                }
            }
            while store.acceptedSteps < steps + 60 { await Task.yield() }
            try lock.release()
            #expect(try await group.reduce(into: Set<EntryID?>()) { $0.insert($1?.id) }.count == 60)
        }
        #expect(bench.store.commitCount - commits <= 3)
        #expect(try await bench.ledger.summary(session: "s").used == Money(picoUSD: 420))
        #expect(try await bench.ledger.verify().isSound)
    }

    /// What someone with a shell could do to be refunded more than was charged.
    @Test(arguments: [
        "UPDATE hold SET adjusted = 40 WHERE entry = 1", "UPDATE hold SET adjusted = 0 WHERE entry = 1",
        "UPDATE hold SET posted_amount = 19 WHERE entry = 2", "UPDATE hold SET refund_of = NULL WHERE entry = 2",
    ])
    func `the audit finds a charge that was not adjusted by what its adjustments say`(sql: String) async throws {
        let bench = try FileBench()
        let entry = try await charge(bench, 20, "a")
        try await bench.ledger.rerate([entry], with: table("0.000002"))
        #expect(try await bench.ledger.verify().isSound)
        try SQLite.execute(sql, in: bench.folder.ledger)
        #expect(try await bench.ledger.verify().fault?.code.rawValue == "JOURNAL_COUNTERS_DIFFER")
    }

    @Test(arguments: ["adjusted = 3", "adjusted_price = NULL", "adjusted_price = 1"])
    func `a damaged adjustment is an error, not an amount`(change: String) async throws {
        let bench = try FileBench()
        let entry = try await charge(bench, 20, "a")
        try await bench.ledger.rerate([entry], with: table("0.000002"))
        try bench.store.close()
        try SQLite.execute("UPDATE hold SET \(change) WHERE entry = 1", in: bench.folder.ledger)
        let again = try FileBench(folder: bench.folder, time: bench.time)
        #expect(await failure { _ = try await again.store.standing(of: entry.id) }?.code == .storageDamaged)
        #expect(
            await failure { try await again.ledger.refund(Money(picoUSD: 1), of: entry.id, key: "r") }?.code == .storageDamaged)
    }
}
