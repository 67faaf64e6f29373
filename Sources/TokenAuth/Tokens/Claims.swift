public import HardeningCore

/// What an access token says about its bearer.
///
/// Claims that came out of ``TokenService/verify(_:)-(String)`` are wrapped in ``Verified``; a bare
/// `Claims` proves nothing. Members of a token that are not listed here are checked for form and
/// otherwise ignored: look up what else you need by ``subject``.
public struct Claims: Sendable, Hashable {
    /// `iss`: the service that issued the token.
    public let issuer: String
    /// `aud`: the audience of this service; the token may name others besides.
    public let audience: String
    /// `sub`: who the token is about, 1 to 256 bytes.
    public let subject: String
    /// `jti`: the id under which this one token can be revoked.
    public let id: TokenID
    /// `iat`, whole seconds.
    public let issuedAt: Timestamp
    /// `exp`, whole seconds.
    ///
    /// The token is refused from here plus the leeway on.
    public let expiresAt: Timestamp
    /// `nbf`, whole seconds.
    public let notBefore: Timestamp?
    /// `sid`: the sign-in this token descends from.
    public let session: String?
    /// `scope`: names separated by spaces (RFC 8693 §4.2); see ``hasScope(_:)``.
    public let scope: String?
    /// The id of the key that signed.
    public let keyID: String

    /// Whether `scope` contains this name as a whole word.
    public func hasScope(_ name: String) -> Bool {
        scope?.split(separator: " ").contains { $0 == name } ?? false
    }
}

extension Claims {
    static let maximumNameBytes = 256
    static let maximumSessionBytes = 128
    static let maximumScopeBytes = 1_024
    static let maximumAudiences = 16
    /// 9999-12-31T23:59:59Z, the last second that RFC 3339 can write.
    static let latestSecond: Int64 = 253_402_300_799
}
