/// Something about a ``RevocationList`` that an operator should hear of.
public enum RevocationEvent: Sendable, Hashable {
    /// A new revocation was stored; for counters.
    case revoked(Scope)
    /// The list is full: a revocation took effect on more tokens than asked. Raise the capacity or
    /// shorten the lifetimes.
    case coarsened(from: Scope, to: Coarse)

    /// What a revocation names.
    public enum Scope: String, Sendable, Hashable, CaseIterable {
        case token, subject, session, key, everything
    }

    /// What a full list revokes instead.
    public enum Coarse: String, Sendable, Hashable, CaseIterable {
        /// Everything the subject of the token held by then.
        case subject
        /// What one in 4,096 subjects, sessions or keys, chosen by fingerprint, held by then.
        case group
    }
}
