import HardeningCore
import HardeningSQLite
import TokenAuth

/// Accounts, tokens, sessions and API keys over one database.
struct Identity: Sendable {
    let accounts: SQLiteAccountStore
    let tokens: TokenService
    let sessions: SessionService
    let apiKeys: APIKeyService
    private let database: IdentityDatabase

    /// - Parameters:
    ///   - secret: signs access tokens; the keys of other purposes are derived from it.
    ///   - database: closed by ``close()``.
    init(_ configuration: DemoConfiguration, secret: Secret, database: IdentityDatabase, time: TimeSource) async throws {
        self.database = database
        accounts = SQLiteAccountStore(database)
        tokens = try TokenService(
            issuer: "swift-hardening-demo", audience: "demo", keys: KeySet(active: .hs256(secret: secret, id: "demo")),
            accessLifetime: configuration.accessLifetime, leeway: configuration.leeway, maximumLifetime: .seconds(604_800),
            revocations: RevocationList(log: SQLiteRevocationLog(database, time: time)), time: time)
        // A new file knows nothing of what was revoked before: tokens from before it are refused.
        try await tokens.revocations.restore(now: time.timestamp)
        sessions = SessionService(
            tokens: tokens, key: PurposeKeys(root: secret).key(for: "refresh"), store: SQLiteRefreshSessionStore(database))
        apiKeys = try APIKeyService(prefix: "sk_demo", store: SQLiteAPIKeyStore(database), time: time)
    }

    func close() async throws {
        try await database.close()
    }
}
