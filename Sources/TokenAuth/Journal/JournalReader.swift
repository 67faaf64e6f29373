/// Walks through the records of a journal in windows of a mebibyte, whatever its size.
struct JournalReader {
    static let windowByteCount = 1 << 20
    private static let recordLimit = JournalRecord.frameByteCount + JournalRecord.maximumBodyByteCount

    private let file: any JournalFile
    private let end: Int
    private var window: [UInt8] = []
    private var windowStart = 0
    /// Where the next record should begin.
    private(set) var offset: Int

    /// - Parameters:
    ///   - offset: where a record begins.
    ///   - end: what lies behind is not looked at.
    init(_ file: any JournalFile, from offset: Int = JournalHeader.byteCount, to end: Int) {
        self.file = file
        self.offset = offset
        self.end = end
    }

    /// The next record, or nil where no intact one begins.
    mutating func next() throws(JournalError) -> JournalRecord? {
        guard let (record, byteCount) = JournalRecord.read(try ahead()) else { return nil }
        offset += byteCount
        return record
    }

    /// Whether, beyond the damage at `offset`, a record is found that was written after the damaged bytes had been synced.
    ///
    /// Such a record proves that acknowledged entries are lost. Without one the damage is the torn end of
    /// the last write, of which nothing had been acknowledged.
    mutating func findsAcknowledgedDamage() throws(JournalError) -> Bool {
        let damage = offset
        offset += 1
        while offset < end {
            if let (record, byteCount) = JournalRecord.read(try ahead()) {
                if record.syncedThrough > UInt64(damage) { return true }
                offset += byteCount
            } else {
                offset += 1
            }
        }
        return false
    }

    private mutating func ahead() throws(JournalError) -> ArraySlice<UInt8> {
        let wanted = min(Self.recordLimit, end - offset)
        guard wanted > 0 else { return [] }
        if offset < windowStart || offset + wanted > windowStart + window.count {
            window = try file.read(at: offset, count: min(Self.windowByteCount, end - offset))
            windowStart = offset
        }
        return window[min(offset - windowStart, window.count)...]
    }
}
