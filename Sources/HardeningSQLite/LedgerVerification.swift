public import CostTracker
import GRDB

/// The audit of a file, read beside the writer from one unchanging state.
extension SQLiteLedgerStore {
    /// Checks the file itself first, its pages and indexes.
    ///
    /// - Throws: ``LedgerError``, `storageDamaged` when pages or indexes are not what SQLite wrote.
    /// - Complexity: O(lines), once per 100,000 accounts; memory for 100,000 accounts and the open holds.
    public func verify() async throws(LedgerError) -> JournalReport {
        try await read { try LedgerVerification(database: $0).report() }
    }

    /// ``verify()`` in passes over so many accounts.
    package func verify(accountsPerPass: UInt64) async throws(LedgerError) -> JournalReport {
        try await read { try LedgerVerification(database: $0, accountsPerPass: accountsPerPass).report() }
    }

    public func journal(after sequence: UInt64, limit: Int) async throws(LedgerError) -> [JournalLine] {
        try await read { database in
            let statement = try SQLStatement(
                "SELECT sequence, line, hash FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?", on: database)
            var lines: [JournalLine] = []
            let first = Int64(clamping: sequence)
            do {
                try statement.each(.integer(first), .integer(Int64(min(max(0, limit), 10_000)))) { row in
                    lines.append(try JournalRows.read(row).line)
                    return true
                }
            } catch let fault as JournalFault {
                throw LedgerError(.storageDamaged, fault.description)
            }
            return lines
        }
    }
}

/// Replays the journal of one state of the file and compares every live row with it.
struct LedgerVerification {
    let database: Database
    /// What a pass keeps in memory.
    var accountsPerPass: UInt64 = 100_000

    /// - Parameter visit: is given each line once, after its link was checked.
    func report(visit: (JournalLine) -> Void = { _ in }) throws -> JournalReport {
        try checkFile()
        let accounts = try LedgerSchema.count("SELECT count(*) FROM account", in: database)
        let passes = max(1, (UInt64(clamping: accounts) + accountsPerPass - 1) / max(1, accountsPerPass))
        var report = JournalReport(lines: 0, head: .genesis, accounts: Int(accounts), fault: nil)
        for pass in 0..<passes {
            var replay = JournalReplay(share: .init(remainder: pass, count: passes))
            do {
                try replayAll(into: &replay, isFirst: pass == 0, visit)
                if pass == 0 {
                    (report.lines, report.head) = (replay.lines, replay.head)
                    try compareOpenHolds(with: replay)
                    try compareAdjustments()
                }
                try compareAccounts(with: replay, share: .init(remainder: pass, count: passes))
            } catch let fault as JournalFault {
                (report.lines, report.head) = (replay.lines, replay.head)
                report.fault = fault
                return report
            }
        }
        return report
    }

    /// Tables and indexes agree: a row that an index does not lead to would count as never written.
    private func checkFile() throws {
        var findings: [String] = []
        try SQLStatement("PRAGMA integrity_check(1)", on: database).each { row in
            if row.text(0) != "ok" { findings.append(row.text(0)) }
            return true
        }
        if let finding = findings.first { throw LedgerError(.storageDamaged, finding) }
    }

    private func replayAll(into replay: inout JournalReplay, isFirst: Bool, _ visit: (JournalLine) -> Void) throws {
        let statement = try SQLStatement("SELECT sequence, line, hash FROM journal ORDER BY sequence", on: database)
        let hold = try SQLStatement("SELECT state, amount, entry, posted_amount FROM hold WHERE id = ?", on: database)
        try statement.each { row in
            let (line, bytes) = try JournalRows.read(row)
            guard isFirst else {
                try replay.addTrusted(line.entry)
                return true
            }
            try replay.add(line.entry, bytes: bytes, hash: line.hash)
            visit(line)
            try compareFinishedHold(line.entry, hold)
            return true
        }
    }

    /// A line that ends a hold must be what its row says.
    private func compareFinishedHold(_ entry: JournalEntry, _ statement: SQLStatement) throws {
        let state: HoldState
        switch entry.kind {
        case .charged, .refunded, .adjusted: state = .settled
        case .released: state = .released
        case .expired: state = .expired
        default: return
        }
        let agrees = try statement.first(SQLValue(entry.hold.rawValue)) { row in
            row.integer(0) == state.code
                && (entry.posted == nil
                    || (UInt64(bitPattern: row.integer(2)) == entry.posted?.rawValue && row.integer(3) == entry.moves.spent))
        }
        guard agrees == true else {
            throw JournalFault(.countersDiffer, at: nil, "hold \(entry.hold.rawValue) is not what line \(entry.sequence) says")
        }
    }

    private func compareOpenHolds(with replay: JournalReplay) throws {
        var count = 0
        let statement = try SQLStatement("SELECT id, state, amount FROM hold WHERE state < 3", on: database)
        try statement.each { row in
            count += 1
            let known = replay.holds[HoldID(rawValue: UInt64(bitPattern: row.integer(0)))]
            guard let known, known.state.code == row.integer(1), known.amount == row.integer(2) else {
                throw JournalFault(.countersDiffer, at: nil, "open hold \(row.integer(0)) is not what its lines say")
            }
            return true
        }
        guard count == replay.holds.count else {
            throw JournalFault(.countersDiffer, at: nil, "\(replay.holds.count) holds are open in the journal, \(count) in the table")
        }
    }

    /// What a charge says was added to it is what its adjusting entries add up to: it bounds refunds.
    private func compareAdjustments() throws {
        guard try LedgerSchema.pragma("user_version", of: database) >= LedgerSchema.versionWithAdjustments else { return }
        let statement = try SQLStatement(
            """
            SELECT entry FROM hold AS charge WHERE call < 2 AND adjusted <>
            ifnull((SELECT sum(posted_amount) FROM hold WHERE call = 3 AND refund_of = charge.entry), 0) LIMIT 1
            """, on: database)
        if let entry = try statement.first(read: { $0.integer(0) }) {
            throw JournalFault(.countersDiffer, at: nil, "entry \(entry) was not adjusted by what its adjustments add up to")
        }
    }

    private func compareAccounts(with replay: JournalReplay, share: JournalReplay.Share) throws {
        var unseen = replay.totals
        let statement = try SQLStatement("SELECT \(AccountRows.columns) FROM account", on: database)
        try statement.each { row in
            let number = UInt64(bitPattern: row.integer(0))
            guard share.contains(number) else { return true }
            guard let account = try? AccountRows.read(row), unseen.removeValue(forKey: number) == account.state.totals else {
                throw JournalFault(.countersDiffer, at: nil, "account \(number) does not count what its lines add up to")
            }
            return true
        }
        if let missing = unseen.keys.min() {
            throw JournalFault(.countersDiffer, at: nil, "account \(missing) is in the journal and not in the table")
        }
    }
}
