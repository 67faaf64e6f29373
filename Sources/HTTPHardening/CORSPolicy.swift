public import HTTPTypes

/// Which web pages may read this server's answers: Cross-Origin Resource Sharing (the Fetch standard, §3.2).
///
/// ```swift
/// let cors = try CORSPolicy(origins: ["https://app.example.com"], allowsCredentials: true)
/// ```
/// It only lifts a browser's restriction; it protects nothing by itself. A request from a page that is not listed is
/// served like any other, and the browser keeps the answer from the page. What changes state needs ``CSRFPolicy``
/// where cookies authenticate.
///
/// Every answer gets `Vary: Origin`, so that no cache hands one page what was meant for another.
public struct CORSPolicy: Sendable {
    private let origins: Set<String>?
    private let allowsCredentials: Bool
    private let allowedMethods: String
    private let allowedHeaders: String
    private let exposedHeaders: String
    private let maximumAge: String

    /// Allows the pages of a list.
    ///
    /// - Parameters:
    ///   - origins: exact, as ``WebOrigin`` describes; at most 1,000. An empty list allows none.
    ///   - methods: what pages may send besides the simple ones.
    ///   - requestHeaders: fields that pages may send besides the simple ones.
    ///   - exposedHeaders: fields of an answer that pages may read besides the simple ones.
    ///   - allowsCredentials: whether cookies and HTTP authentication are sent along. Bearer tokens need it not.
    ///   - maximumAge: how long a browser may remember a preflight; whole seconds count, up to a day.
    /// - Throws: ``CORSPolicyError`` for the first entry that no browser would ever send.
    public init(
        origins: [String], methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete],
        requestHeaders: [HTTPField.Name] = Self.usualRequestHeaders, exposedHeaders: [HTTPField.Name] = Self.usualExposedHeaders,
        allowsCredentials: Bool = false, maximumAge: Duration = .seconds(600)
    ) throws(CORSPolicyError) {
        guard origins.count <= 1000 else { throw CORSPolicyError(.tooManyOrigins, entry: "") }
        for origin in origins where WebOrigin(origin) == nil {
            throw CORSPolicyError(origin == "*" ? .wildcard : .malformedOrigin, entry: origin)
        }
        self.init(
            allowing: Set(origins), methods, requestHeaders, exposedHeaders, allowsCredentials: allowsCredentials, maximumAge: maximumAge)
    }

    /// Allows every page, without credentials: with them, any page could act for whoever is signed in.
    public static func anyOrigin(
        methods: [HTTPRequest.Method] = [.get, .post], requestHeaders: [HTTPField.Name] = Self.usualRequestHeaders,
        exposedHeaders: [HTTPField.Name] = Self.usualExposedHeaders, maximumAge: Duration = .seconds(600)
    ) -> CORSPolicy {
        CORSPolicy(allowing: nil, methods, requestHeaders, exposedHeaders, allowsCredentials: false, maximumAge: maximumAge)
    }

    private init(
        allowing origins: Set<String>?, _ methods: [HTTPRequest.Method], _ requestHeaders: [HTTPField.Name],
        _ exposedHeaders: [HTTPField.Name], allowsCredentials: Bool, maximumAge: Duration
    ) {
        self.origins = origins
        self.allowsCredentials = allowsCredentials
        allowedMethods = methods.map(\.rawValue).joined(separator: ", ")
        allowedHeaders = requestHeaders.map(\.rawName).joined(separator: ", ")
        self.exposedHeaders = exposedHeaders.map(\.rawName).joined(separator: ", ")
        self.maximumAge = String(min(max(0, maximumAge.components.seconds), 86_400))
    }

    /// What the front end of an API sends.
    public static let usualRequestHeaders: [HTTPField.Name] = [.authorization, .contentType, .acceptLanguage, .xRequestID, .xCSRFToken]
    /// What a page needs to behave well when it is limited.
    public static let usualExposedHeaders: [HTTPField.Name] = [
        .retryAfter, .xRequestID, .rateLimit, .rateLimitPolicy, .xRateLimitLimit, .xRateLimitRemaining, .xRateLimitReset,
    ]
}

extension CORSPolicy {
    /// What becomes of one request.
    public enum Decision: Sendable, Hashable {
        /// Answer 204 with these fields and go no further: the browser asks before it sends the real request.
        case preflight(HTTPFields)
        /// Go on, and put these fields on the answer, whichever it will be.
        case request(HTTPFields)
    }

    /// - Complexity: one look-up.
    public func decide(_ method: HTTPRequest.Method, _ fields: HTTPFields) -> Decision {
        let origin = allowedOrigin(fields)
        var answer = HTTPFields()
        guard method == .options, fields.contains(.origin), fields.contains(.accessControlRequestMethod) else {
            answer[.vary] = "Origin"
            guard let origin else { return .request(answer) }
            allow(origin, &answer)
            if !exposedHeaders.isEmpty { answer[.accessControlExposeHeaders] = exposedHeaders }
            return .request(answer)
        }
        answer[.vary] = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
        guard let origin else { return .preflight(answer) }
        allow(origin, &answer)
        // The browser compares; a list that does not depend on the request can be remembered.
        answer[.accessControlAllowMethods] = allowedMethods
        if !allowedHeaders.isEmpty { answer[.accessControlAllowHeaders] = allowedHeaders }
        answer[.accessControlMaxAge] = maximumAge
        return .preflight(answer)
    }

    /// What to say to this request's page: its origin, `*`, or nothing.
    private func allowedOrigin(_ fields: HTTPFields) -> String? {
        let sent = fields[values: .origin]
        guard sent.count == 1 else { return nil }
        guard let origins else { return "*" }
        return origins.contains(sent[0]) ? sent[0] : nil
    }

    private func allow(_ origin: String, _ answer: inout HTTPFields) {
        answer[.accessControlAllowOrigin] = origin
        if allowsCredentials { answer[.accessControlAllowCredentials] = "true" }
    }
}

/// Why a CORS policy makes no sense, in words an operator can act on.
public struct CORSPolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, as a stable name.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case malformedOrigin = "CORS_MALFORMED_ORIGIN"
        case wildcard = "CORS_WILDCARD"
        case tooManyOrigins = "CORS_TOO_MANY_ORIGINS"
    }

    /// What is wrong with ``entry``.
    public let code: Code
    /// The entry as it was given.
    public let entry: String

    init(_ code: Code, entry: String) {
        self.code = code
        self.entry = entry
    }

    public var description: String {
        switch code {
        case .malformedOrigin:
            "An origin is http:// or https://, a host in lower case and a port if it is not the usual one; \"\(entry)\" is not."
        case .wildcard: "A wildcard is not an entry of a list; use anyOrigin, which allows no credentials."
        case .tooManyOrigins: "More than 1000 origins."
        }
    }
}
