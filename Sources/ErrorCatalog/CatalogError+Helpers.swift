extension CatalogError {
    /// A language model or another AI service failed.
    ///
    /// - Parameters:
    ///   - service: the provider's public name; shown to the client.
    ///   - retryAfter: from the provider or the circuit breaker, where known.
    ///   - cause: logged, never rendered.
    public static func ai(
        service: String, retryAfter: Duration? = nil, cause: (any Error)? = nil, fileID: StaticString = #fileID, line: Int = #line
    ) -> CatalogError {
        CatalogError(.aiServiceError, ["service": .string(service)], retryAfter: retryAfter, cause: cause, fileID: fileID, line: line)
    }

    /// A database operation failed.
    ///
    /// - Parameters:
    ///   - operation: a label such as `load_property`. Shown to the client only if it is one, that is
    ///     1…64 of `A-Z a-z 0-9 . _ -`; a statement passed by mistake goes to the log alone.
    ///   - retryAfter: from the circuit breaker, where known.
    ///   - cause: logged, never rendered.
    public static func database(
        operation: String, retryAfter: Duration? = nil, cause: (any Error)? = nil, fileID: StaticString = #fileID, line: Int = #line
    ) -> CatalogError {
        CatalogError(
            .databaseError, operationFields(operation), retryAfter: retryAfter, cause: cause, fileID: fileID, line: line)
    }

    /// A blockchain operation failed.
    ///
    /// - Parameters:
    ///   - operation: a label such as `mint`; see ``database(operation:retryAfter:cause:fileID:line:)``.
    ///   - retryAfter: from the circuit breaker, where known.
    ///   - cause: logged, never rendered.
    public static func blockchain(
        operation: String, retryAfter: Duration? = nil, cause: (any Error)? = nil, fileID: StaticString = #fileID, line: Int = #line
    ) -> CatalogError {
        CatalogError(
            .blockchainError, operationFields(operation), retryAfter: retryAfter, cause: cause, fileID: fileID, line: line)
    }

    /// One or more fields are wrong: 422, with a pointer, a code and both languages per field.
    public static func validation(
        _ fieldErrors: [FieldError], fileID: StaticString = #fileID, line: Int = #line
    ) -> CatalogError {
        CatalogError(.validationError, fieldErrors: fieldErrors, fileID: fileID, line: line)
    }

    /// `error` itself if it belongs to the catalogue, else INTERNAL_ERROR with `error` as its cause.
    ///
    /// Nothing of an unknown error is taken over: its text may hold a connection string or a path.
    public init(answering error: any Error) {
        if let error = error as? CatalogError {
            self = error
        } else if let error = error as? any CatalogErrorConvertible {
            self = error.catalogError
        } else {
            self.init(.internalError, cause: error)
        }
    }

    /// A name that is not allow-listed, so that a value under it reaches the log and nothing else.
    private static func operationFields(_ operation: String) -> DetailFields {
        isLabel(operation) ? ["operation": .string(operation)] : ["unlisted_operation": .string(operation)]
    }

    static func isLabel(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
