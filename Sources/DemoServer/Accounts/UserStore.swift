import ErrorCatalog
import Synchronization

/// One account.
struct User: Sendable, Hashable {
    let id: String
    /// Normalised; see `EmailAddress`.
    let email: String
    let fullName: String?
    let passwordHash: String
    let plan: Plan

    enum Plan: String, Sendable, Hashable, CaseIterable {
        case free, pro, enterprise
    }
}

/// The accounts, in memory: they end with the process.
///
/// Memory: at most ``capacity`` accounts; further registrations are refused, nobody is forgotten.
final class UserStore: Sendable {
    static let capacity = 100_000

    private struct State {
        var byEmail: [String: User] = [:]
        var byID: [String: User] = [:]
    }

    private let state = Mutex(State())

    /// Adds an account.
    ///
    /// - Throws: EMAIL_TAKEN, or SERVICE_UNAVAILABLE when the store is full.
    func add(_ user: User) throws(CatalogError) {
        let problem: ErrorDefinition? = state.withLock { state in
            if state.byEmail[user.email] != nil { return .emailTaken }
            if state.byID.count >= Self.capacity { return .serviceUnavailable }
            state.byEmail[user.email] = user
            state.byID[user.id] = user
            return nil
        }
        if let problem { throw CatalogError(problem) }
    }

    func user(email: String) -> User? {
        state.withLock { $0.byEmail[email] }
    }

    func user(id: String) -> User? {
        state.withLock { $0.byID[id] }
    }

    /// Puts a new password hash in the place of an old one that is still the current one.
    func rehash(_ user: User, to passwordHash: String) {
        state.withLock { state in
            guard let current = state.byID[user.id], current.passwordHash == user.passwordHash else { return }
            let updated = User(
                id: current.id, email: current.email, fullName: current.fullName, passwordHash: passwordHash, plan: current.plan)
            state.byID[user.id] = updated
            state.byEmail[user.email] = updated
        }
    }
}
