import HardeningCore

/// Writes integers, least significant byte first, and short texts.
struct ByteWriter {
    var bytes: [UInt8] = []
    private(set) var isTooLong = false

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func integer(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func integers(_ values: [UInt64]) {
        for value in values { integer(value) }
    }

    /// Each as its length in two bytes and its UTF-8.
    mutating func names(_ texts: [String]) {
        for text in texts {
            if text.utf8.count > 1_024 { isTooLong = true }
            integer(UInt16(truncatingIfNeeded: text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
    }
}

/// Reads what ``ByteWriter`` wrote; nil where the bytes end too early or make no sense.
struct ByteReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func byte() -> UInt8? { rest.popFirst() }

    mutating func integer<Value: FixedWidthInteger>(_: Value.Type) -> Value? {
        let size = MemoryLayout<Value>.size
        guard rest.count >= size else { return nil }
        let value = rest.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(as: Value.self)) }
        rest = rest.dropFirst(size)
        return value
    }

    mutating func name() -> String? {
        guard let count = integer(UInt16.self), rest.count >= Int(count) else { return nil }
        let text = String(validating: rest.prefix(Int(count)), as: UTF8.self)
        rest = rest.dropFirst(Int(count))
        return text
    }

    mutating func tokenID() -> TokenID? {
        guard rest.count >= 16 else { return nil }
        var text: [UInt8] = []
        Base64URL.encode(rest.prefix(16), onto: &text)
        rest = rest.dropFirst(16)
        return text.withUnsafeBytes { TokenID(utf8: $0) }
    }

    mutating func timestamp() -> Timestamp? {
        integer(UInt64.self).map { Timestamp(nanosecondsSince1970: Int64(bitPattern: $0)) }
    }
}
