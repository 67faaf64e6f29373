import HTTPHardening
import HTTPTypes
import HardeningCore
import TokenAuth

/// Signing in with cookies instead of a token: for pages, which no script can rob of what they cannot read.
struct BrowserSession: Sendable {
    /// Holds the access token, out of reach of scripts.
    let cookie: SessionCookie
    /// Holds what a page sends back in `X-CSRF-Token`.
    let csrfCookie: SessionCookie
    let csrfTokens: CSRFTokens
    /// Requests from the listed origins need no token.
    let policy: CSRFPolicy

    /// - Parameter secret: the keys of other purposes are derived from it.
    init(_ configuration: DemoConfiguration, secret: Secret) throws {
        let isLocal = configuration.environment == .development
        cookie = isLocal ? .developmentSession : .session
        csrfCookie = isLocal ? .developmentCSRF : .csrf
        csrfTokens = CSRFTokens(key: PurposeKeys(root: secret).key(for: "csrf"))
        policy = try CSRFPolicy(origins: [])
    }

    /// The cookies of a sign-in, and the token that a page needs where its browser does not tell where a request comes from.
    func begin(_ access: IssuedToken) throws -> (fields: [HTTPField], csrfToken: String) {
        let claims = access.claims
        let lifetime = claims.expiresAt.duration(since: claims.issuedAt)
        let csrfToken = csrfTokens.token(session: claims.session ?? claims.id.description)
        return (
            [try cookie.setting(access.token, lifetime: lifetime), try csrfCookie.setting(csrfToken, lifetime: lifetime)], csrfToken
        )
    }

    /// Makes the browser forget both.
    var end: [HTTPField] { [cookie.clearing, csrfCookie.clearing] }
}
