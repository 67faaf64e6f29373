public import HardeningCore

extension TokenService {
    /// Signs a new token under the active key.
    ///
    /// After the subject, the key or everything was revoked in this very second, the token's `iat` is
    /// one second later than the watermark: the fresh sign-in works, the revoked tokens stay refused.
    ///
    /// - Parameters:
    ///   - subject: `sub`, 1 to 256 bytes; the id of the account, not its e-mail address.
    ///   - session: `sid`: the sign-in this token belongs to, to end it with ``revoke(session:)``.
    ///   - scope: names separated by spaces.
    ///   - lifetime: whole seconds; ``accessLifetime`` when nil.
    ///   - notBefore: `nbf`, for a token that starts later.
    /// - Throws: ``TokenIssueError``.
    public func issue(
        subject: String, session: String? = nil, scope: String? = nil, lifetime: Duration? = nil, notBefore: Timestamp? = nil
    ) throws(TokenIssueError) -> IssuedToken {
        guard Self.isAcceptable(subject, 1...Claims.maximumNameBytes) else { throw .subjectMalformed }
        if let session, !Self.isAcceptable(session, 1...Claims.maximumSessionBytes) { throw .sessionMalformed }
        if let scope, !Self.isAcceptable(scope, 0...Claims.maximumScopeBytes) { throw .scopeMalformed }
        let lifetime = lifetime ?? accessLifetime
        guard lifetime >= .seconds(1), lifetime <= policy.maximumLifetime else { throw .lifetimeOutOfRange }

        let key = currentRing.active
        let claims = Claims(
            issuer: issuer, audience: audience, subject: subject, id: TokenID(),
            issuedAt: Timestamp(secondsSince1970: 0), expiresAt: Timestamp(secondsSince1970: 0),
            notBefore: notBefore.map { Timestamp(secondsSince1970: max(0, $0.secondsSince1970)) }, session: session, scope: scope,
            keyID: key.id)
        let dated = try date(claims, lifetime: lifetime, key: key)
        return IssuedToken(token: Self.sign(dated, key: key), claims: dated)
    }

    /// Chooses `iat` after every watermark that applies, and `exp` from it.
    private func date(_ claims: Claims, lifetime: Duration, key: KeyRing.Entry) throws(TokenIssueError) -> Claims {
        let now = self.now
        let floor = revocations.earliestIssue(of: claims, key: key.fingerprint, fingerprints, now: now)
        guard let floor else { throw .sessionRevoked }
        let issuedAt = Timestamp(secondsSince1970: max(now.secondsSince1970, floor))
        let latest = now.advanced(by: policy.futureAllowance)
        guard issuedAt <= latest else {
            // Rounded up, so that a caller who waits this long does not come a moment too early.
            throw .tooSoon(retryAfter: .seconds(issuedAt.duration(since: latest).components.seconds.addingSaturating(1)))
        }
        return Claims(
            issuer: claims.issuer, audience: claims.audience, subject: claims.subject, id: claims.id, issuedAt: issuedAt,
            expiresAt: issuedAt.advanced(by: .seconds(lifetime.components.seconds)), notBefore: claims.notBefore,
            session: claims.session, scope: claims.scope, keyID: claims.keyID)
    }

    private static func sign(_ claims: Claims, key: KeyRing.Entry) -> String {
        var token = key.issuedHeader
        token.reserveCapacity(512)
        token.append(UInt8(ascii: "."))
        Base64URL.encode(ClaimsWriter.json(claims), onto: &token)
        let code = token.withUnsafeBytes { key.signature(of: $0) }
        token.append(UInt8(ascii: "."))
        Base64URL.encode(code, onto: &token)
        return String(decoding: token, as: UTF8.self)
    }

    private static func isAcceptable(_ text: String, _ lengths: ClosedRange<Int>) -> Bool {
        lengths.contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 }
    }
}
