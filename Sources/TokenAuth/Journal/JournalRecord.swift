import HardeningCore

/// How one revocation is written.
///
/// A frame of 24 bytes, integers with the least significant byte first: length of the body (4), CRC-32C of
/// all that follows (4), sequence number (8), and the length of the file that was already synced when the
/// frame was written (8). The last one tells a torn end from damage: whatever was written before a frame's
/// synced length had been acknowledged. The body is a kind, times in nanoseconds, and names with their length.
struct JournalRecord: Equatable {
    static let frameByteCount = 24
    static let maximumBodyByteCount = 4_096

    let sequence: UInt64
    let syncedThrough: UInt64
    let revocation: Revocation

    /// - Returns: nil when the names are longer than any token's.
    static func body(_ revocation: Revocation) -> [UInt8]? {
        var writer = ByteWriter()
        switch revocation {
        case .token(let issuer, let id, let subject, let issuedAt, let expiresAt):
            writer.byte(1)
            writer.names([issuer, subject])
            writer.bytes += id.bytes
            writer.integers([issuedAt, expiresAt].map { UInt64(bitPattern: $0.nanosecondsSince1970) })
        case .subject(let issuer, let name, let through), .session(let issuer, let name, let through),
            .key(let issuer, let name, let through):
            writer.byte(Self.kind(of: revocation))
            writer.names([issuer, name])
            writer.integers([UInt64(bitPattern: through.nanosecondsSince1970)])
        case .everything(let through):
            writer.byte(5)
            writer.integers([UInt64(bitPattern: through.nanosecondsSince1970)])
        }
        return writer.isTooLong || writer.bytes.count > maximumBodyByteCount ? nil : writer.bytes
    }

    static func frame(body: [UInt8], sequence: UInt64, syncedThrough: UInt64) -> [UInt8] {
        var rest = ByteWriter()
        rest.integers([sequence, syncedThrough])
        rest.bytes += body
        var frame = ByteWriter()
        frame.bytes.reserveCapacity(rest.bytes.count + 8)
        frame.integer(UInt32(truncatingIfNeeded: body.count))
        frame.integer(CRC32C.checksum(rest.bytes))
        return frame.bytes + rest.bytes
    }

    /// Reads the record at the start of `bytes`.
    ///
    /// - Returns: nil unless a whole, intact record is there.
    static func read(_ bytes: ArraySlice<UInt8>) -> (record: JournalRecord, byteCount: Int)? {
        var reader = ByteReader(bytes)
        guard let length = reader.integer(UInt32.self), length > 0, length <= maximumBodyByteCount,
            let checksum = reader.integer(UInt32.self),
            reader.rest.count >= 16 + Int(length)
        else { return nil }
        guard CRC32C.checksum(reader.rest.prefix(16 + Int(length))) == checksum, let sequence = reader.integer(UInt64.self),
            let synced = reader.integer(UInt64.self), let revocation = revocation(reader.rest.prefix(Int(length)))
        else { return nil }
        return (JournalRecord(sequence: sequence, syncedThrough: synced, revocation: revocation), frameByteCount + Int(length))
    }

    private static func kind(of revocation: Revocation) -> UInt8 {
        switch revocation {
        case .token: 1
        case .subject: 2
        case .session: 3
        case .key: 4
        case .everything: 5
        }
    }

    private static func revocation(_ body: ArraySlice<UInt8>) -> Revocation? {
        var reader = ByteReader(body)
        guard let kind = reader.byte() else { return nil }
        let revocation: Revocation
        switch kind {
        case 1:
            guard let issuer = reader.name(), let subject = reader.name(), let id = reader.tokenID(), let issuedAt = reader.timestamp(),
                let expiresAt = reader.timestamp()
            else { return nil }
            revocation = .token(issuer: issuer, id: id, subject: subject, issuedAt: issuedAt, expiresAt: expiresAt)
        case 2, 3, 4:
            guard let issuer = reader.name(), let name = reader.name(), let through = reader.timestamp() else { return nil }
            revocation =
                switch kind {
                case 2: .subject(issuer: issuer, name, through: through)
                case 3: .session(issuer: issuer, name, at: through)
                default: .key(issuer: issuer, name, through: through)
                }
        case 5:
            guard let through = reader.timestamp() else { return nil }
            revocation = .everything(through: through)
        default: return nil
        }
        return reader.rest.isEmpty ? revocation : nil
    }
}
