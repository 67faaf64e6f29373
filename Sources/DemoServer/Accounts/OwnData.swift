import CostTracker
import HardeningCore
import TokenAuth

/// Everything kept about one person, to hand over or to forget (articles 15, 17 and 20 of the GDPR).
struct OwnData: Sendable {
    let users: UserStore
    let sessions: SessionService
    let keys: APIKeyService
    let ledger: CostLedger
    let chats: ChatSessions

    struct Export: Sendable {
        let user: User
        let sessions: [RefreshSession]
        let keys: [APIKeyRecord]
        let costs: AccountBalance
    }

    func export(_ user: User) async throws -> Export {
        Export(
            user: user, sessions: try await sessions.sessions(subject: user.id), keys: try await keys.keys(owner: user.id),
            costs: try await ledger.summary(user: user.id))
    }

    /// Forgets the person; the account goes last, so that whoever is interrupted can ask again.
    ///
    /// The ledger keeps its entries under the account's id, which then leads to nobody: accounts must be kept.
    func erase(_ user: User) async throws {
        for key in try await keys.keys(owner: user.id) { try await keys.revoke(key.id, owner: user.id) }
        try await sessions.logoutAll(subject: user.id)
        chats.forget(user: user.id)
        try await users.erase(user)
        // Once more: a sign-in may have come in between.
        try await sessions.logoutAll(subject: user.id)
    }
}
