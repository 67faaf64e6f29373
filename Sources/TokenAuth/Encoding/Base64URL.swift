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
        var areKnown: UInt64 = 64
        // 64 plus the value of a character; the sums below take the 64 off all at once.
        @inline(__always) func entry(_ index: Int) -> UInt64 {
            let entry = UInt64(table[Int(text[index])])
            areKnown &= entry
            return entry
        }
        @inline(__always) func threeBytes(_ index: Int) -> UInt64 {
            entry(index) &<< 18 &+ entry(index &+ 1) &<< 12 &+ entry(index &+ 2) &<< 6 &+ entry(index &+ 3) &- 0o1_01_01_01_00
        }
        var read = 0
        var written = 0
        // Six bytes with one store; the two after them are written again by what follows.
        while written &+ 8 <= decodedCount {
            let word = threeBytes(read) &<< 40 | threeBytes(read &+ 4) &<< 16
            output.storeBytes(of: word.bigEndian, toByteOffset: written, as: UInt64.self)
            read &+= 8
            written &+= 6
        }
        while read &+ 4 <= text.count {
            let word = threeBytes(read)
            output[written] = UInt8(truncatingIfNeeded: word &>> 16)
            output[written &+ 1] = UInt8(truncatingIfNeeded: word &>> 8)
            output[written &+ 2] = UInt8(truncatingIfNeeded: word)
            read &+= 4
            written &+= 3
        }
        var leftover: UInt64 = 0
        if text.count &- read >= 2 {
            let third = text.count &- read == 3 ? entry(read &+ 2) : 64
            let word = entry(read) &<< 12 &+ entry(read &+ 1) &<< 6 &+ third &- 0o1_01_01_00
            output[written] = UInt8(truncatingIfNeeded: word >> 10)
            leftover = word & 0x3ff
            if text.count &- read == 3 {
                output[written &+ 1] = UInt8(truncatingIfNeeded: word >> 2)
                leftover = word & 0x3
            }
        }
        return areKnown != 0 && leftover == 0 ? decodedCount : nil
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

    /// For every byte, 64 plus its value, or `!`, which lacks that bit, when it is not in the alphabet.
    ///
    /// A literal, so that the table is read-only data without lazy initialisation or bounds checks.
    private static let table: StaticString = """
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!~!!tuvwxyz{|}!!!!!!\
        !@ABCDEFGHIJKLMNOPQRSTUVWXY!!!!\u{7f}!Z[\\]^_`abcdefghijklmnopqrs!!!!!\
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!\
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
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
