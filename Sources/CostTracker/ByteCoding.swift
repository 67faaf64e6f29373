/// Writes numbers and texts as the bytes that the journal hashes and durable stores keep.
///
/// Numbers are LEB128 (signed ones zigzag), texts have their length in front: every sequence of values has one form, and small
/// numbers are short.
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package init(reserving capacity: Int) { bytes.reserveCapacity(capacity) }

    package mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    package mutating func number(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    package mutating func signed(_ number: Int64) {
        self.number(UInt64(bitPattern: number << 1 ^ number >> 63))
    }

    /// Nil and the empty text differ.
    package mutating func text(_ text: String?) {
        guard let text else { return number(0) }
        number(UInt64(text.utf8.count) + 1)
        bytes.append(contentsOf: text.utf8)
    }

    package mutating func optional(_ number: Int64?) {
        byte(number == nil ? 0 : 1)
        if let number { signed(number) }
    }

    package mutating func hash(_ hash: ContentHash) { hash.append(to: &bytes) }
}

/// Bytes that are not what ``ByteWriter`` writes.
package struct MalformedBytes: Error {
    package init() {}
}

/// Reads what ``ByteWriter`` wrote; other bytes are an error, never a trap.
package struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var isAtEnd: Bool { position == bytes.count }

    package mutating func byte() throws(MalformedBytes) -> UInt8 {
        guard position < bytes.count else { throw MalformedBytes() }
        defer { position += 1 }
        return bytes[position]
    }

    package mutating func number() throws(MalformedBytes) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let next = try byte()
            guard shift < 63 || next <= 1 else { break }
            result |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return result }
        }
        throw MalformedBytes()
    }

    package mutating func signed() throws(MalformedBytes) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    package mutating func text() throws(MalformedBytes) -> String? {
        let length = try number()
        guard length > 0 else { return nil }
        guard length - 1 <= UInt64(bytes.count - position) else { throw MalformedBytes() }
        let end = position + Int(length - 1)
        defer { position = end }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    package mutating func requiredText() throws(MalformedBytes) -> String {
        guard let text = try text() else { throw MalformedBytes() }
        return text
    }

    package mutating func optional() throws(MalformedBytes) -> Int64? {
        try byte() == 0 ? nil : try signed()
    }

    package mutating func hash() throws(MalformedBytes) -> ContentHash {
        guard bytes.count - position >= 32, let hash = ContentHash(bytes: bytes[position..<position + 32]) else { throw MalformedBytes() }
        position += 32
        return hash
    }
}
