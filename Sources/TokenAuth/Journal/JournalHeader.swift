import HardeningCore

/// The first 32 bytes of a journal: a mark, and what compaction must not lose.
struct JournalHeader: Equatable {
    static let byteCount = 32
    private static let mark = Array("HRDNRVJ1".utf8)

    /// Numbers up to here have been given out.
    var sequence: UInt64 = 0
    /// Entries of tokens that expired up to here, in seconds since 1970, may have been dropped; `.min` for none.
    var forgottenThrough = Int64.min

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.bytes = Self.mark
        writer.integers([sequence, UInt64(bitPattern: forgottenThrough)])
        writer.integer(CRC32C.checksum(writer.bytes))
        writer.integer(UInt32(0))
        return writer.bytes
    }

    init(sequence: UInt64 = 0, forgottenThrough: Int64 = .min) {
        self.sequence = sequence
        self.forgottenThrough = forgottenThrough
    }

    /// - Returns: nil for anything else than an intact header.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount, bytes.starts(with: Self.mark) else { return nil }
        var reader = ByteReader(bytes[8...])
        guard let sequence = reader.integer(UInt64.self), let forgotten = reader.integer(UInt64.self),
            reader.integer(UInt32.self) == CRC32C.checksum(bytes[..<24]), reader.integer(UInt32.self) == 0
        else { return nil }
        self.init(sequence: sequence, forgottenThrough: Int64(bitPattern: forgotten))
    }
}
