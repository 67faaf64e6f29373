import HardeningCore

/// The content of a journal: what is synced, how to add to it, how to shorten it.
///
/// Used by one thread at a time; blocks on the disk.
struct JournalStore {
    private let file: any JournalFile
    private var header: JournalHeader
    /// Bytes that are synced: the end of the last acknowledged record.
    private(set) var byteCount: Int
    /// The last number given out.
    private(set) var sequence: UInt64
    /// Whether the file was there and ended with a whole record.
    let wasComplete: Bool
    private var failure: JournalError?

    /// Reads the whole file, cuts a torn end off, and writes the header of an empty one.
    ///
    /// - Throws: ``JournalError``: `notAJournal`, `corrupt` or `system`.
    init(opening file: any JournalFile) throws(JournalError) {
        self.file = file
        let size = try file.byteCount()
        guard size >= JournalHeader.byteCount else {
            // Empty, or torn while it was made: nothing was ever acknowledged in it.
            header = JournalHeader()
            let fresh = header.bytes
            try file.replace { (append) throws(JournalError) in try append(fresh) }
            byteCount = JournalHeader.byteCount
            sequence = 0
            wasComplete = false
            return
        }
        guard let header = JournalHeader(try file.read(at: 0, count: JournalHeader.byteCount)) else { throw .notAJournal }
        self.header = header
        var reader = JournalReader(file, to: size)
        var last = header.sequence
        while let record = try reader.next() { last = max(last, record.sequence) }
        let end = reader.offset
        if end < size {
            if try reader.findsAcknowledgedDamage() { throw .corrupt(offset: end) }
            try file.truncate(to: end)
        }
        byteCount = end
        sequence = last
        wasComplete = end == size
    }

    var forgottenThrough: Timestamp? {
        header.forgottenThrough == .min ? nil : Timestamp(secondsSince1970: header.forgottenThrough)
    }

    /// Writes records and syncs them.
    ///
    /// After a failed write the file is cut back, so that a refused record cannot come to life later. After a
    /// failed sync nothing is known about the file any more and everything is refused: the kernel may have
    /// thrown the pages away and would report the next sync as a success.
    mutating func append(_ bodies: [[UInt8]]) throws(JournalError) {
        if let failure { throw failure }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(bodies.reduce(0) { $0 + $1.count + JournalRecord.frameByteCount })
        var next = sequence
        for body in bodies {
            next += 1
            bytes += JournalRecord.frame(body: body, sequence: next, syncedThrough: UInt64(byteCount))
        }
        do throws(JournalError) {
            try file.append(bytes)
        } catch {
            do throws(JournalError) { try file.truncate(to: byteCount) } catch { failure = .failed }
            throw error
        }
        do throws(JournalError) {
            try file.sync()
        } catch {
            failure = .failed
            throw error
        }
        byteCount += bytes.count
        sequence = next
    }

    /// Gives the file up; whatever follows is refused.
    mutating func close() {
        failure = .failed
        file.close()
    }

    /// Hands over records in order, from a byte on, until the closure returns false.
    ///
    /// - Returns: where the record after the last one handed over begins.
    func forEach(from start: Int = JournalHeader.byteCount, _ body: (JournalRecord) -> Bool) throws(JournalError) -> Int {
        var reader = JournalReader(file, from: start, to: byteCount)
        while let record = try reader.next() {
            if !body(record) { return reader.offset }
        }
        // It was whole when it was opened.
        guard reader.offset >= byteCount else { throw .corrupt(offset: reader.offset) }
        return reader.offset
    }

    /// Rewrites the file without what no longer matters: expired entries, and watermarks that a later one of the
    /// same name covers.
    ///
    /// Memory: O(watermarks). The old file is in force until the new one is synced and in its place.
    mutating func compact(_ retention: JournalRetention, now: Timestamp) throws(JournalError) {
        if let failure { throw failure }
        var watermarks: [WatermarkName: Timestamp] = [:]
        _ = try forEach { record in
            if let (name, through) = WatermarkName.of(record.revocation) { watermarks[name] = max(through, watermarks[name] ?? through) }
            return true
        }
        let horizon = retention.horizon(now: now).secondsSince1970
        let fresh = JournalHeader(sequence: sequence, forgottenThrough: max(horizon, header.forgottenThrough))
        let old = self
        var written = JournalHeader.byteCount
        try file.replace { (append) throws(JournalError) in
            try append(fresh.bytes)
            var reader = JournalReader(old.file, to: old.byteCount)
            while let record = try reader.next() {
                guard retention.matters(record.revocation, now: now), let body = JournalRecord.body(record.revocation) else { continue }
                if let (name, through) = WatermarkName.of(record.revocation) {
                    guard watermarks[name] == through else { continue }
                    watermarks[name] = nil
                }
                let frame = JournalRecord.frame(body: body, sequence: record.sequence, syncedThrough: UInt64(written))
                try append(frame)
                written += frame.count
            }
            guard reader.offset >= old.byteCount else { throw .corrupt(offset: reader.offset) }
        }
        header = fresh
        byteCount = written
    }
}

/// What a watermark is about, to find the later one of two.
private struct WatermarkName: Hashable {
    enum Kind: Hashable {
        case subject, session, key, everything
    }

    let kind: Kind
    let issuer: String
    let name: String

    static func of(_ revocation: Revocation) -> (name: WatermarkName, through: Timestamp)? {
        switch revocation {
        case .token: nil
        case .subject(let issuer, let name, let through): (WatermarkName(kind: .subject, issuer: issuer, name: name), through)
        case .session(let issuer, let name, let at): (WatermarkName(kind: .session, issuer: issuer, name: name), at)
        case .key(let issuer, let name, let through): (WatermarkName(kind: .key, issuer: issuer, name: name), through)
        case .everything(let through): (WatermarkName(kind: .everything, issuer: "", name: ""), through)
        }
    }
}
