public import HTTPTypes

/// Keeps other sites from acting with a visitor's cookie: cross-site request forgery.
///
/// Only requests that a cookie authenticates need it; a browser adds cookies by itself, but never a bearer token. The
/// checks, in this order: safe methods pass; `Sec-Fetch-Site: same-origin` or `none` passes, because only
/// the browser can write it; an `Origin` from the list passes; anything else must bring a token that is bound to the
/// session. (OWASP Cross-Site Request Forgery Prevention; Fetch Metadata Request Headers, W3C.)
public struct CSRFPolicy: Sendable {
    private let origins: Set<String>

    /// - Parameter origins: the pages that may change state, as ``WebOrigin`` describes: usually the site's own and its front ends.
    /// - Throws: ``CORSPolicyError`` for an entry that no browser would ever send.
    public init(origins: [String]) throws(CORSPolicyError) {
        for origin in origins where WebOrigin(origin) == nil {
            throw CORSPolicyError(origin == "*" ? .wildcard : .malformedOrigin, entry: origin)
        }
        self.origins = Set(origins)
    }

    /// What to do with a request.
    public enum Decision: Sendable, Hashable {
        case pass
        case refuse(Reason)
    }

    /// Why a request was refused; for the log.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Nothing shows that the request comes from our own page, and there is no token.
        case missingToken = "CSRF_TOKEN_MISSING"
        /// The token is not this session's, or there are several.
        case invalidToken = "CSRF_TOKEN_INVALID"
    }

    /// - Parameters:
    ///   - isCookieAuthenticated: whether the request owes its identity to a cookie.
    ///   - isValidToken: whether a token is this session's; asked only when the headers do not decide.
    public func decide(
        _ method: HTTPRequest.Method, _ fields: HTTPFields, isCookieAuthenticated: Bool, isValidToken: (String) -> Bool
    ) -> Decision {
        if !isCookieAuthenticated || Self.safeMethods.contains(method) { return .pass }
        let sites = fields[values: .secFetchSite]
        if sites == ["same-origin"] || sites == ["none"] { return .pass }
        let sent = fields[values: .origin]
        if sent.count == 1, origins.contains(sent[0]) { return .pass }
        let tokens = fields[values: .xCSRFToken]
        if tokens.isEmpty { return .refuse(.missingToken) }
        return tokens.count == 1 && tokens[0].utf8.count <= 4096 && isValidToken(tokens[0]) ? .pass : .refuse(.invalidToken)
    }

    /// RFC 9110 §9.2.1.
    private static let safeMethods: Set<HTTPRequest.Method> = [.get, .head, .options, .trace]
}
