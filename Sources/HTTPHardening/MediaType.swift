/// The type of a body, as far as a JSON service needs to know it (RFC 9110 §8.3.1).
public enum MediaType {
    /// Whether a `Content-Type` value says JSON: `application/json` or any `application/…+json`,
    /// with any parameters, except a character set other than UTF-8.
    public static func isJSON(_ contentType: String) -> Bool {
        let parts = contentType.lowercased().split(separator: ";")
        guard let essence = parts.first?.trimmingOptionalWhitespace() else { return false }
        guard essence == "application/json" || (essence.hasPrefix("application/") && essence.hasSuffix("+json")) else { return false }
        return parts.dropFirst().map { $0.trimmingOptionalWhitespace() }.allSatisfy { parameter in
            !parameter.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\"", "charset=utf8"].contains(parameter)
        }
    }

    /// Whether the client asked for plain `application/json` and not for problem documents.
    ///
    /// Both carry the same bytes; some clients refuse to parse what they do not know by name.
    public static func prefersPlainJSON(accept: String?) -> Bool {
        guard let accept, accept.utf8.count <= 1024 else { return false }
        let ranges = accept.lowercased().split(separator: ",").map { ($0.split(separator: ";").first ?? "").trimmingOptionalWhitespace() }
        return ranges.contains("application/json") && !ranges.contains("application/problem+json")
    }
}
