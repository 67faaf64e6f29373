public import HardeningCore

/// What a sign-in and every refresh hand to the client.
///
/// Both tokens are credentials and left out of descriptions and dumps.
public struct TokenPair: Sendable {
    /// For the `Authorization: Bearer` header.
    public let access: IssuedToken
    /// For the refresh request alone; a browser keeps it in a cookie that is `HttpOnly`, `Secure`,
    /// `SameSite=Strict` and bound to the refresh path.
    public let refreshToken: String
    public let session: SessionID
    /// From here on only a sign-in helps.
    public let sessionExpiresAt: Timestamp
}

extension TokenPair: CustomStringConvertible, CustomReflectable {
    public var description: String { "<tokens of session \(session)>" }
    public var customMirror: Mirror { Mirror(self, children: ["session": session]) }
}
