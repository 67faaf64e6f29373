/// Every error a service can answer with, by code.
///
/// Make one at start-up from the built-in kinds and your own; a duplicate or malformed code stops
/// the start with a typed error instead of confusing clients later.
///
/// ```swift
/// let catalog = try Catalog.standard.adding([.cardDeclined, .emailTaken])
/// ```
/// Named without the module's name, so that `ErrorCatalog.CatalogError` stays unambiguous.
public struct Catalog: Sendable {
    /// In the order in which they were given.
    public let definitions: [ErrorDefinition]
    private let byCode: [String: ErrorDefinition]
    /// The storages of ``definitions``: a thrown definition that is one of them needs no look-up by code.
    private let identities: Set<ObjectIdentifier>

    /// - Throws: ``CatalogRefusal`` for the first duplicate code, malformed code or status outside 400…599.
    public init(_ definitions: [ErrorDefinition]) throws(CatalogRefusal) {
        for definition in definitions {
            guard ErrorDefinition.isWellFormed(code: definition.code) else {
                throw CatalogRefusal(reason: .malformedCode, code: definition.code)
            }
            guard ErrorDefinition.statuses.contains(definition.status) else {
                throw CatalogRefusal(reason: .statusOutOfRange, code: definition.code)
            }
        }
        let byCode = Dictionary(definitions.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        if byCode.count != definitions.count {
            var seen: Set<String> = []
            for definition in definitions where !seen.insert(definition.code).inserted {
                throw CatalogRefusal(reason: .duplicateCode, code: definition.code)
            }
        }
        self.init(definitions, byCode: byCode)
    }

    /// For the built-in kinds, which a test holds to the rules of ``init(_:)``.
    private init(unchecked definitions: [ErrorDefinition]) {
        self.init(definitions, byCode: Dictionary(definitions.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    private init(_ definitions: [ErrorDefinition], byCode: [String: ErrorDefinition]) {
        self.definitions = definitions
        self.byCode = byCode
        identities = Set(definitions.map(\.identity))
    }

    /// The 19 kinds and the suite's own, with COST_LIMIT_ERROR as 402.
    public static let standard = Catalog(unchecked: ErrorDefinition.builtIn)

    /// The built-in kinds with the status of COST_LIMIT_ERROR chosen.
    public static func standard(costLimitStatus: CostLimitStatus) -> Catalog {
        standard.replacing([.costLimitError(status: costLimitStatus)])
    }

    /// This catalogue and further definitions.
    ///
    /// - Throws: ``CatalogRefusal``, also for a code that is already there.
    public func adding(_ definitions: [ErrorDefinition]) throws(CatalogRefusal) -> Catalog {
        try Catalog(self.definitions + definitions)
    }

    /// This catalogue with other words or another status for codes it already has; others are left out.
    ///
    /// The replacement answers also where the original is thrown.
    public func replacing(_ replacements: [ErrorDefinition]) -> Catalog {
        Catalog(unchecked: definitions.map { original in replacements.last { $0.code == original.code } ?? original })
    }

    public subscript(code: String) -> ErrorDefinition? {
        byCode[code]
    }

    /// The definition that answers where `thrown` was thrown: this catalogue's of the same code, or `thrown` itself.
    func definition(for thrown: ErrorDefinition) -> ErrorDefinition {
        identities.contains(thrown.identity) ? thrown : byCode[thrown.code] ?? thrown
    }
}

/// The status of COST_LIMIT_ERROR: a budget is spent like money, or refills like a limit.
public enum CostLimitStatus: Int, Sendable, Hashable, CaseIterable {
    case paymentRequired = 402
    case tooManyRequests = 429
}
