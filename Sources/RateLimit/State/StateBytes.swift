/// Little-endian numbers, one after the other.
struct StateWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ more: [UInt8]) { bytes += more }

    /// Writes a number over an earlier one.
    mutating func replace(_ number: UInt64, at position: Int) {
        withUnsafeBytes(of: number.littleEndian) { bytes.replaceSubrange(position..<position + 8, with: $0) }
    }
}

/// Reads what a ``StateWriter`` wrote; never past the end.
struct StateReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }

    mutating func read<Number: FixedWidthInteger>(_ type: Number.Type) throws(RateLimitStateError) -> Number {
        let size = Number.bitWidth / 8
        guard remaining >= size else { throw RateLimitStateError(.damaged) }
        var number: Number = 0
        for offset in 0..<size { number |= Number(truncatingIfNeeded: bytes[position + offset]) << Number(truncatingIfNeeded: 8 * offset) }
        position += size
        return number
    }

    /// A number of items of at least so many bytes each, which must still be there: nothing is allocated on a promise.
    mutating func count(ofAtLeast size: Int) throws(RateLimitStateError) -> Int {
        let count = Int(try read(UInt32.self))
        guard count <= remaining / size else { throw RateLimitStateError(.damaged) }
        return count
    }
}
