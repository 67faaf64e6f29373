/// A strong validator of a body that does not change while the process lives (RFC 9110, section 8.8.3).
struct EntityTag: Sendable, Hashable, CustomStringConvertible {
    let description: String

    /// FNV-1a in 64 bits: tells versions of our own bytes apart, and is no protection against a forger.
    init(of bytes: [UInt8]) {
        let hash = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        description = "\"\(String(hash, radix: 16))\""
    }

    /// Whether the value of an `If-None-Match` field names this tag, by the weak comparison of RFC 9110, section 13.1.2.
    func isIn(_ field: String) -> Bool {
        field.split(separator: ",").contains { item in
            let tag = item.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            return tag == "*" || (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == description
        }
    }
}
