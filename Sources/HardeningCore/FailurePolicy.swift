/// What to do when a shared store cannot answer in time.
///
/// There is no default anywhere in the suite: whether an outage should stop requests or let them
/// through unlimited is a decision about money and safety that only the caller can take.
public enum FailurePolicy: Sendable, Hashable {
    /// Refuse, as if the limit were reached. For money and for sign-in.
    case refuse
    /// Admit, uncounted. For convenience limits on cheap reads.
    case admit
    /// Decide locally with the configured share of the limit until the store answers again.
    case fallBack
}
