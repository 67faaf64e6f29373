public import CostTracker
public import ErrorCatalog

/// What a client is told when the ledger says no, or cannot answer.
extension LedgerError: CatalogErrorConvertible {
    public var catalogError: CatalogError {
        if let refusal, let tightest = refusal.failing.min(by: { ($0.remaining ?? .max) < ($1.remaining ?? .max) }) {
            return CatalogError(
                .costLimitError,
                details: [
                    "scope": .string(tightest.account.label), "limit_usd": .money(tightest.limit ?? .zero),
                    "spent_usd": .money(tightest.committed), "requested_usd": .money(refusal.requested),
                ], cause: self)
        }
        if pricing != nil { return CatalogError.validation([FieldError("/model", .unknownModel)]) }
        // What is left is the store: full, busy, read-only, damaged. Nothing is spent that could not be written down.
        return CatalogError.database(operation: "ledger", cause: self)
    }
}

extension FieldRule {
    static let unknownModel = FieldRule(
        "UNKNOWN_MODEL", message: .init(en: "No price is known for this model.", ar: "لا يوجد سعر معروف لهذا النموذج."))
}

extension DetailValue {
    /// An exact amount as a JSON number.
    static func money(_ amount: Money) -> DetailValue {
        ExactDecimal(amount.jsonNumber).map(DetailValue.decimal) ?? .string(amount.jsonNumber)
    }
}

extension Account {
    /// The budget's name towards a client: `session`, `daily`, `monthly` or the scope's own name.
    fileprivate var label: String {
        switch (scope, window) {
        case (.everyone, .day): "daily"
        case (.everyone, .month): "monthly"
        default: scope.rawValue
        }
    }
}
