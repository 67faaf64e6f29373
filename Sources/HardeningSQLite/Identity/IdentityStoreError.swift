import GRDB
import GRDBSQLite

/// Why a store of an ``IdentityDatabase`` did not do what was asked; nothing of it was done.
///
/// Towards a client ``conflict(_:)`` is a 409; everything else is an outage (503), never "not signed in".
public enum IdentityStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What an account has that another one must not have.
    public enum Conflict: String, Sendable, Hashable, CaseIterable {
        case email, id
    }

    /// Why the file cannot be used now, though it may be again.
    public enum Outage: String, Sendable, Hashable, CaseIterable {
        /// The disk, the bound on the file's size, or the bound on a store is reached.
        case full
        /// Another process has the file, or kept it locked for longer than the wait that was configured.
        case locked
        /// The file, or its folder, cannot be written.
        case readOnly
        /// The file cannot be opened: the folder does not exist, or may not be entered.
        case unreachable
        /// Too many callers wait for the disk, or change one record at once.
        case busy
        /// The database was closed.
        case closed
        /// Anything else that SQLite or the system refuses.
        case failed
    }

    /// Another account has this e-mail or id.
    case conflict(Conflict)
    case unavailable(Outage, detail: String)
    /// What was read is not what was written: restore a backup.
    case corrupt(detail: String)
    /// A newer release has changed the layout: run that one, or restore a backup.
    case schemaTooNew(found: Int64, known: Int64)
    /// The file is a database of something else.
    case notAnIdentityFile
    /// A text is longer than this store keeps.
    case tooLarge(field: String, maximumBytes: Int)

    /// A stable name, for metrics and tests.
    public var code: String {
        switch self {
        case .conflict(.email): "IDENTITY_EMAIL_TAKEN"
        case .conflict(.id): "IDENTITY_ID_TAKEN"
        case .unavailable(.full, _): "IDENTITY_STORE_FULL"
        case .unavailable(.locked, _): "IDENTITY_STORE_LOCKED"
        case .unavailable(.readOnly, _): "IDENTITY_STORE_READ_ONLY"
        case .unavailable(.unreachable, _): "IDENTITY_STORE_UNREACHABLE"
        case .unavailable(.busy, _): "IDENTITY_STORE_BUSY"
        case .unavailable(.closed, _): "IDENTITY_STORE_CLOSED"
        case .unavailable(.failed, _): "IDENTITY_STORE_FAILED"
        case .corrupt: "IDENTITY_STORE_CORRUPT"
        case .schemaTooNew: "IDENTITY_SCHEMA_TOO_NEW"
        case .notAnIdentityFile: "IDENTITY_NOT_AN_IDENTITY_FILE"
        case .tooLarge: "IDENTITY_TOO_LARGE"
        }
    }

    public var description: String {
        switch self {
        case .conflict(.email): "another account has this e-mail"
        case .conflict(.id): "another account has this id"
        case .unavailable(let outage, let detail): "the identity store is unavailable (\(outage.rawValue)): \(detail)"
        case .corrupt(let detail): "the identity store is damaged: \(detail)"
        case .schemaTooNew(let found, let known): "the identity store has schema \(found), this release knows \(known)"
        case .notAnIdentityFile: "the file is a database, but not an identity store"
        case .tooLarge(let field, let maximum): "\(field) is longer than \(maximum) bytes"
        }
    }
}

extension IdentityStoreError {
    /// What a failure of SQLite means here; the low byte of its code is the primary one: <https://www.sqlite.org/rescode.html>.
    init(_ failure: SQLFailure) {
        let detail = "SQLite \(failure.code): \(failure.message)"
        switch failure.code & 0xff {
        case SQLITE_FULL: self = .unavailable(.full, detail: detail)
        case SQLITE_READONLY, SQLITE_PERM: self = .unavailable(.readOnly, detail: detail)
        case SQLITE_BUSY, SQLITE_LOCKED: self = .unavailable(.locked, detail: detail)
        case SQLITE_CANTOPEN: self = .unavailable(.unreachable, detail: detail)
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt(detail: detail)
        default: self = .unavailable(.failed, detail: detail)
        }
    }

    /// Any error of this library or GRDB.
    init(storage error: any Error) {
        switch error {
        case let error as IdentityStoreError: self = error
        case let failure as SQLFailure: self.init(failure)
        case let error as DatabaseError where error.resultCode == .SQLITE_MISUSE:
            self = .unavailable(.closed, detail: error.message ?? "no message")
        case let error as DatabaseError:
            self.init(SQLFailure(code: error.extendedResultCode.rawValue, message: error.message ?? "no message"))
        default: self = .unavailable(.failed, detail: "\(error)")
        }
    }
}
