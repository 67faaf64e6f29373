public import HTTPTypes

/// The header fields that tell a browser what not to do with an answer.
///
/// They belong on every answer, errors and streams included: an error page without `nosniff` is as
/// exploitable as any other. Applying them replaces what is there, so no field is sent twice.
/// Values follow the OWASP Secure Headers Project.
public struct SecurityHeaders: Sendable {
    private let fields: [HTTPField]
    private let strictTransportSecurity: String?
    /// The names this type sets or removes, so that the usual answer, which has none of them, is one append.
    private let ownNames: Set<String>

    /// - Parameters:
    ///   - profile: what kind of answers the server gives.
    ///   - strictTransportSecurity: the `max-age` for HSTS, sent on https only. Leave it nil outside
    ///     production: a browser that saw it once refuses plain http to that host for its whole life.
    ///   - legacyXSSFilter: sends `X-XSS-Protection: 1; mode=block` for scanners that insist.
    ///     The default `0` is current advice, because the filter itself was exploitable.
    public init(
        profile: Profile = .api, strictTransportSecurity: Duration? = nil, legacyXSSFilter: Bool = false
    ) {
        fields = [
            HTTPField(name: .xContentTypeOptions, value: "nosniff"),
            HTTPField(name: .xFrameOptions, value: "DENY"),
            HTTPField(name: .referrerPolicy, value: profile.referrerPolicy),
            HTTPField(name: .permissionsPolicy, value: "accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            HTTPField(name: .crossOriginOpenerPolicy, value: "same-origin"),
            HTTPField(name: .crossOriginResourcePolicy, value: "same-origin"),
            HTTPField(name: .contentSecurityPolicy, value: profile.contentSecurityPolicy),
            HTTPField(name: .xXSSProtection, value: legacyXSSFilter ? "1; mode=block" : "0"),
        ]
        self.strictTransportSecurity = strictTransportSecurity.map {
            "max-age=\(max(0, $0.components.seconds)); includeSubDomains"
        }
        ownNames = Set((fields.map(\.name) + [.server, .xPoweredBy]).map(\.canonicalName))
    }

    /// What a server's answers are.
    public struct Profile: Sendable {
        let contentSecurityPolicy: String
        let referrerPolicy: String

        /// Data for programs: nothing in an answer may ever run or be framed.
        public static let api = Profile(
            contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'", referrerPolicy: "no-referrer")

        /// Pages of this server's own: own scripts, styles, images and connections, nothing inline.
        public static let page = Profile(
            contentSecurityPolicy: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            referrerPolicy: "strict-origin-when-cross-origin")
    }

    /// Puts the fields on an answer and removes those that identify the server's software.
    ///
    /// A `Content-Security-Policy` that is already there stays: a page may be stricter or looser
    /// than its profile on purpose.
    ///
    /// - Parameters:
    ///   - answer: the fields to change.
    ///   - isSecure: whether the client reached us over https.
    ///   - isAuthenticated: adds `Cache-Control: no-store` when the answer set no caching itself.
    public func apply(to answer: inout HTTPFields, isSecure: Bool, isAuthenticated: Bool) {
        if answer.contains(where: { ownNames.contains($0.name.canonicalName) }) {
            answer[.server] = nil
            answer[.xPoweredBy] = nil
            for field in fields where field.name != .contentSecurityPolicy || !answer.contains(field.name) {
                answer[field.name] = field.value
            }
        } else {
            answer.append(contentsOf: fields)
        }
        if isSecure, let strictTransportSecurity { answer[.strictTransportSecurity] = strictTransportSecurity }
        if isAuthenticated, !answer.contains(.cacheControl) { answer[.cacheControl] = "no-store" }
    }
}
