/// A store whose every step can be proved afterwards: an append-only journal, chained by hash, that adds up to the live counters.
public protocol LedgerAuditing: LedgerStore {
    /// Replays the journal and compares the live counters with it.
    ///
    /// - Returns: a report that names the first bad line, if there is one.
    /// - Complexity: O(lines), in bounded memory; it does not stop the store's work.
    func verify() async throws(LedgerError) -> JournalReport

    /// The lines after a number, oldest first: the way to read a journal of any length in bounded memory.
    ///
    /// - Parameter limit: at most so many, and never more than 10,000 at once.
    func journal(after sequence: UInt64, limit: Int) async throws(LedgerError) -> [JournalLine]
}

extension CostLedger {
    /// Replays the store's journal and compares the live counters with it.
    ///
    /// - Throws: ``LedgerError``, `auditUnavailable` when the store keeps no journal.
    public func verify() async throws(LedgerError) -> JournalReport {
        try await audited().verify()
    }

    /// Writes the store's journal, oldest line first, in bounded memory.
    ///
    /// - Parameters:
    ///   - sequence: start after this line; 0 for all of them.
    ///   - write: is given pieces of UTF-8 text of some kilobytes, in order.
    /// - Returns: the number of the last line written, to continue from another day.
    /// - Throws: ``LedgerError``, and what `write` throws.
    @discardableResult
    public func exportJournal(
        as format: JournalFormat, after sequence: UInt64 = 0, to write: (borrowing [UInt8]) async throws -> Void
    ) async throws -> UInt64 {
        let store = try audited()
        var export = JournalExport(format: format)
        var last = sequence
        try await write(export.header())
        while true {
            let lines = try await store.journal(after: last, limit: 1_000)
            guard let newest = lines.last?.entry.sequence, newest > last else { break }
            last = newest
            try await write(export.text(of: lines))
        }
        try await write(export.footer())
        return last
    }

    private func audited() throws(LedgerError) -> any LedgerAuditing {
        guard let store = store as? any LedgerAuditing else { throw LedgerError(.auditUnavailable, "the store keeps no journal") }
        return store
    }
}

extension LedgerError.Code {
    /// The store keeps no journal.
    public static let auditUnavailable = LedgerError.Code(rawValue: "LEDGER_AUDIT_UNAVAILABLE")
}
