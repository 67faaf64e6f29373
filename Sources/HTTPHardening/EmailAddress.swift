/// The e-mail addresses a sign-up form accepts.
///
/// Stricter than RFC 5321 on purpose: no quoted local parts, address literals or comments, at least
/// one dot in the domain. It proves that a text can be mailed to, not that anybody reads it.
public enum EmailAddress {
    public static let maximumLength = 254

    /// The address in the form it is stored and compared in, or nil when it is not one.
    ///
    /// The domain is lower-cased, and so is the local part: two accounts that differ in case only
    /// would be one mailbox nearly everywhere.
    public static func normalized(_ text: String) -> String? {
        guard text.utf8.count <= maximumLength else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, isLocalPart(parts[0]), isDomain(parts[1]) else { return nil }
        return text.lowercased()
    }

    private static func isLocalPart(_ bytes: Substring.UTF8View) -> Bool {
        guard (1...64).contains(bytes.count), bytes.first != UInt8(ascii: "."), bytes.last != UInt8(ascii: ".") else { return false }
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == UInt8(ascii: "."), previous == byte { return false }
            guard isLetterOrDigit(byte) || ".!#$%&'*+/=?^_`{|}~-".utf8.contains(byte) else { return false }
            previous = byte
        }
        return true
    }

    private static func isDomain(_ bytes: Substring.UTF8View) -> Bool {
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, bytes.count <= 253 else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
