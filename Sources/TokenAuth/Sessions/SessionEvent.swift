/// Something about a ``SessionService`` that an operator may want to count, and of reuse to hear at once.
public enum SessionEvent: Sendable, Hashable {
    case signedIn(SessionID)
    case refreshed(SessionID)
    /// The immediate parent came again inside the grace and got the same successor.
    case replayed(SessionID)
    /// An old token came back: the session is over. Tell its owner.
    case reused(SessionID, subject: String)
    case loggedOut(SessionID)
    case loggedOutEverywhere(subject: String, sessions: Int)
}
