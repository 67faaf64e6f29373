/// A property on offer.
struct Property: Encodable, Sendable, Hashable {
    let id: Int
    let title: String
    let city: String
    let priceUsd: Int
    let isAvailable: Bool
}

/// A handful of properties to look at; the demo's stand-in for a database.
enum Listings {
    static let all = [
        Property(id: 1, title: "Garden flat by the river", city: "Cairo", priceUsd: 120_000, isAvailable: true),
        Property(id: 2, title: "Town house with a courtyard", city: "Damascus", priceUsd: 185_000, isAvailable: true),
        Property(id: 3, title: "Sea view apartment", city: "Alexandria", priceUsd: 98_000, isAvailable: true),
        Property(id: 4, title: "Villa with a pool", city: "Hurghada", priceUsd: 340_000, isAvailable: false),
        Property(id: 5, title: "Studio near the university", city: "Giza", priceUsd: 45_000, isAvailable: true),
    ]

    static func property(id: Int) -> Property? {
        all.first { $0.id == id }
    }

    /// Those whose title or city contains `text`, without regard to case.
    static func search(_ text: String) -> [Property] {
        let wanted = text.lowercased()
        return all.filter { $0.title.lowercased().contains(wanted) || $0.city.lowercased().contains(wanted) }
    }
}
