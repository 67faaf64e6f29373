public import ErrorCatalog
public import HTTPTypes
public import HardeningCore

/// A complete HTTP answer to an error.
public struct ErrorAnswer: Sendable {
    public let head: HTTPResponse
    public let body: [UInt8]
    /// The catalogue's code, for logs and metrics.
    public let code: String
}

/// Answers any error over HTTP: the catalogue's body in the client's language, with the header
/// fields that belong to it.
///
/// One per service, made at start-up. Content type, language, caching, `Retry-After` and
/// `WWW-Authenticate` follow RFC 9110 and RFC 9457.
public struct ErrorResponder: Sendable {
    public let renderer: ErrorRenderer
    private let languages: LanguageNegotiator
    private let style: ErrorBodyStyle
    private let challenge: String

    /// - Parameters:
    ///   - renderer: the catalogue and its settings.
    ///   - languages: which languages to offer.
    ///   - style: the body's shape; the others are for clients of an older API.
    ///   - realm: what a token is good for, in the `WWW-Authenticate` of a 401. Quotes, backslashes and
    ///     control characters are left out.
    public init(
        renderer: ErrorRenderer = ErrorRenderer(), languages: LanguageNegotiator = LanguageNegotiator(), style: ErrorBodyStyle = .problem,
        realm: String = "api"
    ) {
        self.renderer = renderer
        self.languages = languages
        self.style = style
        challenge = "Bearer realm=\"\(realm.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline })\""
    }

    /// The answer to `error` for a client that sent `request`.
    ///
    /// - Parameter allowedMethods: for a 405: what the resource answers to.
    public func answer(
        to error: any Error, request: HTTPFields, requestID: RequestIdentifier, at now: Timestamp, allowedMethods: [String] = []
    ) -> ErrorAnswer {
        let rendered = renderer.render(error, in: context(request: request, requestID: requestID, at: now))
        let isPlain = rendered.contentType == "application/json" || MediaType.prefersPlainJSON(accept: request[.accept])
        var fields: HTTPFields = [
            .contentType: isPlain ? "application/json" : rendered.contentType,
            .contentLanguage: rendered.contentLanguage.tag,
            .vary: "Accept-Language, Accept",
            .cacheControl: "no-store",
        ]
        if !allowedMethods.isEmpty { fields[.allow] = allowedMethods.joined(separator: ", ") }
        if let seconds = rendered.retryAfterSeconds { fields[.retryAfter] = String(max(1, seconds)) }
        if rendered.status == 401 {
            // RFC 6750 §3.1: the error attribute only where a token was presented.
            fields[.wwwAuthenticate] = request.contains(.authorization) ? challenge + ", error=\"invalid_token\"" : challenge
        }
        return ErrorAnswer(
            head: HTTPResponse(status: HTTPResponse.Status(code: rendered.status), headerFields: fields), body: rendered.body,
            code: rendered.code)
    }

    /// What the log should know about `error`, under the same request id.
    public func logRecord(for error: any Error, request: HTTPFields, requestID: RequestIdentifier, at now: Timestamp) -> ErrorLogRecord {
        renderer.logRecord(for: error, in: context(request: request, requestID: requestID, at: now))
    }

    private func context(request: HTTPFields, requestID: RequestIdentifier, at now: Timestamp) -> RenderingContext {
        RenderingContext(
            requestID: requestID.description, timestamp: now, language: languages.language(for: request[.acceptLanguage]), style: style)
    }
}
