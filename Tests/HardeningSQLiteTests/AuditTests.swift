import CostTracker
import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct AuditTests {
    private func written() async throws -> FileBench {
        let bench = try FileBench()
        for index in 0..<5 {
            let hold = try await bench.ledger.hold(100, "\(index)", session: "s\(index % 2)")
            try await bench.ledger.dispatched(hold)
            if index > 0 { try await bench.ledger.settle(hold, usage: TokenUsage(input: 50)) }
        }
        return bench
    }

    @Test func `the file itself refuses to change or cut its journal`() async throws {
        let bench = try await written()
        for sql in ["UPDATE journal SET hash = line", "DELETE FROM journal WHERE sequence > 3"] {
            #expect(throws: (any Error).self) { try SQLite.execute(sql, in: bench.folder.ledger) }
        }
        #expect(try await bench.ledger.verify().isSound)
    }

    /// What someone with a shell could do to hide a charge.
    @Test(arguments: [
        ("UPDATE account SET used = used - 50 WHERE name = 's0'", "JOURNAL_COUNTERS_DIFFER"),
        ("DELETE FROM account WHERE name = 's1'", "JOURNAL_COUNTERS_DIFFER"),
        ("UPDATE hold SET posted_amount = 1 WHERE entry = 2", "JOURNAL_COUNTERS_DIFFER"),
        ("UPDATE hold SET state = 4 WHERE state = 1", "JOURNAL_COUNTERS_DIFFER"),
        ("DELETE FROM hold WHERE entry = 3", "JOURNAL_COUNTERS_DIFFER"),
        ("DELETE FROM journal WHERE sequence = 9", "JOURNAL_GAP"),
        ("UPDATE journal SET line = (SELECT line FROM journal WHERE sequence = 8) WHERE sequence = 9", "JOURNAL_GAP"),
        ("UPDATE journal SET line = zeroblob(20) WHERE sequence = 9", "JOURNAL_MALFORMED"),
        ("UPDATE journal SET hash = zeroblob(32) WHERE sequence = 9", "JOURNAL_CHAIN_BROKEN"),
        ("DELETE FROM journal WHERE sequence > 15", "JOURNAL_COUNTERS_DIFFER"),
    ])
    func `the audit finds it and names the line`(sql: String, code: String) async throws {
        let bench = try await written()
        try SQLite.execute("DROP TRIGGER journal_is_not_changed; DROP TRIGGER journal_is_not_cut; " + sql, in: bench.folder.ledger)
        let fault = try #require(try await bench.ledger.verify().fault)
        #expect(fault.code.rawValue == code)
        if sql.contains("sequence = 9") { #expect(fault.sequence == 9) }
    }

    @Test func `an audit in several passes finds in every account what one pass finds`() async throws {
        let bench = try await written()
        let whole = try await bench.store.verify()
        #expect(whole.accounts == 5)  // two sessions, the model, the day and the month
        #expect(try await bench.store.verify(accountsPerPass: 2) == whole)
        for account in 1...5 {
            for sql in ["UPDATE account SET used = used + 1 WHERE id = \(account)", "DELETE FROM account WHERE id = \(account)"] {
                let copy = try TemporaryFolder()
                _ = try LedgerArchive.backUp(bench.folder.ledger, to: copy.ledger)
                try SQLite.execute(sql, in: copy.ledger)
                let damaged = try FileBench(folder: copy)
                let fault = try await damaged.store.verify(accountsPerPass: 2).fault
                #expect(fault?.code.rawValue == "JOURNAL_COUNTERS_DIFFER", "\(sql)")
                #expect(fault?.description.contains("account \(account) ") == true, "\(String(describing: fault))")
            }
        }
    }

    @Test func `a damaged row is an error for the step that needs it, and not for its neighbours in the same commit`() async throws {
        let bench = try await written()
        try bench.store.close()
        try SQLite.execute("UPDATE account SET used = 0 WHERE name = 's0'", in: bench.folder.ledger)
        let again = try FileBench(folder: bench.folder, time: bench.time)
        let codes = await withTaskGroup(of: (Int, LedgerError.Code?).self) { group in
            for index in 0..<40 {
                group.addTask {
                    (index % 2, await failure { _ = try await again.ledger.hold(1, "n\(index)", session: "s\(index % 2)") }?.code)
                }
            }
            return await group.reduce(into: [[LedgerError.Code?]](repeating: [], count: 2)) { $0[$1.0].append($1.1) }
        }
        #expect(codes[0].allSatisfy { $0 == .storageDamaged })
        #expect(codes[1].allSatisfy { $0 == nil })
        #expect(try await again.ledger.summary(session: "s1").held == Money(picoUSD: 20))
        #expect(try await again.ledger.summary(model: "m").held == Money(picoUSD: 120))  // with the hold that is still open
    }

    @Test func `steps that are refused share a commit with those that are not`() async throws {
        let bench = try FileBench([.session(Money(picoUSD: 10))])
        let outcomes = await withTaskGroup(of: LedgerError.Code?.self) { group in
            for index in 0..<60 {
                group.addTask { await failure { _ = try await bench.ledger.hold(1, "\(index)", session: "s\(index % 3)") }?.code }
            }
            return await group.reduce(into: [LedgerError.Code?: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(outcomes == [nil: 30, .budgetExceeded: 30])
    }

    @Test func `callers that arrive together share a commit, and each is answered after it`() async throws {
        let bench = try FileBench()
        _ = try await bench.ledger.hold(1, "first")
        let lock = try FileLock(bench.folder.ledger)  // the disk, while it syncs
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 { group.addTask { _ = try await bench.ledger.hold(1, "\(index)") } }
            while bench.store.acceptedSteps < 201 { await Task.yield() }
            #expect(bench.store.commitCount == 1)
            try lock.release()
            try await group.waitForAll()
        }
        #expect(bench.store.commitCount <= 3)
        #expect(try await bench.ledger.summary(session: "s").held == Money(picoUSD: 201))
    }

    @Test func `the exported journal is the one in the file, whatever page it is read in`() async throws {
        let bench = try await written()
        var pages: [JournalLine] = []
        while true {
            let page = try await bench.store.journal(after: pages.last?.entry.sequence ?? 0, limit: 3)
            if page.isEmpty { break }
            pages += page
        }
        #expect(try await bench.store.journal(after: 0, limit: 10_000) == pages)
        #expect(try await bench.store.journal(after: .max, limit: 10).isEmpty)
        #expect(try await bench.store.journal(after: 0, limit: -1).isEmpty)
        var replay = JournalReplay()
        for line in pages { try replay.add(line) }
        #expect(try await bench.ledger.verify().head == replay.head)
    }
}
