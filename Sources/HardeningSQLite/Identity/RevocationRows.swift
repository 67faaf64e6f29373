import GRDB
import HardeningCore
import TokenAuth

/// The rows of `revocation`.
struct RevocationRows {
    /// Issuer and name together; longer than those of any token.
    static let maximumNameBytes = 16_384
    private static let columns = "sequence, kind, issuer, name, subject, issued_at, moment, seal"

    private let transaction: IdentityTransaction

    init(_ transaction: IdentityTransaction) { self.transaction = transaction }

    /// Reads every row, whose checksums are compared by that.
    func verify() throws {
        try transaction.statement("SELECT \(Self.columns) FROM revocation").each { row in
            _ = try Row(row).revocation()
            return true
        }
    }

    /// Adds a token, or raises a watermark: one that is there and as late covers it.
    func append(_ revocation: Revocation) throws {
        let row = Row(revocation)
        if row.kind != .token {
            let known = try transaction.statement("SELECT moment FROM revocation WHERE kind = ? AND issuer = ? AND name = ?")
                .first(.integer(row.kind.rawValue), .text(row.issuer), .text(row.name)) { $0.integer(0) }
            if let known, known >= row.moment.nanosecondsSince1970 { return }
            try transaction.statement("DELETE FROM revocation WHERE kind = ? AND issuer = ? AND name = ?")
                .run(.integer(row.kind.rawValue), .text(row.issuer), .text(row.name))
        }
        try transaction.statement(
            "INSERT INTO revocation (kind, issuer, name, subject, issued_at, moment, seal) VALUES (?, ?, ?, ?, ?, ?, ?)"
        ).run(all: row.values.sealed)
    }

    func page(after sequence: UInt64, limit: Int) throws -> RevocationPage {
        var entries: [RevocationPage.Entry] = []
        var isLast = true
        try transaction.statement("SELECT \(Self.columns) FROM revocation WHERE sequence > ? ORDER BY sequence LIMIT ?")
            .each(.integer(Int64(clamping: sequence)), .integer(Int64(limit) + 1)) { row in
                if entries.count == limit { isLast = false }
                guard isLast else { return false }
                entries.append(RevocationPage.Entry(sequence: UInt64(clamping: row.integer(0)), revocation: try Row(row).revocation()))
                return true
            }
        let newest = isLast ? try lastSequence() : entries.last?.sequence ?? sequence
        return RevocationPage(entries: entries, position: max(sequence, newest), isLast: isLast)
    }

    /// The last number given out, whether or not its row is still there.
    func lastSequence() throws -> UInt64 {
        let last = try transaction.statement("SELECT seq FROM sqlite_sequence WHERE name = 'revocation'").first { $0.integer(0) }
        return UInt64(clamping: last ?? 0)
    }

    /// Removes entries of tokens that nobody accepts any more, and says so in the same transaction.
    ///
    /// - Parameters:
    ///   - horizon: tokens that expired up to here are refused by everybody.
    ///   - lifetime: of the longest token: how long a watermark matters.
    ///   - limit: rows at most, of each kind.
    func prune(through horizon: Timestamp, lifetime: Duration, limit: Int) throws -> Int {
        var removed = 0
        for kind in Row.Kind.allCases {
            let moment = kind == .token ? horizon : horizon.advanced(by: .zero - lifetime)
            try transaction.statement(
                """
                DELETE FROM revocation WHERE sequence IN
                  (SELECT sequence FROM revocation WHERE kind = ? AND moment <= ? ORDER BY moment LIMIT ?)
                """
            ).run(.integer(kind.rawValue), SQLValue(moment), .integer(Int64(limit)))
            removed += transaction.changes
        }
        if removed > 0, horizon > (try forgottenThrough() ?? .distantPast) {
            try transaction.setFact("forgotten_through", horizon.nanosecondsSince1970)
        }
        return removed
    }

    func forgottenThrough() throws -> Timestamp? {
        try transaction.fact("forgotten_through").map { Timestamp(nanosecondsSince1970: $0) }
    }
}

extension RevocationRows {
    /// One row, before or after it was stored.
    struct Row {
        enum Kind: Int64, CaseIterable {
            case token = 1
            case subject, session, key, everything
        }

        let kind: Kind
        let issuer: String
        let name: String
        var subject: String?
        var issuedAt: Timestamp?
        let moment: Timestamp

        var values: [SQLValue] {
            [.integer(kind.rawValue), .text(issuer), .text(name), SQLValue(subject), SQLValue(issuedAt), SQLValue(moment)]
        }

        var nameByteCount: Int { issuer.utf8.count + name.utf8.count + (subject?.utf8.count ?? 0) }

        init(_ revocation: Revocation) {
            switch revocation {
            case .token(let issuer, let id, let subject, let issuedAt, let expiresAt):
                (kind, self.issuer, name, moment) = (.token, issuer, id.description, expiresAt)
                (self.subject, self.issuedAt) = (subject, issuedAt)
            case .subject(let issuer, let name, let through): (kind, self.issuer, self.name, moment) = (.subject, issuer, name, through)
            case .session(let issuer, let name, let at): (kind, self.issuer, self.name, moment) = (.session, issuer, name, at)
            case .key(let issuer, let name, let through): (kind, self.issuer, self.name, moment) = (.key, issuer, name, through)
            case .everything(let through): (kind, issuer, name, moment) = (.everything, "", "", through)
            }
        }

        /// - Throws: what a damaged row is.
        init(_ row: SQLRow) throws(SQLFailure) {
            guard let kind = Kind(rawValue: row.integer(1)) else { throw .damaged("a revocation") }
            (self.kind, issuer, name, moment) = (kind, row.text(2), row.text(3), row.timestamp(6))
            (subject, issuedAt) = (row.optionalText(4), row.optionalTimestamp(5))
            guard values.seal == row.integer(7) else { throw .damaged("revocation \(row.integer(0))") }
        }

        func revocation() throws(SQLFailure) -> Revocation {
            switch kind {
            case .token:
                guard let id = TokenID(name), let subject, let issuedAt else { throw .damaged("a revocation") }
                return .token(issuer: issuer, id: id, subject: subject, issuedAt: issuedAt, expiresAt: moment)
            case .subject: return .subject(issuer: issuer, name, through: moment)
            case .session: return .session(issuer: issuer, name, at: moment)
            case .key: return .key(issuer: issuer, name, through: moment)
            case .everything: return .everything(through: moment)
            }
        }
    }
}
