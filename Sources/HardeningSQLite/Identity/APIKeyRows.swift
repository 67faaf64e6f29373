import GRDB
import HardeningCore
import TokenAuth

/// The rows of `api_key`.
struct APIKeyRows {
    private static let columns = "id, lineage, owner, scope, digest, hint, created_at, expires_at, last_used_at, seal"

    private let transaction: IdentityTransaction

    init(_ transaction: IdentityTransaction) { self.transaction = transaction }

    /// Reads every row, whose checksums are compared by that.
    func verify() throws {
        try transaction.statement("SELECT \(Self.columns) FROM api_key").each { row in
            _ = try APIKeyRecord(row)
            return true
        }
    }

    func find(_ digest: APIKeyDigest) throws -> APIKeyRecord? {
        try transaction.statement("SELECT \(Self.columns) FROM api_key WHERE digest = ?").first(.bytes(digest.bytes)) {
            row throws(SQLFailure) in try APIKeyRecord(row)
        }
    }

    func find(_ id: TokenID) throws -> APIKeyRecord? {
        try transaction.statement("SELECT \(Self.columns) FROM api_key WHERE id = ?").first(.text(id.description)) {
            row throws(SQLFailure) in try APIKeyRecord(row)
        }
    }

    /// Oldest first.
    func list(owner: String) throws -> [APIKeyRecord] {
        var records: [APIKeyRecord] = []
        try transaction.statement("SELECT \(Self.columns) FROM api_key WHERE owner = ? ORDER BY number").each(.text(owner)) { row in
            records.append(try APIKeyRecord(row))
            return true
        }
        return records
    }

    func insert(_ record: APIKeyRecord) throws {
        try transaction.statement("INSERT INTO api_key (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .run(all: record.values.sealed)
    }

    /// Stores what may change: the end and the last use.
    func replace(_ record: APIKeyRecord) throws {
        try transaction.statement("UPDATE api_key SET expires_at = ?, last_used_at = ?, seal = ? WHERE id = ?").run(
            SQLValue(record.expiresAt), SQLValue(record.lastUsedAt), .integer(record.values.seal), .text(record.id.description))
    }

    /// Notes uses that are later than the ones noted; keys that are gone are passed over.
    func markUsed(_ uses: [TokenID: Timestamp]) throws {
        for (id, moment) in uses {
            guard var record = try find(id), record.lastUsedAt ?? .distantPast < moment else { continue }
            record.lastUsedAt = moment
            try replace(record)
        }
    }

    func remove(_ id: TokenID, owner: String) throws {
        try transaction.statement("DELETE FROM api_key WHERE id = ? AND owner = ?").run(.text(id.description), .text(owner))
    }

    /// - Returns: the ids removed, oldest first.
    func removeAll(owner: String) throws -> [TokenID] {
        let ids = try list(owner: owner).map(\.id)
        try transaction.statement("DELETE FROM api_key WHERE owner = ?").run(.text(owner))
        return ids
    }

    func count() throws -> Int64 { try transaction.fact("api_key") ?? 0 }
}

extension APIKeyRecord {
    var values: [SQLValue] {
        [
            .text(id.description), .text(lineage.description), .text(owner), SQLValue(scope), .bytes(digest.bytes), .text(hint),
            SQLValue(createdAt), SQLValue(expiresAt), SQLValue(lastUsedAt),
        ]
    }

    /// - Throws: what a damaged row is.
    init(_ row: SQLRow) throws(SQLFailure) {
        guard let id = TokenID(row.text(0)), let lineage = TokenID(row.text(1)), let digest = APIKeyDigest(row.bytes(4)) else {
            throw .damaged("an API key")
        }
        self.init(
            id: id, lineage: lineage, owner: row.text(2), scope: row.optionalText(3), digest: digest, hint: row.text(5),
            createdAt: row.timestamp(6), expiresAt: row.optionalTimestamp(7), lastUsedAt: row.optionalTimestamp(8))
        guard values.seal == row.integer(9) else { throw .damaged("API key \(id)") }
    }
}
