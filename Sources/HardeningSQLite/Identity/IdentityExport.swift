public import TokenAuth

/// Everything an ``IdentityDatabase`` holds about one person, at one moment (GDPR, articles 15 and 20).
///
/// Hand on what is data about the person, and leave the credentials out: the password's hash and the digests.
public struct IdentityExport: Sendable, Hashable {
    /// Nil where there is none of the id.
    public let account: IdentityAccount?
    /// Oldest first.
    public let sessions: [RefreshSession]
    /// Oldest first, dead ones included.
    public let apiKeys: [APIKeyRecord]
}

/// What an erasure removed (GDPR, article 17).
public struct IdentityErasure: Sendable, Hashable {
    /// Whether there was an account of the id.
    public let hadAccount: Bool
    /// The sessions that ended with it.
    public let sessions: [SessionID]
    /// The API keys that ended with it.
    public let apiKeys: [TokenID]

    /// Whether there was nothing to remove.
    public var isEmpty: Bool { !hadAccount && sessions.isEmpty && apiKeys.isEmpty }
}
