/// Why a password could not be hashed or checked.
///
/// Never contains the password.
public enum PasswordError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The password is empty.
    case empty
    /// bcrypt reads 72 bytes; a longer password is refused rather than silently shortened.
    case tooLong(maximumBytes: Int)
    /// bcrypt stops at a NUL, which a password must therefore not contain.
    case containsNUL
    /// bcrypt's cost must be 10 to 15; scrypt's parameters those of ``ScryptParameters/init(logRounds:blockSize:parallelism:)``.
    case costOutOfRange
    /// The stored hash is neither `$2b$` with a cost up to 15 nor `$scrypt$`: a damaged record or another scheme.
    case malformedHash
    /// The queue is full. Answer 503 with this Retry-After.
    case busy(retryAfter: Duration)
    /// The task was cancelled while the work was still queued.
    case cancelled

    /// A stable name, for metrics and tests.
    public var code: String {
        switch self {
        case .empty: "PASSWORD_EMPTY"
        case .tooLong: "PASSWORD_TOO_LONG"
        case .containsNUL: "PASSWORD_CONTAINS_NUL"
        case .costOutOfRange: "PASSWORD_COST_OUT_OF_RANGE"
        case .malformedHash: "PASSWORD_HASH_MALFORMED"
        case .busy: "PASSWORD_BUSY"
        case .cancelled: "PASSWORD_CANCELLED"
        }
    }

    public var description: String {
        switch self {
        case .empty: "the password is empty"
        case .tooLong(let maximum): "the password is longer than \(maximum) bytes"
        case .containsNUL: "the password contains a NUL"
        case .costOutOfRange: "the cost is outside of what is safe and bearable"
        case .malformedHash: "the stored hash is neither a bcrypt hash of cost 15 or less nor an scrypt hash"
        case .busy(let wait): "too many passwords are being hashed; try again in \(wait.components.seconds) s"
        case .cancelled: "cancelled before the hash was started"
        }
    }
}
