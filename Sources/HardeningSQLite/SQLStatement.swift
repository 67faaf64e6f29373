import GRDB
import GRDBSQLite

/// A value of a column or parameter.
enum SQLValue {
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    case null

    init(_ number: Int64?) { self = number.map(SQLValue.integer) ?? .null }
    init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
    init(_ number: UInt64) { self = .integer(Int64(bitPattern: number)) }
}

/// A prepared statement, used through SQLite's C interface.
///
/// GRDB opens, schedules and closes the connections. Its own row types trap when a column holds another type than expected, which a
/// damaged file can always arrange; SQLite's column functions convert instead, and the caller checks what it got.
final class SQLStatement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    init(_ sql: String, on database: Database) throws(SQLFailure) {
        guard let connection = database.sqliteConnection else { throw SQLFailure(code: SQLITE_MISUSE, message: "the database is closed") }
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw SQLFailure(connection, code) }
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    /// Runs a statement that returns no rows.
    func run(_ values: SQLValue...) throws(SQLFailure) { try run(all: values) }

    /// Runs a statement that returns no rows.
    func run(all values: [SQLValue]) throws(SQLFailure) {
        try bind(values)
        defer { sqlite3_reset(handle) }
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw SQLFailure(connection, code) }
    }

    /// Reads the first row.
    func first<Answer, Failure: Error>(_ values: SQLValue..., read: (SQLRow) throws(Failure) -> Answer) throws -> Answer? {
        try bind(values)
        defer { sqlite3_reset(handle) }
        return try step().map(read)
    }

    /// Reads every row until `read` returns false.
    func each(_ values: SQLValue..., read: (SQLRow) throws -> Bool) throws {
        try bind(values)
        defer { sqlite3_reset(handle) }
        while let row = try step() {
            if try !read(row) { return }
        }
    }

    private func step() throws(SQLFailure) -> SQLRow? {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return SQLRow(handle: handle)
        case SQLITE_DONE: return nil
        case let code: throw SQLFailure(connection, code)
        }
    }

    private func bind(_ values: [SQLValue]) throws(SQLFailure) {
        for (offset, value) in values.enumerated() {
            let position = Int32(truncatingIfNeeded: offset + 1)
            let code: Int32 =
                switch value {
                case .integer(let number): sqlite3_bind_int64(handle, position, number)
                case .null: sqlite3_bind_null(handle, position)
                case .text(var text): text.withUTF8 { bind($0, asText: true, at: position) }
                case .bytes(let bytes): bytes.withUnsafeBufferPointer { bind($0, asText: false, at: position) }
                }
            guard code == SQLITE_OK else { throw SQLFailure(connection, code) }
        }
    }

    /// SQLite copies the bytes.
    private func bind(_ bytes: UnsafeBufferPointer<UInt8>, asText: Bool, at position: Int32) -> Int32 {
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)  // SQLITE_TRANSIENT
        guard let start = bytes.baseAddress, bytes.count > 0 else {
            return asText ? sqlite3_bind_text(handle, position, "", 0, transient) : sqlite3_bind_zeroblob(handle, position, 0)
        }
        let count = Int32(clamping: bytes.count)
        return asText
            ? UnsafeRawPointer(start).withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                sqlite3_bind_text(handle, position, $0, count, transient)
            } : sqlite3_bind_blob(handle, position, start, count, transient)
    }
}

/// The current row of a statement, valid inside the closure that is given it.
struct SQLRow {
    fileprivate let handle: OpaquePointer

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}
