import CostTracker
import GRDB
import HardeningCore

/// The rows of `account`.
struct IdentityAccountRows {
    private static let columns = "id, email, name, password_hash, plan, roles, created_at, seal"

    private let transaction: IdentityTransaction

    init(_ transaction: IdentityTransaction) { self.transaction = transaction }

    /// Reads every row, whose checksums are compared by that.
    func verify() throws {
        try transaction.statement("SELECT \(Self.columns) FROM account").each { row in
            _ = try IdentityAccount(row)
            return true
        }
    }

    func find(id: String) throws -> IdentityAccount? {
        try transaction.statement("SELECT \(Self.columns) FROM account WHERE id = ?").first(.text(id)) {
            row throws(SQLFailure) in try IdentityAccount(row)
        }
    }

    /// - Parameter email: folded.
    func find(email: String) throws -> IdentityAccount? {
        try transaction.statement("SELECT \(Self.columns) FROM account WHERE email = ?").first(.text(email)) {
            row throws(SQLFailure) in try IdentityAccount(row)
        }
    }

    func insert(_ account: IdentityAccount) throws {
        try transaction.statement("INSERT INTO account (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .run(all: account.values.sealed)
    }

    func storeHash(of account: IdentityAccount) throws {
        try transaction.statement("UPDATE account SET password_hash = ?, seal = ? WHERE id = ?")
            .run(.text(account.passwordHash), .integer(account.values.seal), .text(account.id))
    }

    /// - Returns: whether it was there.
    func remove(id: String) throws -> Bool {
        try transaction.statement("DELETE FROM account WHERE id = ?").run(.text(id))
        return transaction.changes > 0
    }

    func count() throws -> Int64 { try transaction.fact("account") ?? 0 }
}

extension IdentityAccount {
    var values: [SQLValue] {
        var roles = ByteWriter()
        for role in self.roles { roles.text(role) }
        return [
            .text(id), .text(email), SQLValue(name), .text(passwordHash), .text(plan), .bytes(roles.bytes), SQLValue(createdAt),
        ]
    }

    /// - Throws: what a damaged row is.
    init(_ row: SQLRow) throws(SQLFailure) {
        let roles: [String]
        do {
            roles = try row.bytes(5).withUnsafeBytes { bytes throws(MalformedBytes) in
                var (reader, roles) = (ByteReader(bytes), [String]())
                while !reader.isAtEnd { roles.append(try reader.requiredText()) }
                return roles
            }
        } catch {
            throw .damaged("an account")
        }
        self.init(
            id: row.text(0), email: row.text(1), name: row.optionalText(2), passwordHash: row.text(3), plan: row.text(4), roles: roles,
            createdAt: row.timestamp(6))
        guard values.seal == row.integer(7) else { throw .damaged("an account") }
    }
}
