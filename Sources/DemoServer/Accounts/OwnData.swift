import CostTracker
import HardeningCore
import HardeningSQLite
import TokenAuth

/// Everything kept about one person, to hand over or to forget (articles 15, 17 and 20 of the GDPR).
struct OwnData: Sendable {
    let accounts: SQLiteAccountStore
    let tokens: TokenService
    let ledger: CostLedger
    let chats: ChatSessions

    struct Export: Sendable {
        let user: User
        let sessions: [RefreshSession]
        let keys: [APIKeyRecord]
        let costs: AccountBalance
    }

    func export(_ user: User) async throws -> Export {
        let kept = try await accounts.export(id: user.id)
        return Export(user: user, sessions: kept.sessions, keys: kept.apiKeys, costs: try await ledger.summary(user: user.id))
    }

    /// Forgets the person: account, sessions and keys in one step.
    ///
    /// The ledger keeps its entries under the account's id, which then leads to nobody: accounts must be kept.
    func erase(_ user: User) async throws {
        // First, so that whoever is interrupted here can still sign in and ask again.
        try await tokens.revokeAll(subject: user.id)
        _ = try await accounts.erase(id: user.id)
        chats.forget(user: user.id)
        // Once more: a sign-in may have come in between.
        try await tokens.revokeAll(subject: user.id)
    }
}
