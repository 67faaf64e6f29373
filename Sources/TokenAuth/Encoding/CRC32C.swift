/// The Castagnoli checksum (RFC 3720 appendix B.4): finds damage and typing errors, proves nothing.
///
/// A nibble at a time: no 1 KiB table, fast enough for records of a hundred bytes.
enum CRC32C {
    private static let table: [UInt32] = (0..<16).map { index in
        (0..<4).reduce(UInt32(index)) { word, _ in word & 1 == 1 ? word >> 1 ^ 0x82f6_3b78 : word >> 1 }
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var word = UInt32.max
        for byte in bytes {
            word = table[Int((word ^ UInt32(byte)) & 15)] ^ word >> 4
            word = table[Int((word ^ UInt32(byte) >> 4) & 15)] ^ word >> 4
        }
        return ~word
    }
}
