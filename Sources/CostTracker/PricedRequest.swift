/// Who asked for what, on which terms, at which list price.
///
/// Immutable; a class so that holds, entries and commands share one.
public final class PricedRequest: Sendable {
    public let scope: CostScope
    /// The model as the caller named it.
    public let model: String
    public let terms: PriceTerms
    /// The row that was in effect when the request was made.
    public let price: ModelPrice

    public init(scope: CostScope, model: String, terms: PriceTerms, price: ModelPrice) {
        self.scope = scope
        self.model = model
        self.terms = terms
        self.price = price
    }

    /// Whether the caller asked for the same, byte by byte, whatever the list price was.
    func isSameCall(as other: PricedRequest) -> Bool {
        terms.tier == other.terms.tier && Self.isSame(terms.region, other.terms.region) && Self.isSame(model, other.model)
            && Self.isSame(scope.session, other.scope.session) && Self.isSame(scope.user, other.scope.user)
            && Self.isSame(scope.tenant, other.scope.tenant) && scope.others.count == other.scope.others.count
            && scope.others.allSatisfy { Self.isSame($0.value, other.scope.others[$0.key]) }
    }

    /// Texts that only look the same name different accounts: `==` would not tell them apart.
    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.utf8.elementsEqual(right.utf8)
    }
}

extension PricedRequest: Equatable {
    public static func == (left: PricedRequest, right: PricedRequest) -> Bool {
        left === right
            || (left.scope == right.scope && left.model == right.model && left.terms == right.terms && left.price == right.price)
    }
}
