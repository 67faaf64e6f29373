/// Why a ``RevocationJournal`` cannot be opened, read or written.
public enum JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another process, or another journal of this one, has the file open.
    case inUse
    /// The file is something else, or of a later version.
    case notAJournal
    /// Acknowledged entries are damaged, with intact ones after them: restore a backup, or remove the file and
    /// thereby refuse every token issued so far.
    case corrupt(offset: Int)
    /// The operating system refused; `errno` says why.
    case system(operation: String, code: Int32)
    /// The disk failed to sync before: what it holds is unknown until the journal is opened anew.
    case failed
    /// The file has reached its largest size and nothing in it has expired.
    case full
    /// Too many revocations are waiting for the disk. Answer 503.
    case busy
    /// A name in the entry is longer than any token's.
    case entryTooLarge

    public var code: String {
        switch self {
        case .inUse: "JOURNAL_IN_USE"
        case .notAJournal: "JOURNAL_NOT_A_JOURNAL"
        case .corrupt: "JOURNAL_CORRUPT"
        case .system: "JOURNAL_SYSTEM"
        case .failed: "JOURNAL_FAILED"
        case .full: "JOURNAL_FULL"
        case .busy: "JOURNAL_BUSY"
        case .entryTooLarge: "JOURNAL_ENTRY_TOO_LARGE"
        }
    }

    public var description: String {
        switch self {
        case .inUse: "the revocation journal is in use by another process"
        case .notAJournal: "the file is no revocation journal of this version"
        case .corrupt(let offset): "the revocation journal is damaged at byte \(offset), before entries that are intact"
        case .system(let operation, let code): "\(operation) failed with errno \(code)"
        case .failed: "the disk failed to sync the revocation journal; it must be opened anew"
        case .full: "the revocation journal is full"
        case .busy: "too many revocations are waiting for the disk"
        case .entryTooLarge: "the entry is too large for the revocation journal"
        }
    }
}
