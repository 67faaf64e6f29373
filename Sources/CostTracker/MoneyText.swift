extension Money {
    /// Reads an exact decimal amount of US dollars: `"0.50"`, `"3000"`, `"-1.25"`.
    ///
    /// The form is that of a JSON number without exponent: digits, at most one point with digits on
    /// both sides, no superfluous leading zero, no spaces, signs other than `-`, or separators.
    ///
    /// - Throws: ``MoneyError``: `malformed`, `tooPrecise` (a digit other than zero beyond the
    ///   twelfth decimal; nothing is rounded silently) or `overflow`.
    /// - Complexity: O(n); texts beyond 64 bytes are malformed.
    public static func usd(_ text: String) throws(MoneyError) -> Money {
        guard let money = try parse(Array(text.utf8.prefix(65))) else {
            throw MoneyError(code: .malformed, message: "\"\(text.prefix(64))\" is not a decimal amount such as 0.50")
        }
        return money
    }

    /// - Returns: nil when the form is wrong.
    private static func parse(_ text: [UInt8]) throws(MoneyError) -> Money? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = text.dropFirst(isNegative ? 1 : 0)
        let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
        guard text.count <= 64, parts.count <= 2, let whole = parts.first,
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (48...57).contains($0) } }),
            whole.count == 1 || whole.first != UInt8(ascii: "0")
        else { return nil }

        var fraction = parts.count == 2 ? Array(parts[1]) : []
        guard fraction.dropFirst(12).allSatisfy({ $0 == UInt8(ascii: "0") }) else {
            throw MoneyError(code: .tooPrecise, message: "an amount has at most twelve decimals")
        }
        fraction = Array(fraction.prefix(12))
        fraction += [UInt8](repeating: UInt8(ascii: "0"), count: 12 - fraction.count)

        var value: Int64 = 0  // kept negative while it grows, because -2⁶³ has no positive twin
        for digit in whole + fraction {
            let (shifted, first) = value.multipliedReportingOverflow(by: 10)
            let (sum, second) = shifted.subtractingReportingOverflow(Int64(digit - 48))
            guard !first, !second else { throw MoneyError.overflow }
            value = sum
        }
        guard isNegative || value != .min else { throw MoneyError.overflow }
        return Money(picoUSD: isNegative ? value : -value)
    }

    /// The exact amount as the text of a JSON number, the same as ``description``.
    public var jsonNumber: String { description }

    /// The amount for people, rounded half to even: `formatted(fractionDigits: 2)` of 0.0165 is `0.02`.
    ///
    /// Only for showing. Never read it back into the ledger.
    ///
    /// - Parameter fractionDigits: 0…12; values outside are brought to the nearer end.
    public func formatted(fractionDigits: Int) -> String {
        let digits = Swift.min(12, Swift.max(0, fractionDigits))
        let unit = (digits..<12).reduce(UInt64(1)) { unit, _ in unit * 10 }
        let (truncated, remainder) = picoUSD.magnitude.quotientAndRemainder(dividingBy: unit)
        let roundsUp = remainder * 2 > unit || (remainder * 2 == unit && truncated % 2 == 1)
        let units = truncated + (roundsUp ? 1 : 0)
        return Self.text(isNegative: picoUSD < 0 && units > 0, units: units, decimals: digits, trimmed: false)
    }

    private static func text(isNegative: Bool, units: UInt64, decimals: Int, trimmed: Bool) -> String {
        var digits = String(units)
        if digits.utf8.count <= decimals {
            digits = String(repeating: "0", count: decimals + 1 - digits.utf8.count) + digits
        }
        let whole = digits.dropLast(decimals)
        var fraction = digits.suffix(decimals)
        if trimmed { while fraction.last == "0" { fraction.removeLast() } }
        return (isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
}

extension Money: CustomStringConvertible {
    /// The exact amount in US dollars, without trailing zeros: `0.0165`, `100`, `-1.25`.
    public var description: String {
        Self.text(isNegative: picoUSD < 0, units: picoUSD.magnitude, decimals: 12, trimmed: true)
    }
}
