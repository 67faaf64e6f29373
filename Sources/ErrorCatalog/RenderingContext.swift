public import HardeningCore

/// What one answer needs to know besides its error.
public struct RenderingContext: Sendable {
    /// The id under which the error is logged.
    ///
    /// At most 128 bytes of it are written.
    public var requestID: String
    /// When the error is answered, for `timestamp` of the body.
    public var timestamp: Timestamp
    /// The negotiated language; see ``LanguageNegotiator``.
    public var language: Language
    /// The shape of the body.
    public var style: ErrorBodyStyle

    public init(requestID: String, timestamp: Timestamp, language: Language = .english, style: ErrorBodyStyle = .problem) {
        self.requestID = requestID
        self.timestamp = timestamp
        self.language = language
        self.style = style
    }
}
