/// A string of a JSON document: bytes still inside the document, already validated.
///
/// Valid only as long as the document's buffer. Nothing is copied until ``string()``.
struct JSONText {
    /// Between the quotation marks: valid UTF-8, valid escapes, no NUL.
    let bytes: UnsafeRawBufferPointer
    let hasEscapes: Bool

    @inline(__always)
    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        hasEscapes ? unescaped.elementsEqual(other) : ByteComparison.equal(bytes, other)
    }

    func equals(_ other: JSONText) -> Bool {
        switch (hasEscapes, other.hasEscapes) {
        case (_, false): equals(other.bytes)
        case (false, true): other.equals(bytes)
        case (true, true): unescaped == other.unescaped
        }
    }

    func equals(_ other: StaticString) -> Bool {
        equals(UnsafeRawBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
    }

    func hasPrefix(_ other: StaticString) -> Bool {
        let prefix = UnsafeRawBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount)
        return hasEscapes ? unescaped.starts(with: prefix) : bytes.starts(with: prefix)
    }

    /// Up to eight bytes as one word, first byte lowest, for a switch over known names; nil when longer.
    @inline(__always)
    var packed: UInt64? {
        hasEscapes ? Self.pack(unescaped) : Self.pack(bytes)
    }

    @inline(__always)
    private static func pack(_ bytes: some Collection<UInt8>) -> UInt64? {
        guard bytes.count <= 8 else { return nil }
        var word: UInt64 = 0
        var shift: UInt64 = 0
        for byte in bytes {
            word |= UInt64(byte) &<< shift
            shift &+= 8
        }
        return word
    }

    /// The length in bytes after unescaping.
    var byteCount: Int { hasEscapes ? unescaped.count : bytes.count }

    func string() -> String {
        hasEscapes ? String(decoding: unescaped, as: UTF8.self) : String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes with escapes resolved.
    ///
    /// Copies: the rare path.
    private var unescaped: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\"), index < bytes.count else {
                result.append(byte)
                continue
            }
            let letter = bytes[index]
            index += 1
            switch letter {
            case UInt8(ascii: "b"): result.append(8)
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "f"): result.append(12)
            case UInt8(ascii: "r"): result.append(13)
            case UInt8(ascii: "u"):
                var scalar = hexadecimal(at: index)
                index += 4
                if scalar & 0xfc00 == 0xd800 {
                    scalar = 0x10000 + (scalar & 0x3ff) << 10 + hexadecimal(at: index + 2) & 0x3ff
                    index += 6
                }
                result.append(contentsOf: UTF8.encode(Unicode.Scalar(scalar) ?? "\u{fffd}") ?? UTF8.encodedReplacementCharacter)
            default: result.append(letter)
            }
        }
        return result
    }

    private func hexadecimal(at start: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in start..<min(start + 4, bytes.count) {
            value = value << 4 | UInt32(JSONReader.hexadecimalValue(bytes[index]) ?? 0)
        }
        return value
    }
}
