import HardeningCore

/// What a service demands of a token, in the units the checks use.
///
/// Immutable.
struct TokenPolicy: Sendable {
    let issuer: String
    let audience: String
    let profile: TokenTypeProfile
    let leeway: Duration
    let maximumLifetime: Duration
    /// How far ahead `iat` may lie: the leeway, but at least the one second by which a sign-in follows a watermark.
    let futureAllowance: Duration
    /// All three in nanoseconds: a `Duration` is 128 bits and divides them wherever it meets a time.
    private let leewayNanoseconds: Int64
    private let maximumLifetimeNanoseconds: Int64
    private let futureAllowanceNanoseconds: Int64

    init(issuer: String, audience: String, profile: TokenTypeProfile, leeway: Duration, maximumLifetime: Duration) {
        self.issuer = issuer
        self.audience = audience
        self.profile = profile
        self.leeway = leeway
        self.maximumLifetime = maximumLifetime
        futureAllowance = max(leeway, .seconds(1))
        leewayNanoseconds = leeway.saturatingNanoseconds
        maximumLifetimeNanoseconds = maximumLifetime.saturatingNanoseconds
        futureAllowanceNanoseconds = futureAllowance.saturatingNanoseconds
    }
}

extension TokenPolicy {
    /// Step 8, and the parts of step 9 that the payload decides: turns fields into claims, or names the first bad one.
    func claims(from payload: TokenPayload, typeFault: TokenError.Rule?, keyID: String) throws(TokenError) -> Claims {
        let tokenIssuer = try required(payload.issuer, .issuerMissing, .issuerMalformed)
        let isForThisAudience = try required(payload.audience, .audienceMissing, .audienceMalformed)
        let subject = try required(payload.subject, .subjectMissing, .subjectMalformed)
        let issuedAt = try required(payload.issuedAt, .issuedAtMissing, .issuedAtMalformed)
        let expiry = try required(payload.expiry, .expiryMissing, .expiryMalformed)
        let id = try required(payload.id, .idMissing, .idMalformed)
        let notBefore = try optional(payload.notBefore, .notBeforeMalformed)
        let session = try optional(payload.session, .sessionMalformed)
        let scope = try optional(payload.scope, .scopeMalformed)

        if let typeFault { throw TokenError(typeFault) }
        guard issuer.utf8.withContiguousStorageIfAvailable({ tokenIssuer.equals(UnsafeRawBufferPointer($0)) }) ?? false else {
            throw TokenError(.issuerWrong)
        }
        guard isForThisAudience else { throw TokenError(.audienceWrong) }
        return Claims(
            issuer: issuer, audience: audience, subject: subject.string(), id: id,
            issuedAt: Timestamp(secondsSince1970: issuedAt), expiresAt: Timestamp(secondsSince1970: expiry),
            notBefore: notBefore.map { Timestamp(secondsSince1970: $0) }, session: session?.string(), scope: scope?.string(), keyID: keyID)
    }

    /// Step 10.
    ///
    /// `expired` from exactly `exp + leeway` on; `nbf` and `iat` may lie up to the leeway ahead.
    func checkTimes(of claims: Claims, now: Timestamp) throws(TokenError) {
        if now >= claims.expiresAt.advanced(byNanoseconds: leewayNanoseconds) {
            throw TokenError(.expired, secondsOff: Self.seconds(from: claims.expiresAt, to: now))
        }
        let latestStart = now.advanced(byNanoseconds: leewayNanoseconds)
        if let notBefore = claims.notBefore, notBefore > latestStart {
            throw TokenError(.notYetValid, secondsOff: Self.seconds(from: now, to: notBefore))
        }
        if claims.issuedAt > now.advanced(byNanoseconds: futureAllowanceNanoseconds) {
            throw TokenError(.issuedInFuture, secondsOff: Self.seconds(from: now, to: claims.issuedAt))
        }
        guard claims.expiresAt > claims.issuedAt else { throw TokenError(.expiresBeforeIssue) }
        let lifetime = claims.expiresAt.nanosecondsSince1970.subtractingSaturating(claims.issuedAt.nanosecondsSince1970)
        if lifetime > maximumLifetimeNanoseconds {
            throw TokenError(.lifetimeTooLong, secondsOff: (.nanoseconds(lifetime) - maximumLifetime).components.seconds)
        }
    }

    private static func seconds(from earlier: Timestamp, to later: Timestamp) -> Int64 {
        later.duration(since: earlier).components.seconds
    }

    @inline(__always)
    private func required<Value>(
        _ field: TokenPayload.Field<Value>, _ missing: TokenError.Rule, _ malformed: TokenError.Rule
    ) throws(TokenError) -> Value {
        switch field {
        case .valid(let value): return value
        case .absent: throw TokenError(missing)
        case .malformed: throw TokenError(malformed)
        }
    }

    @inline(__always)
    private func optional<Value>(_ field: TokenPayload.Field<Value>, _ malformed: TokenError.Rule) throws(TokenError) -> Value? {
        switch field {
        case .valid(let value): return value
        case .absent: return nil
        case .malformed: throw TokenError(malformed)
        }
    }
}

extension Timestamp {
    @inline(__always)
    fileprivate func advanced(byNanoseconds nanoseconds: Int64) -> Timestamp {
        Timestamp(nanosecondsSince1970: nanosecondsSince1970.addingSaturating(nanoseconds))
    }
}
