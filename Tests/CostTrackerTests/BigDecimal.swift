/// A non-negative decimal of any length, kept as digits: arithmetic as on paper, so that it shares nothing with the code it
/// checks.
struct BigDecimal: Equatable, CustomStringConvertible {
    /// Least significant first.
    private var digits: [UInt8]
    private var decimals: Int

    /// - Returns: nil for what is not `digits(.digits)?`.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isWholeNumber) }) else { return nil }
        digits = text.utf8.filter { $0 != 46 }.reversed().map { $0 - 48 }
        decimals = parts.count == 2 ? parts[1].count : 0
        trim()
    }

    static func * (left: BigDecimal, right: BigDecimal) -> BigDecimal {
        var sums = [Int](repeating: 0, count: left.digits.count + right.digits.count + 1)
        for (i, a) in left.digits.enumerated() { for (j, b) in right.digits.enumerated() { sums[i + j] += Int(a) * Int(b) } }
        return BigDecimal(columns: sums, decimals: left.decimals + right.decimals)
    }

    static func + (left: BigDecimal, right: BigDecimal) -> BigDecimal {
        let decimals = max(left.decimals, right.decimals)
        let (a, b) = (left.shifted(to: decimals), right.shifted(to: decimals))
        let sums = (0..<max(a.count, b.count) + 1).map {
            (a.indices.contains($0) ? Int(a[$0]) : 0) + (b.indices.contains($0) ? Int(b[$0]) : 0)
        }
        return BigDecimal(columns: sums, decimals: decimals)
    }

    private init(columns: [Int], decimals: Int) {
        var carry = 0
        digits = columns.map { column in
            let sum = column + carry
            carry = sum / 10
            return UInt8(sum % 10)
        }
        while carry > 0 {
            digits.append(UInt8(carry % 10))
            carry /= 10
        }
        self.decimals = decimals
        trim()
    }

    private func shifted(to count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count - decimals) + digits }

    private mutating func trim() {
        while decimals > 0, digits.first == 0 {
            digits.removeFirst()
            decimals -= 1
        }
        while digits.count > max(1, decimals + 1), digits.last == 0 { digits.removeLast() }
        while digits.count <= decimals { digits.append(0) }
    }

    /// The canonical decimal text: `0.0165`, `100`.
    var description: String {
        let text = String(decoding: digits.reversed().map { $0 + 48 }, as: UTF8.self)
        return decimals == 0 ? text : text.dropLast(decimals) + "." + text.suffix(decimals)
    }
}
