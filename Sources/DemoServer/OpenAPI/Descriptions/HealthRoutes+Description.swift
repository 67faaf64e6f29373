import CircuitBreaker
import ErrorCatalog

extension HealthRoutes {
    static let descriptions: [RouteDescription] =
        same(quickPaths, "health", "Whether the process answers.", .object(["status": .constant("HEALTHY"), "timestamp": .timestamp]))
        + same(readinessPaths, "readiness", "Whether requests are welcome.", .object(["status": .constant("READY")]))
        + same(livenessPaths, "liveness", "Whether the process lives.", .object(["status": .constant("ALIVE")]))
        + same(versionPaths, "version", "What is running.", build) + [
            RouteDescription(
                method: .get, path: "/health/detailed", id: "healthDetailed", tag: tag, summary: "Each check by itself.", isExempt: true,
                answers: [
                    .json("The checks.", .object(["status": status, "checks": .map(of: status), "timestamp": .timestamp]))
                ],
                failures: [.databaseError]),
            RouteDescription(
                method: .get, path: "/health/circuits", id: "healthCircuits", tag: tag, summary: "Every circuit breaker.", isExempt: true,
                answers: [.json("By name.", .object(["circuits": .map(of: circuit)]))]),
            RouteDescription(
                method: .get, path: "/health/costs", id: "healthCosts", tag: tag, summary: "The day's and the month's budget.",
                isExempt: true, answers: [.json("The budgets.", costs)], failures: [.databaseError]),
        ]

    static let tag = "Health"
    static let status = Schema.choice([Status.healthy, .degraded].map(\.rawValue)).named("HealthStatus")

    static let costs = Schema.object(
        ["daily_cost_usd": .dollars, "limit_reached": .flag, "monthly_cost_usd": .dollars],
        optional: [
            "daily_limit_usd": .dollars, "daily_usage_percent": .number, "monthly_limit_usd": .dollars, "monthly_usage_percent": .number,
        ]
    ).named("Costs")

    private static let circuit = Schema.object([
        "state": .choice(Breaker.State.self), "failures": .count, "retry_after_seconds": Schema.count.nullable, "openings": .count,
        "refusals": .count, "explanation": .text,
    ]).named("Circuit")

    private static let build = Schema.object([
        "version": .text, "commit": .text, "build_time": .text, "swift": .text, "features": .array(of: .text),
    ]).named("Build")

    /// One answer under several paths: load balancers and clusters have different habits.
    private static func same(_ paths: [String], _ id: String, _ summary: String, _ body: Schema) -> [RouteDescription] {
        paths.enumerated().map { index, path in
            RouteDescription(
                method: .get, path: path, id: index == 0 ? id : "\(id)\(index + 1)", tag: tag, summary: summary, isExempt: true,
                answers: [.json(summary, body)])
        }
    }
}
