import GRDB
import HardeningCore
import TokenAuth

/// The rows of `session`.
struct SessionRows {
    private static let columns = """
        id, subject, scope, created_at, current, parent, nonce, rotated_at, generation, ending, expiry, version, seal
        """

    /// What became of a compare-and-swap.
    enum Swap {
        case stored
        /// Somebody else was first; this is what they left.
        case overtaken(Row?)
    }

    private let transaction: IdentityTransaction

    init(_ transaction: IdentityTransaction) { self.transaction = transaction }

    /// Reads every row, whose checksums are compared by that.
    func verify() throws {
        try transaction.statement("SELECT \(Self.columns) FROM session").each { row in
            _ = try Row(row)
            return true
        }
    }

    func find(_ id: SessionID) throws -> Row? {
        try transaction.statement("SELECT \(Self.columns) FROM session WHERE id = ?").first(.text(id.description)) {
            row throws(SQLFailure) in try Row(row)
        }
    }

    /// Oldest first.
    func list(subject: String) throws -> [Row] {
        var rows: [Row] = []
        try transaction.statement("SELECT \(Self.columns) FROM session WHERE subject = ? ORDER BY number").each(.text(subject)) { row in
            rows.append(try Row(row))
            return true
        }
        return rows
    }

    func insert(_ row: Row) throws {
        try transaction.statement(
            "INSERT INTO session (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ).run(all: row.values.sealed)
    }

    /// Stores `session` in the place of a row that is still as it was read.
    func swap(_ row: Row, for session: RefreshSession) throws -> Swap {
        let next = Row(session: session, expiry: row.expiry, version: row.version &+ 1)
        try transaction.statement(
            """
            UPDATE session SET current = ?, parent = ?, nonce = ?, rotated_at = ?, generation = ?, ending = ?, version = ?, seal = ?
            WHERE id = ? AND version = ?
            """
        ).run(
            .bytes(session.current.bytes), SQLValue(session.parent?.bytes), .bytes(session.nonce), SQLValue(session.rotatedAt),
            .integer(session.generation), SQLValue(session.ending?.rawValue), .integer(next.version), .integer(next.values.seal),
            .text(row.session.id.description), .integer(row.version))
        return transaction.changes == 1 ? .stored : .overtaken(try find(row.session.id))
    }

    func remove(_ id: SessionID) throws {
        try transaction.statement("DELETE FROM session WHERE id = ?").run(.text(id.description))
    }

    /// - Returns: the ids removed, oldest first.
    func removeAll(subject: String) throws -> [SessionID] {
        let ids = try list(subject: subject).map(\.session.id)
        try transaction.statement("DELETE FROM session WHERE subject = ?").run(.text(subject))
        return ids
    }

    func removeOldest(subject: String) throws {
        try transaction.statement(
            "DELETE FROM session WHERE number = (SELECT number FROM session WHERE subject = ? ORDER BY number LIMIT 1)"
        ).run(.text(subject))
    }

    func count(subject: String) throws -> Int64 {
        try transaction.statement("SELECT count(*) FROM session WHERE subject = ?").first(.text(subject)) { $0.integer(0) } ?? 0
    }

    func count() throws -> Int64 { try transaction.fact("session") ?? 0 }

    /// Removes sessions that are of no use any more, those first that ended first.
    func prune(now: Timestamp, limit: Int) throws -> Int {
        try transaction.statement(
            "DELETE FROM session WHERE number IN (SELECT number FROM session WHERE expiry <= ? ORDER BY expiry LIMIT ?)"
        ).run(SQLValue(now), .integer(Int64(limit)))
        return transaction.changes
    }
}

extension SessionRows {
    /// One row, before or after it was stored.
    struct Row: Sendable {
        let session: RefreshSession
        let expiry: Timestamp
        /// Changes so far: what a compare-and-swap compares.
        let version: Int64

        var values: [SQLValue] {
            [
                .text(session.id.description), .text(session.subject), SQLValue(session.scope), SQLValue(session.createdAt),
                .bytes(session.current.bytes), SQLValue(session.parent?.bytes), .bytes(session.nonce), SQLValue(session.rotatedAt),
                .integer(session.generation), SQLValue(session.ending?.rawValue), SQLValue(expiry), .integer(version),
            ]
        }

        init(session: RefreshSession, expiry: Timestamp, version: Int64 = 0) {
            self.session = session
            self.expiry = expiry
            self.version = version
        }

        /// - Throws: what a damaged row is.
        init(_ row: SQLRow) throws(SQLFailure) {
            guard let id = SessionID(row.text(0)), let current = RefreshDigest(row.bytes(4)) else { throw .damaged("a session") }
            self.init(
                session: RefreshSession(
                    id: id, subject: row.text(1), scope: row.optionalText(2), createdAt: row.timestamp(3), current: current,
                    parent: row.isNull(5) ? nil : RefreshDigest(row.bytes(5)), nonce: row.bytes(6), rotatedAt: row.timestamp(7),
                    generation: row.integer(8), ending: row.optionalText(9).flatMap(RefreshSession.Ending.init)),
                expiry: row.timestamp(10), version: row.integer(11))
            guard values.seal == row.integer(12) else { throw .damaged("session \(id)") }
        }
    }
}
