/// Keeps the accounts of a service in an ``IdentityDatabase``, with one place for what a person may ask for: a copy and an erasure.
///
/// ```swift
/// let accounts = SQLiteAccountStore(identity)
/// try await accounts.register(IdentityAccount(id: id, email: email, passwordHash: hash, plan: "free", createdAt: now))
/// let account = try await accounts.find(email: "Somebody@Example.com")
/// ```
/// It knows nothing of passwords but their hash: hash and verify with `PasswordHasher`, and do the same work for accounts that are
/// not there. Of many registrations of one e-mail at once one succeeds.
///
/// Bounded by ``capacity``; about 300 bytes an account. Complexity: O(log n), and O(sessions and keys of the account) for
/// ``export(id:)`` and ``erase(id:)``.
public struct SQLiteAccountStore: Sendable {
    /// Accounts at most; further registrations are refused, nobody is forgotten.
    public let capacity: Int
    private let database: IdentityDatabase

    /// - Parameter capacity: 10,000,000 by default: about 3 GB of file.
    public init(_ database: IdentityDatabase, capacity: Int = 10_000_000) {
        self.database = database
        self.capacity = max(1, capacity)
    }

    /// Adds an account.
    ///
    /// - Throws: ``IdentityStoreError``: `conflict` when the e-mail or the id is taken, `tooLarge`, `unavailable(.full, …)` at capacity.
    public func register(_ account: IdentityAccount) async throws(IdentityStoreError) {
        try Self.checkSizes(of: account)
        let capacity = Int64(capacity)
        try await change { transaction in
            let rows = IdentityAccountRows(transaction)
            guard try rows.find(email: account.email) == nil else { throw IdentityStoreError.conflict(.email) }
            guard try rows.find(id: account.id) == nil else { throw IdentityStoreError.conflict(.id) }
            guard try rows.count() < capacity else { throw IdentityStoreError.unavailable(.full, detail: "there are \(capacity) accounts") }
            try rows.insert(account)
        }
    }

    /// The account of an e-mail address, or nil.
    ///
    /// - Parameter email: in any case.
    /// - Throws: ``IdentityStoreError``.
    public func find(email: String) async throws(IdentityStoreError) -> IdentityAccount? {
        let email = IdentityAccount.fold(email)
        return try await database.read { try IdentityAccountRows($0).find(email: email) }
    }

    /// The account of an id, or nil.
    ///
    /// - Throws: ``IdentityStoreError``.
    public func find(id: String) async throws(IdentityStoreError) -> IdentityAccount? {
        try await database.read { try IdentityAccountRows($0).find(id: id) }
    }

    /// Gives an account a new password.
    ///
    /// End its sessions afterwards: `SessionService.passwordChanged(subject:scope:)`.
    ///
    /// - Returns: false when there is no such account.
    public func updatePassword(id: String, to hash: String) async throws(IdentityStoreError) -> Bool {
        try await storeHash(hash, id: id, replacing: nil)
    }

    /// Puts the same password's costlier hash in the place of the old one, unless the password was changed meanwhile.
    ///
    /// - Returns: false when the account is gone or has another hash by now.
    public func updateHash(id: String, from old: String, to hash: String) async throws(IdentityStoreError) -> Bool {
        try await storeHash(hash, id: id, replacing: old)
    }

    /// Everything there is about an account, in one unchanging state.
    public func export(id: String) async throws(IdentityStoreError) -> IdentityExport {
        let uses = database.keyUses
        return try await database.read { transaction in
            IdentityExport(
                account: try IdentityAccountRows(transaction).find(id: id),
                sessions: try SessionRows(transaction).list(subject: id).map(\.session),
                apiKeys: try APIKeyRows(transaction).list(owner: id).map(uses.complete))
        }
    }

    /// Removes an account, its sessions and its API keys in one step, and overwrites their bytes in the file and its log.
    ///
    /// Copies that SQLite may have left in free space go with ``IdentityDatabase/removeErasedBytes()`` or ``IdentityDatabase/close()``.
    /// Revoke the account's tokens first (`TokenService.revokeAll(subject:)`): this cannot. Revocations that name the id stay for as long
    /// as they can refuse a token, at most the longest token's life; backups made before keep what they hold.
    ///
    /// - Returns: what was removed; empty when there was nothing.
    public func erase(id: String) async throws(IdentityStoreError) -> IdentityErasure {
        let erasure = try await change { transaction in
            try ErasedBytes.note(transaction)
            return IdentityErasure(
                hadAccount: try IdentityAccountRows(transaction).remove(id: id),
                sessions: try SessionRows(transaction).removeAll(subject: id),
                apiKeys: try APIKeyRows(transaction).removeAll(owner: id))
        }
        database.keyUses.forget(erasure.apiKeys)
        return erasure
    }

    /// Accounts now.
    public func count() async throws(IdentityStoreError) -> Int {
        Int(clamping: try await database.read { try IdentityAccountRows($0).count() })
    }
}

extension SQLiteAccountStore {
    private static let maximumHashBytes = 1_024

    private func change<Answer: Sendable>(
        _ body: @escaping @Sendable (IdentityTransaction) throws -> Answer
    ) async throws(IdentityStoreError) -> Answer {
        do {
            return try await database.write(body)
        } catch {
            throw IdentityStoreError(storage: error)
        }
    }

    private func storeHash(_ hash: String, id: String, replacing old: String?) async throws(IdentityStoreError) -> Bool {
        try Self.check("the password hash", hash, Self.maximumHashBytes)
        return try await change { transaction in
            let rows = IdentityAccountRows(transaction)
            guard var account = try rows.find(id: id), old == nil || old == account.passwordHash else { return false }
            account.passwordHash = hash
            try rows.storeHash(of: account)
            return true
        }
    }

    /// An e-mail has at most 254 bytes (RFC 5321 §4.5.3.1.3) before folding; the others have room to spare.
    private static func checkSizes(of account: IdentityAccount) throws(IdentityStoreError) {
        try check("the id", account.id, 256)
        try check("the e-mail", account.email, 512)
        try check("the name", account.name ?? "", 1_024)
        try check("the password hash", account.passwordHash, maximumHashBytes)
        try check("the plan", account.plan, 256)
        guard account.roles.count <= 64 else { throw .tooLarge(field: "the list of roles", maximumBytes: 64 * 256) }
        for role in account.roles { try check("a role", role, 256) }
    }

    private static func check(_ field: String, _ text: String, _ maximumBytes: Int) throws(IdentityStoreError) {
        guard text.utf8.count <= maximumBytes else { throw .tooLarge(field: field, maximumBytes: maximumBytes) }
    }
}
