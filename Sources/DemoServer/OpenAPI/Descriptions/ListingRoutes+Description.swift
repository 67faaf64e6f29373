import ErrorCatalog

extension ListingRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .get, path: "/api/search", id: "search", tag: "Listings", summary: "Properties whose title or city contains a text.",
            parameters: [.query("q", "What to look for, in any case.", .text(1...200), isRequired: true)],
            answers: [.json("What was found.", .array(of: property))],
            failures: [.validationError]),
        RouteDescription(
            method: .get, path: "/api/property/{id}", id: "property", tag: "Listings", summary: "One property.",
            parameters: [.path("id", "Without a sign or leading zeros.", .integer(from: 1))],
            answers: [.json("The property.", property)],
            failures: [.validationError, .propertyNotFound, .propertyUnavailable]),
    ]

    private static let property = Schema.object([
        "id": .integer(from: 1), "title": .text, "city": .text, "price_usd": .count, "is_available": .flag,
    ]).named("Property")
}
