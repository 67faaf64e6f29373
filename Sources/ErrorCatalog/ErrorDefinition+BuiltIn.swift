extension ErrorDefinition {
    /// The 19 kinds that services answer with.
    public static let kinds: [ErrorDefinition] = [
        .propertyNotFound, .propertyUnavailable, .aiServiceError, .rateLimitError, .authenticationError, .validationError,
        .blockchainError, .databaseError, .costLimitError, .scrapingError, .analysisError, .cacheError, .rateLimitExceeded,
        .invalidInput, .resourceNotFound, .taskError, .configurationError, .externalServiceError, .internalError,
    ]

    /// What the suite itself answers with besides: tokens, access, HTTP.
    public static let suite: [ErrorDefinition] = [
        .tokenRevoked, .forbidden, .methodNotAllowed, .payloadTooLarge, .unsupportedMediaType, .serviceUnavailable, .csrfRejected,
        .accountLocked, .clientBlocked, .requestTimeout,
    ]

    /// ``kinds``, then ``suite``.
    public static let builtIn = kinds + suite
}
