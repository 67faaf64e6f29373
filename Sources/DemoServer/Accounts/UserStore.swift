import ErrorCatalog
import HardeningCore
import Synchronization

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
    func add(_ user: User) async throws {
        let problem: ErrorDefinition? = state.withLock { state in
            if state.byEmail[user.email] != nil { return .emailTaken }
            if state.byID.count >= Self.capacity { return .serviceUnavailable }
            state.byEmail[user.email] = user
            state.byID[user.id] = user
            return nil
        }
        if let problem { throw CatalogError(problem) }
    }

    func user(email: String) async throws -> User? {
        state.withLock { $0.byEmail[email] }
    }

    func user(id: String) async throws -> User? {
        state.withLock { $0.byID[id] }
    }

    /// Puts a new password hash in the place of an old one that is still the current one.
    ///
    /// - Returns: whether it was.
    func replaceHash(of user: User, with passwordHash: String) async throws -> Bool {
        state.withLock { state in
            guard let current = state.byID[user.id], current.passwordHash == user.passwordHash else { return false }
            let updated = User(
                id: current.id, email: current.email, fullName: current.fullName, passwordHash: passwordHash, plan: current.plan,
                createdAt: current.createdAt)
            state.byID[user.id] = updated
            state.byEmail[user.email] = updated
            return true
        }
    }

    /// Forgets the account.
    func erase(_ user: User) async throws {
        state.withLock { state in
            guard let current = state.byID.removeValue(forKey: user.id) else { return }
            state.byEmail[current.email] = nil
        }
    }
}
