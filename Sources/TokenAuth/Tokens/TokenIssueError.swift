/// Why a token could not be issued.
public enum TokenIssueError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The subject must have 1 to 256 bytes without control characters.
    case subjectMalformed
    /// The session must have 1 to 128 bytes without control characters.
    case sessionMalformed
    /// The scope must have at most 1024 bytes without control characters.
    case scopeMalformed
    /// The lifetime must be at least 1 s and at most the service's maximum.
    case lifetimeOutOfRange
    /// The session has ended; sign in again.
    case sessionRevoked
    /// Everything was revoked so recently, or so often within a second, that a token issued now would be
    /// refused. Try again after this long.
    case tooSoon(retryAfter: Duration)

    public var code: String {
        switch self {
        case .subjectMalformed: "TOKEN_ISSUE_SUBJECT"
        case .sessionMalformed: "TOKEN_ISSUE_SESSION"
        case .scopeMalformed: "TOKEN_ISSUE_SCOPE"
        case .lifetimeOutOfRange: "TOKEN_ISSUE_LIFETIME"
        case .sessionRevoked: "TOKEN_ISSUE_SESSION_REVOKED"
        case .tooSoon: "TOKEN_ISSUE_TOO_SOON"
        }
    }

    public var description: String {
        switch self {
        case .subjectMalformed: "the subject must have 1 to 256 bytes without control characters"
        case .sessionMalformed: "the session must have 1 to 128 bytes without control characters"
        case .scopeMalformed: "the scope must have at most 1024 bytes without control characters"
        case .lifetimeOutOfRange: "the lifetime must be at least 1 s and at most the service's maximum"
        case .sessionRevoked: "the session has ended"
        case .tooSoon(let wait): "tokens were just revoked; try again in \(wait.components.seconds) s"
        }
    }
}
