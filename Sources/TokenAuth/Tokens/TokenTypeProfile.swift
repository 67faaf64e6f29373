/// Which `typ` header a service writes and which it accepts.
///
/// The type keeps tokens apart that the same key signs for different purposes (RFC 8725 §3.11).
/// Values are compared exactly.
public struct TokenTypeProfile: Sendable, Hashable {
    /// The `typ` of tokens this service issues.
    public let issued: String
    /// Every `typ` it accepts.
    public let accepted: [String]

    /// Writes and accepts `at+jwt`: RFC 9068.
    ///
    /// The default.
    public static let accessToken = TokenTypeProfile(issued: "at+jwt", accepted: ["at+jwt"])
    /// Writes `at+jwt`, accepts `JWT` too: for tokens of an older issuer under the same keys.
    public static let accessTokenOrJWT = TokenTypeProfile(issued: "at+jwt", accepted: ["at+jwt", "JWT"])
    /// Writes and accepts `JWT`: for verifiers that know nothing else.
    public static let jwt = TokenTypeProfile(issued: "JWT", accepted: ["JWT"])

    func fault(of type: TokenHeader.Field) -> TokenError.Rule? {
        switch type {
        case .absent: .typeMissing
        case .malformed: .typeMalformed
        case .text(let text): accepted.contains(text) ? nil : .typeWrong
        }
    }
}
