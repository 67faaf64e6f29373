import CostTracker
import HardeningCore
import HardeningSQLite
import TokenAuth

func sqliteSample(keys: KeySet, refreshKey: Secret) async throws {
    let store = try SQLiteLedgerStore(path: "ledger.sqlite")
    let ledger = try CostLedger(budgets: [.daily(.usd("100"))], store: store)

    let identity = try IdentityDatabase(path: "identity.sqlite")
    let accounts = SQLiteAccountStore(identity)
    let tokens = try TokenService(
        issuer: "https://api.example.com", audience: "api", keys: keys, revocations: RevocationList(log: SQLiteRevocationLog(identity)))
    try await tokens.revocations.restore(now: TimeSource.system.timestamp)
    let sessions = SessionService(tokens: tokens, key: refreshKey, store: SQLiteRefreshSessionStore(identity))
    print(ledger, accounts, sessions)
}
