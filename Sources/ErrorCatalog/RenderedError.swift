/// An answer, ready for any HTTP framework, a queue or a socket.
public struct RenderedError: Sendable, Hashable {
    /// The stable code: `CARD_DECLINED`.
    public let code: String
    /// HTTP status, 400…599.
    public let status: Int
    /// `application/problem+json` or `application/json`.
    ///
    /// The former may be served as the latter with the same bytes.
    public let contentType: String
    /// For `Content-Language`: the language of the answer, which is English where the asked one is not written.
    public let contentLanguage: Language
    /// For `Retry-After`: the same number as `details.retry_after_seconds`; nil where waiting does not help or nobody knows.
    public let retryAfterSeconds: Int?
    /// UTF-8 JSON.
    public let body: [UInt8]
}
