import ErrorCatalog

extension CostRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .get, path: "/api/costs", id: "ownCosts", tag: "Chat", summary: "What the caller has spent.", access: .bearer,
            answers: [.json("The caller's account.", own)], failures: [.databaseError])
    ]

    private static let own = Schema.object([
        "total_usd": .dollars, "held_usd": .dollars, "suspense_usd": .dollars, "refunded_usd": .dollars, "requests": .count,
        "input_tokens": .count, "output_tokens": .count, "limit_reached": .flag,
    ]).named("OwnCosts")
}
