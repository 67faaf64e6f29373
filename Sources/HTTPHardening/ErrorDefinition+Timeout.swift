public import ErrorCatalog

extension ErrorDefinition {
    /// The client took too long to send its request (RFC 9110 §15.5.9).
    ///
    /// The same request may be sent again, over a new connection.
    public static let requestTimeout = ErrorDefinition(
        "REQUEST_TIMEOUT", status: 408,
        message: .init(en: "The request did not arrive in time", ar: "لم يصل الطلب خلال المهلة المحددة"),
        userMessage: .init(
            en: "Your connection is too slow or was interrupted. Please try again.",
            ar: "اتصالك بطيء جدًا أو انقطع. يُرجى المحاولة مرة أخرى."),
        retry: .later)
}
