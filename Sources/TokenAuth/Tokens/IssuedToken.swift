/// A token as issued, with the claims it carries.
///
/// The token is a credential: it is left out of descriptions and dumps.
public struct IssuedToken: Sendable {
    /// The compact form, for the `Authorization: Bearer` header.
    public let token: String
    public let claims: Claims
}

extension IssuedToken: CustomStringConvertible, CustomReflectable {
    public var description: String { "<token \(claims.id)>" }
    public var customMirror: Mirror { Mirror(self, children: ["claims": claims]) }
}
