/// Why a refresh token was refused, or a session could not begin.
///
/// Towards a client all but ``storeFull(retryAfter:)`` are one 401: sign in again.
public enum RefreshError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not a refresh token of this service, or sealed with a key that is no longer in the list.
    case invalid
    /// The session has ended, or this store never had it.
    case sessionEnded
    /// An older token came back: somebody else has had a copy. The family and its access tokens are revoked.
    case reused
    /// The session was not used for too long.
    case idleLimit
    /// The session is too old, however busy.
    case absoluteLimit
    /// The store holds as many sessions as it may. Answer 503 with this Retry-After.
    case storeFull(retryAfter: Duration)

    /// A stable name, for metrics and tests.
    public var code: String {
        switch self {
        case .invalid: "REFRESH_INVALID"
        case .sessionEnded: "REFRESH_SESSION_ENDED"
        case .reused: "REFRESH_REUSED"
        case .idleLimit: "REFRESH_IDLE_LIMIT"
        case .absoluteLimit: "REFRESH_ABSOLUTE_LIMIT"
        case .storeFull: "REFRESH_STORE_FULL"
        }
    }

    public var description: String {
        switch self {
        case .invalid: "this is no refresh token of this service"
        case .sessionEnded: "the session has ended"
        case .reused: "a refresh token was used again: the session and its access tokens are revoked"
        case .idleLimit: "the session was idle for too long"
        case .absoluteLimit: "the session has reached its greatest age"
        case .storeFull(let wait): "too many sessions are open; try again in \(wait.components.seconds) s"
        }
    }
}
