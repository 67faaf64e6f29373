import CostTracker
import HardeningCore
import Testing

@Suite struct JournalTests {
    private func bench(_ budgets: [Budget] = [], lines: Int = 10_000, accounts: Int = 100_000) throws -> Bench {
        var bounds = InMemoryLedgerStore.Bounds()
        (bounds.journalLines, bounds.accounts) = (lines, accounts)
        return try Bench(budgets, bounds: bounds, prices: PriceTable(csv: "provider,model,input,output\np,gpt-4o,0.000001,0.000001\n".utf8))
    }

    /// One of everything, on holds of 100.
    private func everything(_ bench: Bench) async throws {
        let ledger = bench.ledger
        let settled = try await bench.reserve(100, key: "settled")
        try await ledger.dispatched(settled)
        let entry = try await ledger.settle(settled, usage: TokenUsage(input: 60, output: 5))
        try await ledger.refund(Money(picoUSD: 20), of: entry.id, key: "refund")
        try await ledger.release(bench.reserve(100, key: "released"))
        _ = try await bench.reserve(100, key: "expired")
        let suspended = try await bench.reserve(100, key: "suspended")
        try await ledger.dispatched(suspended)
        bench.time.advance(by: .seconds(700))
        try await ledger.settle(suspended, usage: TokenUsage(input: 130))
        try await ledger.track(ModelUsage(model: "gpt-4o", usage: TokenUsage(input: 7)), session: "s")
    }

    @Test func `a charge that is adjusted is a line of its own, and the replay arrives at the live sums`() async throws {
        let bench = try bench()
        try await everything(bench)
        let dearer = try PriceTable(csv: "provider,model,input,output\np,gpt-4o,0.000003,0.000001\n".utf8)
        let entries = bench.store.recentEntries(limit: 10).filter { $0.kind == .charge }
        let report = try await bench.ledger.rerate(entries, with: dearer)
        let adjusted = try bench.store.journal(after: 0, limit: 100).map(\.entry).filter { $0.kind == .adjusted }
        #expect(adjusted.map(\.moves.spent).sorted() == report.items.map(\.difference.picoUSD).sorted())
        #expect(adjusted.count == 3)
        #expect(adjusted.allSatisfy { $0.moves.isBalanced && $0.posted != nil })
        _ = try await bench.ledger.rerate(entries, with: PriceTable(csv: "provider,model,input,output\np,gpt-4o,0,0\n".utf8))
        let verified = try bench.store.verify()
        #expect(verified.fault == nil, "\(verified)")
    }

    @Test func `every step is a balanced line: budget to held, by way of suspense, to spent, and back`() async throws {
        let bench = try bench()
        try await everything(bench)
        let lines = try bench.store.journal(after: 0, limit: 100).map(\.entry).filter { $0.kind != .opened }
        typealias Step = [Int64]
        let steps: [(String, Step)] = lines.map { ($0.kind.rawValue, [$0.moves.budget, $0.moves.held, $0.moves.suspense, $0.moves.spent]) }
        let expected: [(String, Step)] = [
            ("reserved", [-100, 100, 0, 0]), ("dispatched", [0, 0, 0, 0]), ("charged", [35, -100, 0, 65]), ("refunded", [20, 0, 0, -20]),
            ("reserved", [-100, 100, 0, 0]), ("released", [100, -100, 0, 0]), ("reserved", [-100, 100, 0, 0]),
            ("reserved", [-100, 100, 0, 0]), ("dispatched", [0, 0, 0, 0]), ("expired", [100, -100, 0, 0]),
            ("suspended", [0, -100, 100, 0]), ("charged", [-30, 0, -100, 130]), ("charged", [-7, 0, 0, 7]),
        ]
        #expect(steps.map(\.0) == expected.map(\.0))
        #expect(steps.map(\.1) == expected.map(\.1))
        #expect(lines.allSatisfy { $0.moves.isBalanced && $0.accounts.count == 4 })  // session, day, month, model
        #expect(lines.compactMap(\.posted).map(\.rawValue) == [1, 2, 3, 4])
    }

    @Test func `the journal verifies, and its sums are the live counters`() async throws {
        let bench = try bench()
        try await everything(bench)
        let report = try await bench.ledger.verify()
        #expect(report.isSound)
        #expect(report.lines == 17)  // 13 steps and 4 accounts
        #expect(report.accounts == 4)
    }

    @Test func `a window much shorter than the journal still verifies, over forgotten accounts too`() async throws {
        let bench = try bench(lines: 64, accounts: 64)
        for index in 0..<400 {
            let hold = try await bench.reserve(10, session: "s\(index % 90)", key: "\(index)")
            switch index % 4 {
            case 0: try await bench.ledger.release(hold)
            case 1:
                try await bench.ledger.dispatched(hold)
                bench.time.advance(by: .seconds(601))
            default: break
            }
            bench.time.advance(by: .seconds(2))
            if index % 50 == 0 { #expect(try await bench.ledger.verify().isSound) }
        }
        let report = try await bench.ledger.verify()
        #expect(report.isSound)
        #expect(report.lines == 64)
        #expect(try bench.store.journal(after: 0, limit: .max).count == 64)
    }

    @Test func `a store without a journal says so`() async throws {
        let bench = try Bench()
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.verify() }?.code == .auditUnavailable)
    }

    // MARK: Tampering

    private func lines() async throws -> [JournalLine] {
        let bench = try bench()
        try await everything(bench)
        return try bench.store.journal(after: 0, limit: 1_000)
    }

    private func fault(in lines: [JournalLine]) -> JournalFault? {
        var replay = JournalReplay()
        do throws(JournalFault) {
            for line in lines { try replay.add(line) }
            return nil
        } catch {
            return error
        }
    }

    /// The line with other moves, and the hash a forger would compute for it and for all lines after it.
    private func forged(_ lines: [JournalLine], at position: Int, moves: JournalEntry.Moves, rehashed: Bool) -> [JournalLine] {
        var lines = lines
        let old = lines[position].entry
        let entry = JournalEntry(
            sequence: old.sequence, at: old.at, kind: old.kind, hold: old.hold, posted: old.posted, accounts: old.accounts, moves: moves,
            usage: old.usage, digest: old.digest, opened: old.opened)
        lines[position] = JournalLine(entry: entry, hash: lines[position].hash)
        guard rehashed else { return lines }
        var head = position == 0 ? ContentHash.genesis : lines[position - 1].hash
        for index in position..<lines.count {
            head = head.chained(lines[index].entry.bytes)
            lines[index] = JournalLine(entry: lines[index].entry, hash: head)
        }
        return lines
    }

    @Test func `a changed, a missing, a doubled and a moved line are found at the first bad one`() async throws {
        let lines = try await lines()
        #expect(fault(in: lines) == nil)
        for position in lines.indices {
            var moves = lines[position].entry.moves
            (moves.spent, moves.budget) = (moves.spent + 1, moves.budget - 1)
            let changed = fault(in: forged(lines, at: position, moves: moves, rehashed: false))
            #expect(changed?.code == .chainBroken)
            #expect(changed?.sequence == UInt64(position + 1))

            var missing = lines
            missing.remove(at: position)
            let found = fault(in: missing)
            #expect(position == lines.count - 1 ? found == nil : found?.code == .gap && found?.sequence == UInt64(position + 1))

            var doubled = lines
            doubled.insert(lines[position], at: position)
            #expect(fault(in: doubled)?.code == .gap)
            if position > 0 {
                var moved = lines
                moved.swapAt(position, position - 1)
                #expect(fault(in: moved)?.sequence == UInt64(position))
            }
        }
    }

    @Test func `a forger who recomputes every hash still cannot create money or settle what was never held`() async throws {
        let lines = try await lines()
        for (position, line) in lines.enumerated() where line.entry.kind != .opened {
            var moves = line.entry.moves
            moves.held += 1
            #expect(fault(in: forged(lines, at: position, moves: moves, rehashed: true))?.code == .unbalanced)
            moves.budget -= 1
            let found = fault(in: forged(lines, at: position, moves: moves, rehashed: true))
            // A larger reservation is found where it ends, everything else where it stands.
            #expect(found?.code == .impossibleStep)
            #expect(line.entry.kind == .reserved || found?.sequence == line.entry.sequence)
        }
    }

    @Test func `any bytes decode to a line or to an error, never to a trap`() async throws {
        let lines = try await lines()
        var random = SeededGenerator(state: 3)
        for line in lines {
            let bytes = line.entry.bytes
            func decoded(_ bytes: [UInt8]) -> JournalEntry? {
                bytes.withUnsafeBytes { bytes in
                    var reader = ByteReader(bytes)
                    return try? JournalEntry(from: &reader)
                }
            }
            #expect(decoded(bytes) == line.entry)
            for cut in bytes.indices { #expect(decoded(Array(bytes[..<cut])) == nil) }
            for _ in 0..<50 {
                var damaged = bytes
                damaged[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                if let other = decoded(damaged), damaged != bytes { #expect(other != line.entry || other.bytes != damaged) }
            }
        }
    }
}
