public import HTTPTypes

/// What the `Authorization` header of a request says (RFC 6750 §2.1).
///
/// Tokens in query strings or bodies are never read: they end up in logs and histories.
public enum BearerToken: Sendable, Hashable {
    /// No `Authorization` header.
    case absent
    /// One header with the scheme `Bearer`, in any case, and one token.
    case present(String)
    /// Another scheme, several headers, or no token after the scheme.
    case malformed

    public init(of fields: HTTPFields) {
        let values = fields[values: .authorization]
        guard let value = values.first else {
            self = .absent
            return
        }
        let scheme = "bearer "
        let token = value.utf8.dropFirst(scheme.utf8.count)
        guard values.count == 1, value.utf8.count > scheme.utf8.count,
            zip(value.utf8, scheme.utf8).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 }),
            token.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), let text = String(token)
        else {
            self = .malformed
            return
        }
        self = .present(text)
    }
}
