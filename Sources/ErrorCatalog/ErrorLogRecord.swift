public import HardeningCore

/// What the log and the error report learn about an error: everything the client does not.
///
/// Values only; the caller logs them with its own logger, under ``requestID``. Texts are bounded: each
/// at most 4096 bytes, at most 8 causes. The original error's text may hold secrets: send it to a log
/// that may hold them, and scrub it before it leaves the house.
public struct ErrorLogRecord: Sendable {
    /// One link of the cause chain.
    public struct Cause: Sendable, Hashable {
        /// The name of its Swift type.
        public let type: String
        /// What it tells a debugger about itself; see ``ErrorLogRecord/errorText``.
        public let message: String

        package init(type: String, message: String) {
            self.type = type
            self.message = message
        }
    }

    /// Causes that are kept, the nearest first.
    public static let maximumCauses = 8
    /// The longest text, in bytes of UTF-8; longer ones are cut.
    public static let maximumTextBytes = 4096

    /// The level to log at.
    public let level: ErrorLogLevel
    /// Whether to report it besides.
    public let reporting: ReportingPolicy
    /// The code that the client saw.
    public let code: String
    /// The HTTP status that the client saw.
    public let status: Int
    /// One of a closed set, to count by.
    public let metricLabel: String
    /// The id that the client has too.
    public let requestID: String
    /// When it was answered.
    public let timestamp: Timestamp
    /// The developer text in English, without isolates.
    public let message: String
    /// The type of the error that was thrown.
    public let errorType: String
    /// What that error tells a debugger about itself, which may be anything.
    ///
    /// Not its `description`: database drivers hide everything there and tell it in `debugDescription`.
    public let errorText: String
    /// What led to it, the nearest first.
    public let causes: [Cause]
    /// Where it was thrown, for errors of the catalogue.
    public let fileID: String?
    /// The line in ``fileID``.
    public let line: Int?
    /// All parameters and details, the ones that are not allow-listed included.
    public let values: DetailFields
    /// Which fields broke which rules, as `/email INVALID_EMAIL`.
    public let fieldErrors: [String]
    /// Field errors beyond the bound.
    public let omittedFieldErrorCount: Int
}

extension ErrorRenderer {
    /// The log's side of the answer that ``render(_:in:)-(Error,_)`` gives for the same error.
    ///
    /// It reflects types and describes errors, which takes some microseconds; skip it where the level is off.
    public func logRecord(for error: any Error, in context: RenderingContext) -> ErrorLogRecord {
        let answered = CatalogError(answering: error)
        let definition = catalog.definition(for: answered.definition)
        let isUnknown = !(error is CatalogError || error is any CatalogErrorConvertible)
        var message = JSONBuffer(capacity: 128)
        message.write(definition.message.english, TemplateValues(answered, as: definition), language: .english, as: .log)
        var values = answered.parameters
        for field in answered.details { values[field.name] = field.value }
        return ErrorLogRecord(
            level: definition.logLevel, reporting: definition.reporting, code: definition.code, status: definition.renderedStatus,
            metricLabel: definition.metricLabel, requestID: ErrorLogRecord.bounded(context.requestID), timestamp: context.timestamp,
            message: message.text, errorType: ErrorLogRecord.bounded(String(reflecting: type(of: error))),
            errorText: ErrorLogRecord.bounded(String(reflecting: error)), causes: ErrorLogRecord.causes(of: error),
            fileID: isUnknown ? nil : answered.fileID, line: isUnknown ? nil : answered.line, values: values,
            fieldErrors: answered.fieldErrors.map { ErrorLogRecord.bounded("\($0.pointer) \($0.rule.code)") },
            omittedFieldErrorCount: answered.omittedFieldErrorCount)
    }
}

extension ErrorLogRecord {
    /// Follows the chain, which may be a ring, for at most ``maximumCauses`` links.
    fileprivate static func causes(of error: any Error) -> [Cause] {
        var causes: [Cause] = []
        var next = (error as? any CauseProviding)?.cause
        while let cause = next, causes.count < maximumCauses {
            causes.append(Cause(type: bounded(String(reflecting: type(of: cause))), message: bounded(String(reflecting: cause))))
            next = (cause as? any CauseProviding)?.cause
        }
        return causes
    }

    fileprivate static func bounded(_ text: String) -> String {
        guard text.utf8.count > maximumTextBytes else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: maximumTextBytes)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text.unicodeScalars[..<end]) + "\u{2026}"
    }
}
