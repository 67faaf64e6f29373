public import HardeningCore

/// Signs subjects in and keeps them signed in: access tokens that live minutes, refresh tokens that rotate.
///
/// ```swift
/// let sessions = SessionService(tokens: tokens, key: purposes.key(for: "refresh"), store: store)
/// let pair = try await sessions.signIn(subject: "user-42")
/// let next = try await sessions.refresh(pair.refreshToken)
/// try await sessions.logout(verified)
/// ```
///
/// Each refresh token works once and is replaced (RFC 9700 §4.14.2). Its immediate parent is answered
/// with the identical successor for a short grace, so that a lost response or a double click does no
/// harm; any older one ends the family and revokes its access tokens. Only SHA-256 digests are stored.
///
/// **Ended stays ended.** The watermarks that refuse access tokens end sessions too: what raced a
/// logout-all, or could not be removed from the store, is refused at its next refresh. Errors of the
/// store and of the revocation log are passed on as they are: they mean 503, not signed out.
public final class SessionService: Sendable {
    public let tokens: TokenService
    public let limits: RefreshLimits
    public let events = EventChannel<SessionEvent>()

    private let store: any RefreshSessionStore
    /// The first one seals; all of them open.
    private let keys: [KeyedDigest]
    private let key: KeyedDigest

    /// - Parameters:
    ///   - tokens: issues and revokes the access tokens.
    ///   - key: at least 32 bytes of its own, such as ``PurposeKeys/key(for:byteCount:)``.
    ///   - previousKeys: older keys whose tokens are still taken; drop one after the absolute limit.
    ///   - store: in this process by default.
    ///   - limits: see ``RefreshLimits``.
    public init(
        tokens: TokenService, key: Secret, previousKeys: [Secret] = [],
        store: any RefreshSessionStore = InMemoryRefreshSessionStore(), limits: RefreshLimits = RefreshLimits()
    ) {
        self.tokens = tokens
        self.store = store
        self.limits = limits
        self.key = KeyedDigest(key: key)
        keys = [self.key] + previousKeys.map { KeyedDigest(key: $0) }
    }

    /// Begins a session for a subject whose credentials have just been checked.
    ///
    /// - Throws: ``TokenIssueError``, ``RefreshError/storeFull(retryAfter:)``, or what the store throws.
    public func signIn(subject: String, scope: String? = nil) async throws -> TokenPair {
        let id = SessionID()
        let access = try tokens.issue(subject: subject, session: id.description, scope: scope, lifetime: lifetime(of: nil))
        let token = RefreshToken(session: id, secret: RandomBytes.make(32))
        let session = RefreshSession(
            id: id, subject: subject, scope: scope, createdAt: access.claims.issuedAt, current: token.digest, rotatedAt: tokens.now)
        try await store.insert(session, expiry: session.createdAt.advanced(by: limits.absolute), now: tokens.now)
        events.send(.signedIn(id))
        return pair(access, token, session)
    }

    /// Exchanges a refresh token for a new pair.
    ///
    /// However many calls bring the same token at once, all of them get the same successor.
    ///
    /// - Throws: ``RefreshError``, or what the store and the revocation log throw.
    public func refresh(_ text: String) async throws -> TokenPair {
        guard let token = RefreshToken(text, keys: keys) else { throw RefreshError.invalid }
        guard let session = try await store.session(token.session) else { throw RefreshError.sessionEnded }
        // Issued first: a logout-all from here on refuses it, one before is seen by the check below.
        let access = try issue(for: session)
        guard !isRevoked(session) else { throw RefreshError.sessionEnded }

        let nonce = RandomBytes.make(16)
        let successor = token.successor(nonce: nonce, key: key)
        let (presented, limits, now) = (token.digest, limits, tokens.now)
        let decision = try await store.update(token.session) { session in
            session.refresh(presented: presented, successor: successor.digest, nonce: nonce, limits: limits, now: now)
        }
        switch decision {
        case .rotated:
            events.send(.refreshed(session.id))
            return pair(access, successor, session)
        case .replayed(let nonce, let newest):
            let candidates = keys.map { token.successor(nonce: nonce, key: $0) }
            // None: the key was dropped from the list within the grace.
            guard let successor = candidates.first(where: { $0.digest == newest }) else { throw RefreshError.invalid }
            events.send(.replayed(session.id))
            return pair(access, successor, session)
        case .refused(.reused):
            try await endAfterReuse(session)
            throw RefreshError.reused
        case .refused(let error): throw error
        case nil: throw RefreshError.sessionEnded
        }
    }

    /// Ends the session of a request: its refresh token and every access token of it.
    ///
    /// - Throws: what the revocation log or the store throws; do not answer 204 then.
    public func logout(_ token: Verified<Claims>) async throws {
        guard let session = token.value.session else { return try await tokens.revoke(token) }
        try await tokens.revoke(session: session)
        guard let id = SessionID(session) else { return }
        try await store.remove(id)
        events.send(.loggedOut(id))
    }

    /// Ends the session a refresh token belongs to, for a client whose access token has expired.
    ///
    /// An older token of the session ends it as well: that is what whoever presents it asks for.
    ///
    /// - Throws: ``RefreshError/invalid``, or what the revocation log and the store throw.
    public func logout(refreshToken text: String) async throws {
        guard let token = RefreshToken(text, keys: keys) else { throw RefreshError.invalid }
        try await tokens.revoke(session: token.session.description)
        try await store.remove(token.session)
        events.send(.loggedOut(token.session))
    }

    /// Ends every session of a subject; a sign-in right after it works.
    public func logoutAll(subject: String) async throws {
        try await tokens.revokeAll(subject: subject)
        let ended = try await store.removeAll(subject: subject)
        events.send(.loggedOutEverywhere(subject: subject, sessions: ended.count))
    }

    /// Ends every session of a subject and begins a new one for whoever has just changed the password.
    ///
    /// Call it after the new password is stored and before the change is answered.
    public func passwordChanged(subject: String, scope: String? = nil) async throws -> TokenPair {
        try await logoutAll(subject: subject)
        return try await signIn(subject: subject, scope: scope)
    }

    /// The live sessions of a subject, oldest first, for a page of "your devices".
    public func sessions(subject: String) async throws -> [RefreshSession] {
        let now = tokens.now
        return try await store.sessions(subject: subject).filter { session in
            session.ending == nil && session.expiry(limits) > now && !isRevoked(session)
        }
    }
}

extension SessionService {
    private func issue(for session: RefreshSession) throws -> IssuedToken {
        do {
            return try tokens.issue(
                subject: session.subject, session: session.id.description, scope: session.scope, lifetime: lifetime(of: session))
        } catch .sessionRevoked {
            throw RefreshError.sessionEnded
        }
    }

    /// No access token outlives its session.
    private func lifetime(of session: RefreshSession?) -> Duration {
        let end = (session?.createdAt ?? tokens.now).advanced(by: limits.absolute)
        return max(.seconds(1), min(tokens.accessLifetime, end.duration(since: tokens.now)))
    }

    private func isRevoked(_ session: RefreshSession) -> Bool {
        tokens.revocations.isRevoked(
            session: session.id.description, subject: session.subject, createdAt: session.createdAt, tokens.fingerprints)
    }

    /// The record stays, marked, until its revocation is stored: a crash in between is made good by the next presentation.
    private func endAfterReuse(_ session: RefreshSession) async throws {
        try await tokens.revoke(session: session.id.description)
        try await store.remove(session.id)
        events.send(.reused(session.id, subject: session.subject))
    }

    private func pair(_ access: IssuedToken, _ token: RefreshToken, _ session: RefreshSession) -> TokenPair {
        TokenPair(
            access: access, refreshToken: token.text(key: key), session: session.id,
            sessionExpiresAt: session.createdAt.advanced(by: limits.absolute))
    }
}
