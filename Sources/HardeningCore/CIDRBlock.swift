/// A block of addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct CIDRBlock: Sendable, Hashable {
    public let base: IPAddress
    public let prefixLength: Int

    /// Parses `address/length`; a bare address is a block of one.
    ///
    /// - Returns: nil for malformed text, and for a base with bits below the prefix (`10.1.2.3/8`):
    ///   whoever wrote that meant something else, and an allow-list must not guess.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, !first.contains("%"), let base = IPAddress(first) else { return nil }
        var length = base.bitWidth
        if parts.count == 2 {
            let digits = parts[1]
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), digits == "0" || !digits.hasPrefix("0"),
                let written = Int(digits)
            else { return nil }
            let isMapped = base.family == .v4 && first.contains(":")
            length = isMapped ? written - 96 : written
        }
        guard (0...base.bitWidth).contains(length), base.masked(toPrefix: length) == base else { return nil }
        self.base = base
        self.prefixLength = length
    }

    public func contains(_ address: IPAddress) -> Bool {
        address.family == base.family && address.masked(toPrefix: prefixLength) == base
    }
}

extension CIDRBlock: CustomStringConvertible {
    public var description: String { "\(base)/\(prefixLength)" }
}
