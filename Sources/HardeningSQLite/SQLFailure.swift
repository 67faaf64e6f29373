public import CostTracker
import GRDB
import GRDBSQLite

/// What SQLite answered instead of doing it.
struct SQLFailure: Error {
    let code: Int32
    let message: String

    init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    init(_ connection: OpaquePointer, _ code: Int32) {
        self.init(code: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)))
    }

    /// A row that is there and cannot be what was written.
    static func damaged(_ what: String) -> SQLFailure {
        SQLFailure(code: SQLITE_CORRUPT, message: "\(what) is not what was written")
    }
}

extension LedgerError.Code {
    /// The disk or the bound on the file's size left no room.
    ///
    /// Nothing was done; the ledger works again once there is room.
    public static let storageFull = LedgerError.Code(rawValue: "LEDGER_STORAGE_FULL")
    /// The file, or its folder, cannot be written.
    public static let storageReadOnly = LedgerError.Code(rawValue: "LEDGER_STORAGE_READ_ONLY")
    /// What was read is not what was written.
    ///
    /// Restore a backup; see ``SQLiteLedgerStore/verify()`` for the first bad line.
    public static let storageDamaged = LedgerError.Code(rawValue: "LEDGER_STORAGE_DAMAGED")
    /// Another process kept the file locked for longer than the wait that was configured, or too many callers wait in this one.
    ///
    /// Nothing was done.
    public static let storageBusy = LedgerError.Code(rawValue: "LEDGER_STORAGE_BUSY")
    /// The file cannot be opened: the folder does not exist, or may not be entered.
    public static let storageUnavailable = LedgerError.Code(rawValue: "LEDGER_STORAGE_UNAVAILABLE")
    /// The file was written by a newer release, or it is no ledger.
    public static let storageUnknownSchema = LedgerError.Code(rawValue: "LEDGER_STORAGE_UNKNOWN_SCHEMA")
}

extension LedgerError {
    /// What a failure of SQLite means to a caller of the ledger.
    ///
    /// SQLite result codes: <https://www.sqlite.org/rescode.html>; the low byte is the primary one.
    init(_ failure: SQLFailure) {
        let code: Code =
            switch failure.code & 0xff {
            case SQLITE_FULL: .storageFull
            case SQLITE_READONLY, SQLITE_PERM: .storageReadOnly
            case SQLITE_CORRUPT, SQLITE_NOTADB: .storageDamaged
            case SQLITE_BUSY, SQLITE_LOCKED: .storageBusy
            case SQLITE_CANTOPEN: .storageUnavailable
            default: .storeFailed
            }
        self.init(code, "SQLite \(failure.code): \(failure.message)")
    }

    /// Any error of this library or GRDB.
    init(storage error: any Error) {
        switch error {
        case let error as LedgerError: self = error
        case let failure as SQLFailure: self.init(failure)
        case let error as DatabaseError:
            self.init(SQLFailure(code: error.extendedResultCode.rawValue, message: error.message ?? "no message"))
        default: self.init(.storeFailed, "\(error)")
        }
    }
}
