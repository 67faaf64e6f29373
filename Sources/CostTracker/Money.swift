/// An exact amount of US dollars: an integer count of pico-dollars (10⁻¹² USD).
///
/// A list price of $X per million tokens is X · 1,000,000 pico-dollars per token, an integer for
/// every price of up to six decimals, so the price of a request is an exact integer sum and nothing
/// rounds anywhere in the ledger. Binary floating point cannot do that: a thousand times 0.0005
/// gives 0.5000000000000003, and the last request of a $0.50 budget would be refused.
///
/// Covers ±$9,223,372.036854775807. Arithmetic is checked: it throws instead of wrapping.
@frozen
public struct Money: Sendable, Hashable, BitwiseCopyable {
    /// The amount in units of 10⁻¹² US dollars.
    public let picoUSD: Int64

    @inlinable
    public init(picoUSD: Int64) {
        self.picoUSD = picoUSD
    }

    public static let zero = Money(picoUSD: 0)

    /// The largest amount: $9,223,372.036854775807.
    public static let max = Money(picoUSD: .max)

    /// - Throws: ``MoneyError`` with ``MoneyError/Code/overflow``.
    @inlinable
    public static func + (left: Money, right: Money) throws(MoneyError) -> Money {
        let (sum, overflow) = left.picoUSD.addingReportingOverflow(right.picoUSD)
        guard !overflow else { throw MoneyError.overflow }
        return Money(picoUSD: sum)
    }

    /// - Throws: ``MoneyError`` with ``MoneyError/Code/overflow``.
    @inlinable
    public static func - (left: Money, right: Money) throws(MoneyError) -> Money {
        let (difference, overflow) = left.picoUSD.subtractingReportingOverflow(right.picoUSD)
        guard !overflow else { throw MoneyError.overflow }
        return Money(picoUSD: difference)
    }

    /// - Throws: ``MoneyError`` with ``MoneyError/Code/overflow``.
    @inlinable
    public static func * (left: Money, count: Int64) throws(MoneyError) -> Money {
        let (product, overflow) = left.picoUSD.multipliedReportingOverflow(by: count)
        guard !overflow else { throw MoneyError.overflow }
        return Money(picoUSD: product)
    }
}

extension Money: Comparable {
    @inlinable
    public static func < (left: Money, right: Money) -> Bool {
        left.picoUSD < right.picoUSD
    }
}
