extension TokenService {
    /// Revokes one token: from now on, and through its leeway, it is refused.
    ///
    /// Stored in the list's ``RevocationLog`` before this returns. When the log throws, the token is
    /// already refused by this process, but do not answer the client that it is logged out.
    public func revoke(_ token: Verified<Claims>) async throws {
        try await revocations.revoke(
            .token(
                issuer: token.value.issuer, id: token.value.id, subject: token.value.subject, issuedAt: token.value.issuedAt,
                expiresAt: token.value.expiresAt), now: now)
    }

    /// Revokes every token the subject has; a sign-in right after this works.
    public func revokeAll(subject: String) async throws {
        try await revocations.revoke(.subject(issuer: issuer, subject, through: now), now: now)
    }

    /// Ends a session for good: its tokens are refused and no new ones are issued for it.
    public func revoke(session: String) async throws {
        try await revocations.revoke(.session(issuer: issuer, session, at: now), now: now)
    }

    /// Revokes everything a key has signed so far, while it goes on signing; see ``KeyState/compromised`` to stop it.
    public func revokeAll(key: String) async throws {
        try await revocations.revoke(.key(issuer: issuer, key, through: now), now: now)
    }

    /// Revokes every token of every service that shares the revocation list.
    public func revokeEverything() async throws {
        try await revocations.revoke(.everything(through: now), now: now)
    }
}
