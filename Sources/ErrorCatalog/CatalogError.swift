/// An error of the catalogue with the values of this occurrence.
///
/// This is what services throw.
///
/// ```swift
/// throw CatalogError(.propertyNotFound, ["property_id": .string(id)])
/// throw CatalogError(.rateLimitExceeded, ["limit": 100], retryAfter: .seconds(12))
/// ```
/// Values fill the templates, and those that the definition lists in ``ErrorDefinition/detailNames``
/// also appear in `details`. Everything else, above all ``cause``, goes to the log only.
public struct CatalogError: CauseProviding, Sendable {
    /// The kind of error: its code, its status, its words.
    public let definition: ErrorDefinition
    /// Values for the templates, and for `details` where allow-listed.
    public let parameters: DetailFields
    /// Values for `details` where allow-listed; they win over a parameter of the same name.
    public let details: DetailFields
    /// What is wrong with which field, at most ``maximumFieldErrors``.
    public let fieldErrors: [FieldError]
    /// Field errors beyond the bound; they are counted in the log.
    public let omittedFieldErrorCount: Int
    /// How long to wait before the same request may succeed.
    public let retryAfter: Duration?
    /// What led here; for the log, never for the client.
    public let cause: (any Error)?
    /// Where it was made: `Module/File.swift`; for the log.
    public let fileID: String
    /// The line in ``fileID``.
    public let line: Int

    /// Field errors that are kept; further ones are counted.
    public static let maximumFieldErrors = 50

    /// - Parameters:
    ///   - definition: the kind of error.
    ///   - parameters: values for the templates. Strings are cleaned and shortened when rendered.
    ///   - details: further allow-listed values, or log-only ones.
    ///   - fieldErrors: for definitions that list `errors`; beyond 50 they are counted only.
    ///   - retryAfter: ignored where the definition is not retryable. Rounded up to whole seconds, at least one.
    ///   - cause: what led here. Logged, never rendered.
    public init(
        _ definition: ErrorDefinition, _ parameters: DetailFields = [:], details: DetailFields = [:], fieldErrors: [FieldError] = [],
        retryAfter: Duration? = nil, cause: (any Error)? = nil, fileID: StaticString = #fileID, line: Int = #line
    ) {
        self.definition = definition
        self.parameters = parameters
        self.details = details
        self.fieldErrors = fieldErrors.count > Self.maximumFieldErrors ? Array(fieldErrors.prefix(Self.maximumFieldErrors)) : fieldErrors
        omittedFieldErrorCount = Swift.max(0, fieldErrors.count - Self.maximumFieldErrors)
        self.retryAfter = retryAfter
        self.cause = cause
        self.fileID = fileID.description
        self.line = line
    }

    /// The definition's code.
    public var code: String { definition.code }
    /// The definition's HTTP status.
    public var status: Int { definition.status }

    /// A name without dynamic text, from a closed set, for metrics.
    public var shortDescription: String { definition.metricLabel }

    /// Whole seconds for `Retry-After` and the body, rounded up and at least one; nil where the
    /// definition is not retryable or nobody knows.
    ///
    /// One and not zero: "again at once" makes a client spin, and the header and the body must agree. Taken from
    /// ``retryAfter``, else from a whole number given as the value `retry_after_seconds`.
    public var retryAfterSeconds: Int? {
        retryAfterSeconds(for: definition)
    }

    func retryAfterSeconds(for definition: ErrorDefinition) -> Int? {
        guard definition.isRetryable else { return nil }
        if let retryAfter {
            let (seconds, attoseconds) = retryAfter.components
            return Swift.max(1, attoseconds > 0 && seconds < .max ? Int(seconds) + 1 : Int(seconds))
        }
        let name = WaitUnit.seconds.parameterName
        return (details[name] ?? parameters[name])?.wholeNumber.map { Swift.max(1, $0) }
    }
}

extension CatalogError: CustomStringConvertible {
    /// Code and place, without values: `CARD_DECLINED (Shop/Payment.swift:41)`.
    public var description: String { "\(code) (\(fileID):\(line))" }
}
