import ErrorCatalog
import HTTPHardening
import HTTPTypes

/// A header field of answers, as it stands under `components`.
struct HeaderDescription: Sendable {
    let name: String
    let description: String
    let schema: Schema
    /// What it is called under `components`: its name, unless a field of the same name has another value elsewhere.
    let component: String

    init(_ name: String, _ description: String, _ schema: Schema = .text, component: String? = nil) {
        self.name = name
        self.component = component ?? name
        self.description = description
        self.schema = schema
    }

    /// Whether every answer with the field described has it is part of a header in OpenAPI, so each has two components.
    func reference(isRequired: Bool) -> JSONTree {
        ["$ref": .string("#/components/headers/\(isRequired ? component : "Optional-\(component)")")]
    }

    /// Both components, by name.
    var components: [String: JSONTree] {
        let tree: JSONTree = ["description": .string(description), "schema": schema.tree]
        return [component: tree.merging(["required": true]), "Optional-\(component)": tree]
    }
}

extension HeaderDescription {
    /// On every answer: the request's name, and what tells a browser what not to do.
    static let everywhere = [requestID] + security

    static let requestID = HeaderDescription(
        "X-Request-Id", "Names the request in the log and in error bodies.", .text(1...64, pattern: "^[A-Za-z0-9._-]+$"))

    private static let security: [HeaderDescription] = {
        var fields = HTTPFields()
        SecurityHeaders().apply(to: &fields, isSecure: false, isAuthenticated: false)
        return fields.map { HeaderDescription($0.name.rawName, "Of the OWASP Secure Headers Project.", .constant($0.value)) }
    }()

    /// On pages, which have a style.
    static let pagePolicy = HeaderDescription(
        "Content-Security-Policy", "The page's own style, nothing else.", .constant(ErrorPage.contentSecurityPolicy),
        component: "Content-Security-Policy-Page")
    static let strictTransportSecurity = HeaderDescription("Strict-Transport-Security", "Over https, in production.")
    static let cacheControl = HeaderDescription("Cache-Control", "Who may keep the answer, and how long.")
    static let entityTag = HeaderDescription("ETag", "Changes with the body; send it back as `If-None-Match`.")
    static let contentDisposition = HeaderDescription("Content-Disposition", "Under which name to keep the body.")
    static let setCookie = HeaderDescription("Set-Cookie", "One for each cookie of the session.")
    static let allow = HeaderDescription("Allow", "The methods the path has.")
    static let authenticate = HeaderDescription("WWW-Authenticate", "The scheme to authenticate with.")
    static let retryAfter = HeaderDescription("Retry-After", "Seconds to wait, where they are known.", .integer(from: 1))
    static let contentLanguage = HeaderDescription(
        "Content-Language", "The language of `title` and `detail`.", .choice(["en", "ar"]))
    static let vary = HeaderDescription("Vary", "Which header fields of the request the answer depends on.")

    /// What of its limits is left to the caller: of the tightest window, and of the minute and the hour.
    static let quota = [
        HeaderDescription("X-RateLimit-Limit", "Requests allowed in the tightest window.", .count),
        HeaderDescription("X-RateLimit-Remaining", "Requests left in the tightest window.", .count),
        HeaderDescription("X-RateLimit-Reset", "Seconds until the tightest window is whole again.", .count),
    ]
    static let windows = [
        HeaderDescription("X-RateLimit-Limit-Minute", "Requests allowed a minute.", .count),
        HeaderDescription("X-RateLimit-Remaining-Minute", "Requests left this minute.", .count),
        HeaderDescription("X-RateLimit-Limit-Hour", "Requests allowed an hour.", .count),
        HeaderDescription("X-RateLimit-Remaining-Hour", "Requests left this hour.", .count),
    ]

    /// Who may read the answer, told to pages of listed origins.
    static let crossOrigin = [
        HeaderDescription("Access-Control-Allow-Origin", "The origin whose pages may read the answer."),
        HeaderDescription("Access-Control-Expose-Headers", "The header fields they may read."),
    ]
    static let preflight = [
        HeaderDescription("Access-Control-Allow-Methods", "The methods they may use."),
        HeaderDescription("Access-Control-Allow-Headers", "The header fields they may send."),
        HeaderDescription("Access-Control-Max-Age", "Seconds this answer holds.", .count),
    ]

    static let all =
        everywhere + quota + windows + crossOrigin + preflight + [
            contentDisposition, setCookie, pagePolicy, strictTransportSecurity, cacheControl, entityTag, allow, authenticate, retryAfter,
            contentLanguage, vary,
        ]
}
