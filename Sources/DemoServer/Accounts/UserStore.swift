import HardeningCore
import HardeningSQLite

/// One account.
struct User: Sendable, Hashable {
    let id: String
    /// Normalised; see `EmailAddress`.
    let email: String
    let fullName: String?
    let passwordHash: String
    let plan: Plan
    let createdAt: Timestamp

    enum Plan: String, Sendable, Hashable, CaseIterable {
        case free, pro, enterprise

        /// How a token names the plan, so that no request has to look it up.
        var scope: String { "plan:\(rawValue)" }
    }
}

/// The accounts, in the identity database.
struct UserStore: Sendable {
    let accounts: SQLiteAccountStore

    /// Adds an account.
    ///
    /// - Throws: EMAIL_TAKEN, or DATABASE_ERROR.
    func add(_ user: User) async throws {
        try await accounts.register(
            IdentityAccount(
                id: user.id, email: user.email, name: user.fullName, passwordHash: user.passwordHash, plan: user.plan.rawValue,
                createdAt: user.createdAt))
    }

    func user(email: String) async throws -> User? {
        try await accounts.find(email: email).map { User($0) }
    }

    func user(id: String) async throws -> User? {
        try await accounts.find(id: id).map { User($0) }
    }

    /// Puts a new password hash in the place of an old one that is still the current one.
    ///
    /// - Returns: whether it was.
    func replaceHash(of user: User, with passwordHash: String) async throws -> Bool {
        try await accounts.updateHash(id: user.id, from: user.passwordHash, to: passwordHash)
    }
}

extension User {
    /// A plan that this version does not know is the smallest.
    fileprivate init(_ account: IdentityAccount) {
        self.init(
            id: account.id, email: account.email, fullName: account.name, passwordHash: account.passwordHash,
            plan: Plan(rawValue: account.plan) ?? .free, createdAt: account.createdAt)
    }
}
