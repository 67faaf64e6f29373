/// A decimal number that reaches the answer digit for digit.
///
/// Money must not pass through binary floating point: 0.1 has no exact `Double`. The value is the
/// text of an RFC 8259 number without exponent, at most 40 characters, written into the JSON as is.
public struct ExactDecimal: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// - Returns: nil unless `text` is `-?(0|[1-9][0-9]*)(\.[0-9]+)?` of at most 40 characters.
    public init?(_ text: String) {
        guard text.utf8.count <= 40 else { return nil }
        var digits = text.utf8[...]
        if digits.first == UInt8(ascii: "-") { digits.removeFirst() }
        let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        for part in parts {
            guard !part.isEmpty, part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        }
        guard let whole = parts.first, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
        description = text
    }

    /// `units` × 10^−`scale`: `ExactDecimal(units: 165, scale: 4)` is 0.0165.
    ///
    /// - Parameter scale: digits after the point, 0…18; values outside are brought to the nearest bound.
    public init(units: Int64, scale: Int) {
        let scale = Swift.max(0, Swift.min(18, scale))
        var digits = String(units.magnitude)
        if scale > 0 {
            digits = String(repeating: "0", count: Swift.max(0, scale + 1 - digits.utf8.count)) + digits
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale))
        }
        description = (units < 0 ? "-" : "") + digits
    }
}
