import CostTracker
import GRDB
import GRDBSQLite
import HardeningCore

/// The prepared statements of one connection; each text is prepared once.
///
/// Not bounded by a number because the texts are: every one is a literal of this folder.
final class PreparedStatements {
    private var statements: [String: SQLStatement] = [:]
    /// Set by a step that removed personal data: the log is emptied after its commit.
    var mustEmptyLog = false

    func statement(_ sql: String, on database: Database) throws(SQLFailure) -> SQLStatement {
        if let statement = statements[sql] { return statement }
        let statement = try SQLStatement(sql, on: database)
        statements[sql] = statement
        return statement
    }
}

/// One transaction, or one unchanging state that is read.
struct IdentityTransaction {
    let database: Database
    let prepared: PreparedStatements

    func statement(_ sql: String) throws(SQLFailure) -> SQLStatement { try prepared.statement(sql, on: database) }

    /// Rows that the last statement changed.
    var changes: Int { database.changesCount }

    func fact(_ name: String) throws -> Int64? {
        try statement("SELECT value FROM fact WHERE name = ?").first(.text(name)) { $0.integer(0) }
    }

    func setFact(_ name: String, _ value: Int64) throws {
        try statement("INSERT INTO fact VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2").run(.text(name), .integer(value))
    }
}

extension [SQLValue] {
    /// The checksum of a row with these columns.
    var seal: Int64 {
        var writer = ByteWriter(reserving: 256)
        for value in self {
            switch value {
            case .null: writer.byte(0)
            case .integer(let number):
                writer.byte(1)
                writer.signed(number)
            case .text(let text):
                writer.byte(2)
                writer.text(text)
            case .bytes(let bytes):
                writer.byte(3)
                writer.number(UInt64(bytes.count))
                for byte in bytes { writer.byte(byte) }
            }
        }
        return RowSeal.of(writer)
    }

    /// The columns and, behind them, their checksum.
    var sealed: [SQLValue] { self + [.integer(seal)] }
}

extension SQLValue {
    init(_ time: Timestamp) { self = .integer(time.nanosecondsSince1970) }
    init(_ time: Timestamp?) { self.init(time?.nanosecondsSince1970) }
    init(_ bytes: [UInt8]?) { self = bytes.map(SQLValue.bytes) ?? .null }
}

extension SQLRow {
    func timestamp(_ column: Int32) -> Timestamp { Timestamp(nanosecondsSince1970: integer(column)) }
    func optionalTimestamp(_ column: Int32) -> Timestamp? { isNull(column) ? nil : timestamp(column) }
}
