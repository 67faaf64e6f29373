/// Base64 for URLs without padding, in its one canonical spelling: RFC 4648 §5, RFC 7515 appendix C.
///
/// Decoding is strict because a token's bytes must have one spelling: padding, other alphabets,
/// white space, impossible lengths and leftover bits that are not zero are all refused.
enum Base64URL {
    /// How many bytes `count` characters stand for, or nil when no encoding has that length.
    @inline(__always)
    static func decodedCount(_ count: Int) -> Int? {
        count & 3 == 1 ? nil : (count >> 2) &* 3 &+ ((count & 3) &* 3) >> 2
    }

    /// Writes the decoded bytes to the start of `output`.
    ///
    /// - Returns: the number of bytes, or nil when `text` is not canonical or `output` is too small.
    /// - Complexity: O(n), no allocation, no branch on the characters.
    static func decode(_ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
        guard let decodedCount = decodedCount(text.count), decodedCount <= output.count else { return nil }
        let table = table.utf8Start
        var seen: UInt32 = 0
        @inline(__always) func value(_ index: Int) -> UInt32 {
            let value = UInt32(table[Int(text[index])]) &- 48
            seen |= value
            return value
        }
        var read = 0
        var written = 0
        while read &+ 4 <= text.count {
            let word = value(read) << 18 | value(read &+ 1) << 12 | value(read &+ 2) << 6 | value(read &+ 3)
            output[written] = UInt8(truncatingIfNeeded: word >> 16)
            output[written &+ 1] = UInt8(truncatingIfNeeded: word >> 8)
            output[written &+ 2] = UInt8(truncatingIfNeeded: word)
            read &+= 4
            written &+= 3
        }
        var leftover: UInt32 = 0
        if text.count &- read >= 2 {
            let word = value(read) << 12 | value(read &+ 1) << 6 | (text.count &- read == 3 ? value(read &+ 2) : 0)
            output[written] = UInt8(truncatingIfNeeded: word >> 10)
            leftover = word & 0x3ff
            if text.count &- read == 3 {
                output[written &+ 1] = UInt8(truncatingIfNeeded: word >> 2)
                leftover = word & 0x3
            }
        }
        return seen & 64 == 0 && leftover == 0 ? decodedCount : nil
    }

    /// Appends the canonical encoding of `bytes` to `output`.
    static func encode(_ bytes: some Sequence<UInt8>, onto output: inout [UInt8]) {
        var word: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            word = word << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                output.append(character(word >> bits))
            }
        }
        if bits > 0 { output.append(character(word << (6 - bits))) }
    }

    private static func character(_ value: UInt32) -> UInt8 {
        switch UInt8(truncatingIfNeeded: value & 63) {
        case let letter where letter < 26: letter + UInt8(ascii: "A")
        case let letter where letter < 52: letter - 26 + UInt8(ascii: "a")
        case let digit where digit < 62: digit - 52 + UInt8(ascii: "0")
        case 62: UInt8(ascii: "-")
        default: UInt8(ascii: "_")
        }
    }

    /// For every byte, 48 plus its value, or `p` (48 + 64) when it is not in the alphabet.
    ///
    /// A literal, so that the table is read-only data without lazy initialisation or bounds checks.
    private static let table: StaticString = """
        pppppppppppppppppppppppppppppppppppppppppppppnppdefghijklmpppppp\
        p0123456789:;<=>?@ABCDEFGHIppppopJKLMNOPQRSTUVWXYZ[\\]^_`abcppppp\
        pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp\
        pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp
        """
}

extension Base64URL {
    /// The bytes of a canonical text, or nil.
    static func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
        let characters = Array(text)
        guard let count = decodedCount(characters.count) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let written = characters.withUnsafeBytes { text in bytes.withUnsafeMutableBytes { decode(text, into: $0) } }
        return written == nil ? nil : bytes
    }

    /// The bytes of a canonical text with exactly the padding that RFC 4648 §3.2 asks for.
    static func decodedPadded(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0 else { return nil }
        let padding = characters.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        return decoded(characters.dropLast(padding))
    }
}
