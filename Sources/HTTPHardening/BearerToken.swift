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
        guard let position = fields.firstIndex(where: { $0.name == .authorization }) else {
            self = .absent
            return
        }
        let isOnly = !fields[(position + 1)...].contains { $0.name == .authorization }
        guard isOnly, let token = Self.token(in: fields[position].value) else {
            self = .malformed
            return
        }
        self = .present(token)
    }

    /// What follows the scheme, if it is visible ASCII without spaces.
    private static func token(in value: String) -> String? {
        var value = value
        let length: Int? = value.withUTF8 { bytes in
            let scheme: StaticString = "bearer "
            guard bytes.count > scheme.utf8CodeUnitCount else { return nil }
            for index in 0..<scheme.utf8CodeUnitCount {
                // Folds letters only: the space must be a space.
                let expected = scheme.utf8Start[index]
                guard bytes[index] == expected || (expected != 0x20 && bytes[index] | 0x20 == expected) else { return nil }
            }
            let token = bytes[scheme.utf8CodeUnitCount...]
            return token.allSatisfy { $0 > 0x20 && $0 < 0x7f } ? token.count : nil
        }
        return length.map { String(value.utf8.suffix($0)) ?? "" }
    }
}
