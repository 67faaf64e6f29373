public import ErrorCatalog

extension CatalogError {
    /// The catalogue's error for a bare HTTP status, as frameworks and proxies report failures.
    ///
    /// Statuses the catalogue does not name become the general one of their class.
    public init(httpStatus status: Int, cause: (any Error)? = nil, fileID: StaticString = #fileID, line: Int = #line) {
        let definition: ErrorDefinition =
            switch status {
            case 401: .authenticationError
            case 403: .forbidden
            case 404: .resourceNotFound
            case 405: .methodNotAllowed
            case 413: .payloadTooLarge
            case 415: .unsupportedMediaType
            case 422: .validationError
            case 429: .rateLimitExceeded
            case 400..<500: .invalidInput
            case 503: .serviceUnavailable
            default: .internalError
            }
        self.init(definition, cause: cause, fileID: fileID, line: line)
    }
}
