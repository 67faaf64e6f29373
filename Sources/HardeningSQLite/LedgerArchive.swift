public import CostTracker
import GRDB

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Ledger files as a whole: audited, copied while they are in use, and put back.
///
/// None of these brings a file to another layout, so a copy is restored by the release that wrote it or by a newer one.
public enum LedgerArchive {
    /// Audits a file, whether or not a service has it open.
    ///
    /// - Throws: ``LedgerError``: `storageUnavailable`, `storageDamaged`, `storageUnknownSchema`.
    /// - Complexity: O(lines), in bounded memory.
    public static func verify(_ path: String) throws(LedgerError) -> JournalReport {
        try typed { try audit(path) }
    }

    /// Audits a file, and looks for a head that was published earlier.
    ///
    /// Lines are only ever added, so every head that was true once is the hash of a line for ever. When an earlier head is in no
    /// line, history was rewritten, or cut off before it, however sound the rest looks.
    ///
    /// - Parameter head: ``JournalReport/head`` of an earlier audit, kept where the service cannot write.
    /// - Returns: the audit, and the line that `head` is the hash of: 0 for the head of an empty ledger, nil when there is none.
    /// - Throws: as ``verify(_:)``.
    public static func verify(_ path: String, through head: ContentHash) throws(LedgerError) -> (report: JournalReport, line: UInt64?) {
        try typed {
            var line: UInt64? = head == .genesis ? 0 : nil
            let report = try audit(path) { if $0.hash == head { line = $0.entry.sequence } }
            return (report, line)
        }
    }

    /// Copies a ledger, whether or not a service has it open, to a single new file, and audits the copy.
    ///
    /// The copy is one unchanging state; steps that are taken meanwhile are not in it, and none waits for it.
    ///
    /// - Parameter copy: must not exist; it appears whole and audited, or not at all.
    /// - Throws: ``LedgerError``: `storageDamaged` when the ledger does not verify, `storageUnavailable` when the copy exists.
    public static func backUp(_ path: String, to copy: String) throws(LedgerError) -> JournalReport {
        try typed {
            try requireFile(path)
            try requireNothing(at: copy)
            let partial = copy + ".partial"
            try? FileManager.default.removeItem(atPath: partial)
            defer { try? FileManager.default.removeItem(atPath: partial) }
            let report = try {
                let source = try queue(path)
                let target = try queue(partial)
                defer { try? target.close() }
                try source.backup(to: target)
                return try target.writeWithoutTransaction { database in
                    _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")  // one file, without a log
                    return try sound(database, copy)
                }
            }()
            try FileManager.default.moveItem(atPath: partial, toPath: copy)
            return report
        }
    }

    /// Puts a copy in the place of a ledger, after auditing it.
    ///
    /// What stood there is kept beside it, as `<path>.replaced-1`, `-2`…: it may hold charges that the copy does not know.
    ///
    /// - Returns: the audit of the copy, and where the old file is now, if there was one.
    /// - Throws: ``LedgerError``: `storageBusy` while any process has the ledger open, `storageDamaged` when the copy does not verify.
    public static func restore(_ copy: String, to path: String) throws(LedgerError) -> (report: JournalReport, replaced: String?) {
        try typed {
            try requireFile(copy)
            let partial = path + ".partial"
            try? FileManager.default.removeItem(atPath: partial)
            defer { try? FileManager.default.removeItem(atPath: partial) }
            try FileManager.default.copyItem(atPath: copy, toPath: partial)
            let report = try queue(partial).read { try sound($0, copy) }
            let replaced = try setAside(path)
            try FileManager.default.moveItem(atPath: partial, toPath: path)
            return (report, replaced)
        }
    }

    // MARK: Parts

    /// Moves what stands at `path` out of the way, once nobody has it open.
    private static func setAside(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            // Leaving the write-ahead log needs the file for oneself, and writes all of the log into it.
            let mode = try queue(path).writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
            guard mode == "delete" else { throw LedgerError(.storageBusy, "\(path) is open; stop the service first") }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw LedgerError(.storageBusy, "\(path) is open; stop the service first")
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            // Too damaged to be in use: what there is, is set aside as it is.
        }
        let number = (1...).lazy.first { !FileManager.default.fileExists(atPath: "\(path).replaced-\($0)") } ?? 1
        let aside = "\(path).replaced-\(number)"
        for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.moveItem(atPath: path + suffix, toPath: aside + suffix)
        }
        return aside
    }

    private static func audit(_ path: String, visit: (JournalLine) -> Void = { _ in }) throws -> JournalReport {
        try requireFile(path)
        return try queue(path).read { database in
            try LedgerSchema.check(database)
            return try LedgerVerification(database: database).report(visit: visit)
        }
    }

    private static func sound(_ database: Database, _ name: String) throws -> JournalReport {
        try LedgerSchema.check(database)
        let report = try LedgerVerification(database: database).report()
        if let fault = report.fault { throw LedgerError(.storageDamaged, "\(name): \(fault)") }
        return report
    }

    private static func queue(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func requireFile(_ path: String) throws(LedgerError) {
        guard FileManager.default.fileExists(atPath: path) else { throw LedgerError(.storageUnavailable, "there is no file \(path)") }
    }

    private static func requireNothing(at path: String) throws(LedgerError) {
        guard !FileManager.default.fileExists(atPath: path) else { throw LedgerError(.storageUnavailable, "\(path) exists already") }
    }

    private static func typed<Answer>(_ body: () throws -> Answer) throws(LedgerError) -> Answer {
        do {
            return try body()
        } catch {
            throw LedgerError(storage: error)
        }
    }
}
