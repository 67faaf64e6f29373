import CostTracker
import GRDB
import HardeningCore

/// The end of the journal, where the next line goes.
struct JournalRows {
    private(set) var sequence: UInt64 = 0
    private var head = ContentHash.genesis
    private let last: SQLStatement
    private let insert: SQLStatement

    init(_ database: Database) throws {
        last = try SQLStatement("SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1", on: database)
        insert = try SQLStatement("INSERT INTO journal (sequence, line, hash) VALUES (?, ?, ?)", on: database)
    }

    /// Finds the end, where another process may have left it.
    mutating func reload() throws {
        let end = try last.first { row in (UInt64(bitPattern: row.integer(0)), ContentHash(bytes: row.bytes(1))) }
        guard let end else {
            (sequence, head) = (0, .genesis)
            return
        }
        guard let hash = end.1 else { throw SQLFailure.damaged("the last line of the journal") }
        (sequence, head) = (end.0, hash)
    }

    mutating func append(
        _ kind: JournalEntry.Kind, hold: HoldID, accounts: [Int64], moves: JournalEntry.Moves = .none, posting: StoredHold.Posting? = nil,
        digest: Fingerprint? = nil, opened: Account? = nil, now: Timestamp
    ) throws {
        let entry = JournalEntry(
            sequence: sequence &+ 1, at: now, kind: kind, hold: hold, posted: posting?.entry,
            accounts: accounts.map(UInt64.init(bitPattern:)),
            moves: moves, usage: posting?.usage, digest: digest, opened: opened)
        let line = entry.bytes
        let hash = head.chained(line)
        var link: [UInt8] = []
        hash.append(to: &link)
        try insert.run(SQLValue(entry.sequence), .bytes(line), .bytes(link))
        (sequence, head) = (entry.sequence, hash)
    }

    /// - Throws: ``JournalFault`` when the row is not a line.
    static func read(_ row: SQLRow) throws -> (line: JournalLine, bytes: [UInt8]) {
        let (sequence, bytes) = (UInt64(bitPattern: row.integer(0)), row.bytes(1))
        guard let hash = ContentHash(bytes: row.bytes(2)),
            let entry = try? bytes.withUnsafeBytes({ bytes in
                var reader = ByteReader(bytes)
                return try JournalEntry(from: &reader)
            })
        else { throw JournalFault(.malformed, at: sequence, "its bytes are not those of a line") }
        guard entry.sequence == sequence else { throw JournalFault(.gap, at: sequence, "its bytes are those of line \(entry.sequence)") }
        return (JournalLine(entry: entry, hash: hash), bytes)
    }
}
