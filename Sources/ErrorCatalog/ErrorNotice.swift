/// What to tell people about an error where there is no HTTP: in a mail, a terminal, the report of a job.
///
/// ```swift
/// let notice = renderer.notice(for: error, in: .arabic)
/// mail.subject = notice.title
/// mail.text = notice.userMessage
/// ```
/// It follows the same rules as an answer: an error from outside the catalogue says nothing about
/// itself, values are cleaned, bounded and isolated. Texts are plain, not escaped for anything.
public struct ErrorNotice: Sendable, Hashable {
    /// The stable code: `CARD_DECLINED`.
    public let code: String
    /// The language of the texts: English where the asked one is not written.
    public let language: Language
    /// A few constant words.
    public let title: String
    /// For developers.
    public let message: String
    /// For the person: what happened, what to do, and how long to wait.
    public let userMessage: String
    /// Whether the same attempt may succeed later.
    public let isRetryable: Bool
    /// Nil where waiting does not help or nobody knows.
    public let retryAfterSeconds: Int?
}

extension ErrorRenderer {
    /// The notice of any error, in `language` where its title and its user message are written in it.
    public func notice(for error: any Error, in language: Language = .english) -> ErrorNotice {
        let error = CatalogError(answering: error)
        let definition = catalog.definition(for: error.definition)
        let language = definition.renderedLanguage(for: language, style: .problem)
        let values = TemplateValues(error, as: definition)
        return ErrorNotice(
            code: definition.code, language: language, title: definition.title.text(in: language, values, digits: digits),
            message: definition.message.text(in: language, values, digits: digits),
            userMessage: definition.userMessage.text(in: language, values, digits: digits), isRetryable: definition.isRetryable,
            retryAfterSeconds: values.retryAfterSeconds)
    }
}
