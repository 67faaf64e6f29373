import CircuitBreaker
import CostTracker
import HardeningCore
import Hummingbird
import RateLimit

/// `GET /status`: everything an operator wants on one screen.
///
/// Clients appear as fingerprints only; addresses are at `GET /demo/blocks`, in development.
struct StatusRoutes: Sendable {
    static let topRefusedCount = 10

    let breakers: Breakers
    let ledger: CostLedger
    let limiter: RateLimiter
    let guardian: AbuseGuard
    let build: BuildInformation
    let time: TimeSource
    let startedAt: Timestamp

    func status(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let costs = try await ledger.status()
        return JSONAnswer(
            Overview(
                status: HealthRoutes.Checks(breakers, costs).status, version: build.version,
                uptimeSeconds: time.timestamp.duration(since: startedAt).components.seconds,
                circuits: Dictionary(uniqueKeysWithValues: breakers.all.map { ($0.name, $0.state.rawValue) }),
                costs: HealthRoutes.Costs(costs), limiter: Limiter(limiter), abuseGuard: Guardian(guardian.snapshot)))
    }

    // MARK: - Shapes

    private struct Overview: Encodable {
        let status: HealthRoutes.Status
        let version: String
        let uptimeSeconds: Int64
        let circuits: [String: String]
        let costs: HealthRoutes.Costs
        let limiter: Limiter
        let abuseGuard: Guardian
    }

    private struct Limiter: Encodable {
        struct Policy: Encodable {
            let policy: String
            let admitted: UInt64
            let refused: UInt64
            let shadowRefused: UInt64
        }

        struct Client: Encodable {
            let policy: String
            let client: String
            let atLeast: UInt64
            let atMost: UInt64
        }

        let policies: [Policy]
        let capacity: Int
        let entries: Int
        let bytes: Int
        let evictions: UInt64
        let overCounted: UInt64
        let topRefused: [Client]

        init(_ limiter: RateLimiter) {
            let snapshot = limiter.snapshot
            policies = limiter.counters.map {
                Policy(policy: $0.policy, admitted: $0.admitted, refused: $0.refused, shadowRefused: $0.shadowRefused)
            }
            capacity = snapshot.capacity
            entries = snapshot.entries
            bytes = snapshot.bytes
            evictions = snapshot.evictions
            overCounted = snapshot.overCounted
            topRefused = limiter.topRefused(StatusRoutes.topRefusedCount).map {
                Client(policy: $0.policy, client: $0.client.description, atLeast: $0.atLeast, atMost: $0.atMost)
            }
        }
    }

    private struct Guardian: Encodable {
        struct Rule: Encodable {
            let stage: String
            let rule: String
            let count: UInt64
        }

        struct Lockouts: Encodable {
            let accounts: Int
            let lockedAccounts: Int
            let addresses: Int
            let lockedAddresses: Int
            let shared: UInt64
        }

        let blocks: Int
        let lockouts: Lockouts
        /// Rules that have spoken; the others would be a hundred zeros.
        let rules: [Rule]
        let watched: Int
        let unwatched: UInt64

        init(_ snapshot: AbuseGuard.Snapshot) {
            blocks = snapshot.entries.count { $0.effect == .block }
            lockouts = Lockouts(
                accounts: snapshot.lockout.accounts, lockedAccounts: snapshot.lockout.lockedAccounts,
                addresses: snapshot.lockout.addresses, lockedAddresses: snapshot.lockout.lockedAddresses,
                shared: snapshot.lockout.shared)
            rules = snapshot.counts.filter { $0.count > 0 }.map { Rule(stage: $0.stage.rawValue, rule: $0.rule, count: $0.count) }
            watched = snapshot.watched
            unwatched = snapshot.unwatched
        }
    }
}
