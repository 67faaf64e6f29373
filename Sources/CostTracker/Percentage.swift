/// A share with one decimal, for showing: `45.3`.
public struct Percentage: Sendable, Hashable, BitwiseCopyable, CustomStringConvertible {
    /// Tenths of a percent: 453 is 45.3 %.
    public let tenths: Int64

    /// `part` as a share of `whole`, rounded half to even.
    ///
    /// Of a whole of zero, everything is used: 100.0.
    public init(of part: Money, in whole: Money) {
        guard whole > .zero else {
            tenths = 1000
            return
        }
        let negative = part.picoUSD < 0
        let dividend = UInt128(part.picoUSD.magnitude) * 1000
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: UInt128(whole.picoUSD.magnitude))
        let twice = remainder * 2
        let isUp = twice > UInt128(whole.picoUSD.magnitude) || (twice == UInt128(whole.picoUSD.magnitude) && quotient % 2 == 1)
        let rounded = Int64(clamping: quotient + (isUp ? 1 : 0))
        tenths = negative ? -rounded : rounded
    }

    /// A JSON number with exactly one decimal.
    public var description: String {
        "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    }
}
