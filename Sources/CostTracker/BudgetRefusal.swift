/// Why a request was not admitted: every scope that it does not fit in.
///
/// Nothing was held.
public struct BudgetRefusal: Sendable, Hashable, CustomStringConvertible {
    /// The upper bound of the request's cost.
    public let requested: Money
    /// The balance of each account without enough room, as the decision saw it; at least one.
    public let failing: [AccountBalance]

    public init(requested: Money, failing: [AccountBalance]) {
        self.requested = requested
        self.failing = failing
    }

    public var description: String {
        let scopes = failing.map { "\($0.account): \($0.remaining ?? .zero) of \($0.limit ?? .zero) USD remain" }
        return "\(requested) USD do not fit: " + scopes.joined(separator: "; ")
    }
}
