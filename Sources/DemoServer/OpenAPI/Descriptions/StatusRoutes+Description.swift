import CircuitBreaker
import ErrorCatalog
import RateLimit

extension StatusRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .get, path: "/status", id: "status", tag: HealthRoutes.tag, summary: "Everything an operator wants on one screen.",
            isExempt: true,
            answers: [.json("The state of every library.", overview)], failures: [.databaseError])
    ]

    private static let overview = Schema.object([
        "status": HealthRoutes.status, "version": .text, "uptime_seconds": .count, "circuits": .map(of: .choice(Breaker.State.self)),
        "costs": HealthRoutes.costs, "limiter": limiter, "abuse_guard": abuseGuard,
    ])

    private static let limiter = Schema.object([
        "policies": .array(of: .object(["policy": .text, "admitted": .count, "refused": .count, "shadow_refused": .count])),
        "capacity": .count, "entries": .count, "bytes": .count, "evictions": .count, "over_counted": .count,
        "top_refused": .array(of: .object(["policy": .text, "client": .text, "at_least": .count, "at_most": .count])),
    ]).named("Limiter")

    private static let abuseGuard = Schema.object([
        "blocks": .count,
        "lockouts": .object([
            "accounts": .count, "locked_accounts": .count, "addresses": .count, "locked_addresses": .count, "shared": .count,
        ]),
        "rules": .array(of: .object(["stage": .choice(AbuseReason.Stage.self), "rule": .text, "count": .count])),
        "watched": .count, "unwatched": .count,
    ]).named("AbuseGuard")
}
