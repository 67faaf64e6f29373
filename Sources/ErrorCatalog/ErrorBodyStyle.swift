/// The shape of an answer's body.
public enum ErrorBodyStyle: String, Sendable, Hashable, CaseIterable {
    /// RFC 9457 members, then the eight house fields. `application/problem+json`.
    case problem
    /// The eight house fields alone. `application/json`.
    case strictEightFields
    /// `{error, message, details, status_code}` for clients of the older shape; `message` is the developer
    /// text in the negotiated language. `application/json`.
    case legacy
}
