import ErrorCatalog
import Synchronization

/// Which user a chat session belongs to.
///
/// A session is claimed by the first user who names it. Memory: at most ``capacity`` sessions; beyond
/// that the oldest claims are forgotten. Money does not depend on it: the ledger's session key contains
/// the user, so a forgotten claim cannot be used to spend somebody else's budget.
final class ChatSessions: Sendable {
    static let capacity = 100_000

    private struct State {
        var owners: [String: String] = [:]
        /// Session ids in the order they were claimed; a ring once full.
        var order: [String] = []
        var oldest = 0
    }

    private let state = Mutex(State())

    /// Claims `session` for `user`.
    ///
    /// - Throws: FORBIDDEN when it belongs to another user.
    func claim(_ session: String, for user: String) throws(CatalogError) {
        let isOwner = state.withLock { state in
            if let owner = state.owners[session] { return owner == user }
            if state.order.count < Self.capacity {
                state.order.append(session)
            } else {
                state.owners[state.order[state.oldest]] = nil
                state.order[state.oldest] = session
                state.oldest = (state.oldest + 1) % Self.capacity
            }
            state.owners[session] = user
            return true
        }
        if !isOwner { throw CatalogError(.forbidden) }
    }

    /// Gives up every claim of `user`.
    ///
    /// - Complexity: O(claims).
    func forget(user: String) {
        state.withLock { state in
            state.owners = state.owners.filter { $0.value != user }
        }
    }
}
