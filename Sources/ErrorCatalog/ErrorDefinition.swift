/// One kind of error: its stable code, its HTTP status, its words, and how it is handled.
///
/// ```swift
/// extension ErrorDefinition {
///     static let cardDeclined = ErrorDefinition(
///         "CARD_DECLINED", status: 402,
///         message: .init(en: "Card ending {last4} was declined", ar: "رُفضت البطاقة المنتهية بالأرقام {last4}"),
///         userMessage: .init(en: "Your card was declined.", ar: "رُفضت بطاقتك."),
///         details: ["last4"])
/// }
/// throw CatalogError(.cardDeclined, ["last4": "4242"], cause: gatewayError)
/// ```
/// A vocabulary that grows: add static members, do not switch over it. Copies share one immutable
/// storage, so passing one costs a reference count. The initialiser accepts any code and status,
/// because a `static let` cannot throw; ``Catalog`` refuses bad ones at start-up, ``CatalogLint`` in a
/// test, and an answer never carries a status outside 400…599.
public struct ErrorDefinition: Sendable {
    private let storage: Storage

    /// - Parameters:
    ///   - code: 2…64 of `A-Z 0-9 _`, starting with a letter. Stable for ever: clients branch on it.
    ///   - status: HTTP status, 400…599.
    ///   - title: constant text without parameters (RFC 9457, section 3.1.3). Nil: what the status says.
    ///   - message: for developers.
    ///   - userMessage: for the person in front of the screen: what happened and what to do.
    ///   - details: names of the parameters and details that may reach the client, in their order there.
    ///     What is not listed goes to the log only.
    ///   - retry: whether the same request may succeed later.
    ///   - logLevel: nil: `.error` from status 500 on, `.info` below.
    ///   - reporting: nil: `.always` from status 500 on, `.never` below.
    ///   - metricLabel: one of a closed set, never dynamic. Nil: the code in lower case.
    public init(
        _ code: String, status: Int, title: LocalizedText? = nil, message: LocalizedText, userMessage: LocalizedText,
        details: [String] = [], retry: RetryAdvice = .never, logLevel: ErrorLogLevel? = nil, reporting: ReportingPolicy? = nil,
        metricLabel: String? = nil
    ) {
        storage = Storage(
            code: code, status: status, title: title ?? StatusTitle.text(for: status), message: message, userMessage: userMessage,
            detailNames: details, detailExamples: [:], retry: retry, logLevel: logLevel ?? (status >= 500 ? .error : .info),
            reporting: reporting ?? (status >= 500 ? .always : .never), metricLabel: metricLabel ?? code.lowercased())
    }

    /// The same with an example of every detail, from which documentation takes its type and its sample answers.
    ///
    /// ```swift
    /// details: ["limit": 100, "scope": "uploads"]
    /// ```
    /// - Parameter details: names as above, each with a value such as a client may see. `errors` and
    ///   `retry_after_seconds` have their types by themselves, whatever stands here.
    public init(
        _ code: String, status: Int, title: LocalizedText? = nil, message: LocalizedText, userMessage: LocalizedText,
        details: DetailFields, retry: RetryAdvice = .never, logLevel: ErrorLogLevel? = nil, reporting: ReportingPolicy? = nil,
        metricLabel: String? = nil
    ) {
        storage = Storage(
            code: code, status: status, title: title ?? StatusTitle.text(for: status), message: message, userMessage: userMessage,
            detailNames: details.map(\.name), detailExamples: details, retry: retry,
            logLevel: logLevel ?? (status >= 500 ? .error : .info), reporting: reporting ?? (status >= 500 ? .always : .never),
            metricLabel: metricLabel ?? code.lowercased())
    }

    /// The stable name that clients branch on: `CARD_DECLINED`.
    public var code: String { storage.code }
    /// The HTTP status as it was given; an answer carries 500 where this is no error status.
    public var status: Int { storage.status }
    /// A few constant words: the `title` of a problem document.
    public var title: LocalizedText { storage.title }
    /// For developers.
    public var message: LocalizedText { storage.message }
    /// For the person in front of the screen: what happened and what to do.
    public var userMessage: LocalizedText { storage.userMessage }
    /// Names that may appear in `details`, in their order there.
    public var detailNames: [String] { storage.detailNames }
    /// An example of a value under each of ``detailNames``, where the definition gives one.
    public var detailExamples: DetailFields { storage.detailExamples }
    /// Whether the same request may succeed later.
    public var retry: RetryAdvice { storage.retry }
    /// Whether ``retry`` is `.later`.
    public var isRetryable: Bool { storage.retry == .later }
    /// The level of the line that the service logs about it.
    public var logLevel: ErrorLogLevel { storage.logLevel }
    /// Whether it is reported to whoever watches errors.
    public var reporting: ReportingPolicy { storage.reporting }
    /// One of a closed set, without dynamic text.
    public var metricLabel: String { storage.metricLabel }

    /// The status an answer carries: the definition's own, or 500 where that is no error status.
    var renderedStatus: Int { Self.statuses.contains(status) ? status : 500 }

    static let statuses = 400...599

    var identity: ObjectIdentifier { ObjectIdentifier(storage) }

    var escaped: EscapedDefinition { storage.escaped }

    /// The language an answer to a client that asked for `language` can be given in: that of every
    /// text which the body shows in one language only.
    func renderedLanguage(for language: Language, style: ErrorBodyStyle) -> Language {
        if language == .english || language == .arabic { return language }
        let isWritten =
            switch style {
            case .problem: title[language] != nil && userMessage[language] != nil
            case .strictEightFields: false
            case .legacy: message[language] != nil
            }
        return isWritten ? language : .english
    }

    /// Whether `code` is 2…64 of `A-Z 0-9 _` and starts with a letter.
    static func isWellFormed(code: String) -> Bool {
        guard (2...64).contains(code.utf8.count), let first = code.utf8.first else { return false }
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return letters.contains(first)
            && code.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_") }
    }

    private final class Storage: Sendable {
        let code: String
        let status: Int
        let title: LocalizedText
        let message: LocalizedText
        let userMessage: LocalizedText
        let detailNames: [String]
        let detailExamples: DetailFields
        let retry: RetryAdvice
        let logLevel: ErrorLogLevel
        let reporting: ReportingPolicy
        let metricLabel: String
        let escaped: EscapedDefinition

        init(
            code: String, status: Int, title: LocalizedText, message: LocalizedText, userMessage: LocalizedText, detailNames: [String],
            detailExamples: DetailFields, retry: RetryAdvice, logLevel: ErrorLogLevel, reporting: ReportingPolicy, metricLabel: String
        ) {
            self.code = code
            self.status = status
            self.title = title
            self.message = message
            self.userMessage = userMessage
            self.detailNames = detailNames
            self.detailExamples = detailExamples
            self.retry = retry
            self.logLevel = logLevel
            self.reporting = reporting
            self.metricLabel = metricLabel
            escaped = EscapedDefinition(code: code, title: title, detailNames: detailNames)
        }
    }
}

extension ErrorDefinition: Hashable {
    public static func == (left: ErrorDefinition, right: ErrorDefinition) -> Bool {
        left.storage === right.storage
            || left.code == right.code && left.status == right.status && left.title == right.title && left.message == right.message
                && left.userMessage == right.userMessage && left.detailNames == right.detailNames
                && left.detailExamples == right.detailExamples && left.retry == right.retry
                && left.logLevel == right.logLevel && left.reporting == right.reporting && left.metricLabel == right.metricLabel
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
    }
}

extension ErrorDefinition: CustomStringConvertible {
    public var description: String { code }
}
