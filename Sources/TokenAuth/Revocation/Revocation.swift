public import HardeningCore

/// One entry of a ``RevocationLog``.
///
/// Applying entries in any order, or twice, ends in the same state, so that logs can be replayed and
/// instances can catch up without coordination.
public enum Revocation: Sendable, Hashable {
    /// One token. `subject` and `issuedAt` are what it is coarsened to when the list is full.
    case token(issuer: String, id: TokenID, subject: String, issuedAt: Timestamp, expiresAt: Timestamp)
    /// Every token of a subject with `iat` up to and including this second.
    case subject(issuer: String, String, through: Timestamp)
    /// Every token of a session, whenever issued; the time tells how long to remember it.
    case session(issuer: String, String, at: Timestamp)
    /// Every token signed by a key with `iat` up to and including this second.
    case key(issuer: String, String, through: Timestamp)
    /// Every token with `iat` up to and including this second.
    case everything(through: Timestamp)
}
