/// An IPv4 or IPv6 address as a number.
///
/// An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is the IPv4 address, so that a client is one
/// client however the socket reports it. Zone ids (`%eth0`) are dropped.
public struct IPAddress: Sendable, Hashable, BitwiseCopyable {
    public enum Family: Sendable, Hashable, BitwiseCopyable {
        case v4
        case v6
    }

    public let family: Family
    /// The address in the low 32 bits for IPv4, in all 128 for IPv6.
    public let bits: UInt128

    public init(v4 bits: UInt32) {
        family = .v4
        self.bits = UInt128(bits)
    }

    public init(v6 bits: UInt128) {
        if bits >> 32 == 0xffff {
            family = .v4
            self.bits = bits & 0xffff_ffff
        } else {
            family = .v6
            self.bits = bits
        }
    }

    /// Parses the textual forms of RFC 4291 §2.2 and strict dotted decimal, nothing else.
    ///
    /// Refused, among others: leading zeros (`010.0.0.1` is 8.0.0.1 to some), `0x7f.1`, ports, brackets.
    ///
    /// - Complexity: O(1); texts over 64 bytes are refused unread. No allocation.
    public init?(_ text: some StringProtocol) {
        guard let parsed = text.utf8.withContiguousStorageIfAvailable(IPAddressParser.parse) ?? IPAddressParser.parse(Array(text.utf8))
        else { return nil }
        self = parsed
    }

    public var bitWidth: Int { family == .v4 ? 32 : 128 }

    /// The first address of the block of `prefixLength` bits that this one is in.
    ///
    /// One customer usually holds a whole IPv6 /64: limits that count single IPv6 addresses do not limit.
    public func masked(toPrefix prefixLength: Int) -> IPAddress {
        let hostBits = bitWidth - max(0, min(bitWidth, prefixLength))
        let kept = hostBits >= 128 ? 0 : (bits >> UInt128(hostBits)) << UInt128(hostBits)
        return family == .v4 ? IPAddress(v4: UInt32(kept)) : IPAddress(v6: kept)
    }

    /// The key under which this client is counted: the address itself for IPv4, its /64 for IPv6.
    public func clientKey(v6Prefix: Int = 64) -> IPAddress {
        family == .v4 ? self : masked(toPrefix: v6Prefix)
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the canonical IPv6 text of RFC 5952.
    public var description: String {
        if family == .v4 {
            return "\(bits >> 24 & 255).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128((7 - $0) * 16)) }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > max(1, longest.count) { longest = start..<end }
            start = end + 1
        }
        let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        return longest.isEmpty ? text(groups[...]) : text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}

enum IPAddressParser {
    static func parse(_ bytes: some RandomAccessCollection<UInt8>) -> IPAddress? {
        guard (2...64).contains(bytes.count) else { return nil }
        let address = bytes.prefix { $0 != UInt8(ascii: "%") }
        if address.contains(UInt8(ascii: ":")) { return parseV6(address) }
        return address.count == bytes.count ? parseV4(address).map(IPAddress.init(v4:)) : nil
    }

    private static func parseV4(_ bytes: some Collection<UInt8>) -> UInt32? {
        var address: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var octets = 1
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if digits > 0 && octet == 0 { return nil }  // a leading zero
                octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                if octet > 255 { return nil }
            case UInt8(ascii: "."):
                guard digits > 0, octets < 4 else { return nil }
                address = address << 8 | octet
                (octet, digits, octets) = (0, 0, octets + 1)
            default: return nil
            }
        }
        return digits > 0 && octets == 4 ? address << 8 | octet : nil
    }

    /// Reads groups left to right; `gap` is where "::" stood.
    private static func parseV6(_ bytes: some Collection<UInt8>) -> IPAddress? {
        var bits: UInt128 = 0
        var groups = 0
        var gap: Int?
        var rest = bytes[...]
        if rest.starts(with: "::".utf8) {
            gap = 0
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let group = rest.prefix { $0 != UInt8(ascii: ":") }
            if group.contains(UInt8(ascii: ".")) {
                guard group.endIndex == rest.endIndex, groups <= 6, let v4 = parseV4(group) else { return nil }
                bits = bits << 32 | UInt128(v4)
                groups += 2
                break
            }
            guard groups < 8, let value = hexadecimal(group) else { return nil }
            bits = bits << 16 | UInt128(value)
            groups += 1
            rest = rest[group.endIndex...].dropFirst()
            if group.endIndex == bytes.endIndex { break }
            if rest.first == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = groups
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil  // a single trailing colon
            }
        }
        guard let gap else { return groups == 8 ? IPAddress(v6: bits) : nil }
        guard groups < 8 else { return nil }
        let tailBits = UInt128((groups - gap) * 16)
        let tail = tailBits == 0 ? 0 : bits & ((1 << tailBits) - 1)
        let head = gap == 0 ? 0 : (bits >> tailBits) << UInt128(128 - gap * 16)
        return IPAddress(v6: head | tail)
    }

    private static func hexadecimal(_ digits: some Collection<UInt8>) -> UInt16? {
        guard (1...4).contains(digits.count) else { return nil }
        var value: UInt16 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(digit - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}
