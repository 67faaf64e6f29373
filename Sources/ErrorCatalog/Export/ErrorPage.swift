/// The documentation of an error code as a web page, in English or Arabic: what `type` of a problem
/// document points to (RFC 9457, section 3.1.1), and an index of all codes.
///
/// ```swift
/// let pages = ErrorPage(renderer: renderer)
/// let language = negotiator.language(for: query["lang"] ?? acceptLanguage)
/// let html = pages.html(for: "RATE_LIMIT_EXCEEDED", in: language)  // nil: no such code
/// ```
/// A page is one self-contained HTML document without script, image or font: serve it under
/// ``contentSecurityPolicy``, which allows its own style and nothing else. The other language is one
/// link away, under `?lang=ar` or `?lang=en`, which ``LanguageNegotiator`` reads as it reads a header.
/// Pages change only with the catalogue, so make them at start-up.
///
/// Not for an error that happened: a page documents the kind, and holds no value of a request.
public struct ErrorPage: Sendable {
    /// Whose catalogue is shown, and who writes the example answers.
    public let renderer: ErrorRenderer

    /// - Parameter renderer: the service's own. Links to other codes go to its ``ErrorRenderer/typeBase``.
    public init(renderer: ErrorRenderer = ErrorRenderer()) {
        self.renderer = renderer
    }

    /// The page of `code`, or nil where the catalogue has no such code.
    ///
    /// - Parameters:
    ///   - code: from the path of a request; compared, never shown.
    ///   - language: a page speaks Arabic, or English for every other language.
    public func html(for code: String, in language: Language = .english) -> String? {
        renderer.catalog[code].map { html(for: $0, in: language) }
    }

    /// The page of one definition.
    ///
    /// - Complexity: linear in the texts; not for a request path.
    public func html(for definition: ErrorDefinition, in language: Language = .english) -> String {
        let words = ErrorPageWords(language)
        let title = HTMLText.template(words.language, definition.title)
        return document(
            words, title: definition.code,
            header: [
                .element("h1", .code(definition.code)), .element("p", [("class", "title")], title),
                .element("p", .text(words.status + " "), .code(String(definition.renderedStatus))),
            ],
            main: [
                section(words.messages, [.element("p", [], HTMLText.prose(words.holes))] + messages(of: definition, words)),
                section(words.retry, [.element("p", [], HTMLText.prose(words.advice(for: definition)))]),
                section(words.details, details(of: definition, words)),
                section(
                    words.example, [.element("p", text: words.exampleNote), ErrorExample(definition, renderer).html(in: words.language)]),
            ])
    }

    /// The list of all codes, each with a link to its page.
    ///
    /// - Complexity: linear in the catalogue; not for a request path.
    public func index(in language: Language = .english) -> String {
        let words = ErrorPageWords(language)
        let rows = renderer.catalog.definitions.map { definition in
            HTMLText.element(
                "tr",
                .element("th", [("scope", "row")], [.element("a", [("href", link(to: definition.code, words))], [.code(definition.code)])]),
                .element("td", .code(String(definition.renderedStatus))),
                .element("td", [], HTMLText.template(words.language, definition.title)),
                .element("td", text: words.retryWord(for: definition)))
        }
        return document(
            words, title: words.indexTitle,
            header: [.element("h1", text: words.indexTitle), .element("p", text: words.indexNote)],
            main: [table([words.code, words.status, words.title, words.retry], rows)])
    }

    // MARK: - Parts

    private func document(_ words: ErrorPageWords, title: String, header: [HTMLText], main: [HTMLText]) -> String {
        let other = ErrorPageWords(words.language == .arabic ? .english : .arabic)
        let otherLink = "?lang=\(other.language.tag)"
        let head: [HTMLText] = [
            .element("meta", [("charset", "utf-8")], []),
            .element("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")], []),
            .element("title", text: title),
            .element("link", [("rel", "alternate"), ("hreflang", other.language.tag), ("href", otherLink)], []),
            .element("style", text: Self.style),
        ]
        let navigation = HTMLText.element(
            "nav",
            .element("a", [("href", link(to: "", words))], text: words.allErrors),
            .element("a", [("href", otherLink), ("hreflang", other.language.tag)] + other.attributes, text: other.languageName))
        let body =
            [navigation, .element("header", [], header), .element("main", [], main)]
            + [.element("footer", .element("p", [], HTMLText.prose(words.support)))]
        return "<!DOCTYPE html>\n"
            + HTMLText.element("html", words.attributes, [.element("head", [], head), .element("body", [], body)]).text + "\n"
    }

    /// The page of `code` in the language of `words`; of an empty code, the index.
    private func link(to code: String, _ words: ErrorPageWords) -> String {
        var path = JSONBuffer(capacity: 64)
        path.appendURNComponent(code, limit: 256)
        return renderer.typeBase + path.text + "?lang=\(words.language.tag)"
    }

    private func section(_ heading: String, _ content: [HTMLText]) -> HTMLText {
        .element("section", [], [.element("h2", text: heading)] + content)
    }

    private func table(_ heads: [String], _ rows: [HTMLText]) -> HTMLText {
        let head = heads.map { HTMLText.element("th", [("scope", "col")], text: $0) }
        return .element("table", .element("thead", .element("tr", [], head)), .element("tbody", [], rows))
    }

    /// Both texts in every language that is written, the page's own language first.
    private func messages(of definition: ErrorDefinition, _ words: ErrorPageWords) -> [HTMLText] {
        [(words.forUser, definition.userMessage), (words.forDevelopers, definition.message)].flatMap { heading, text in
            let languages = text.languages.filter { $0 == words.language } + text.languages.filter { $0 != words.language }
            let sentences = languages.map { language in
                HTMLText.element(
                    "div", language.htmlAttributes,
                    (text[language] ?? text.english).exportedSentences.map { .element("p", [], HTMLText.template(MessagePattern($0))) })
            }
            return [.element("h3", text: heading)] + sentences
        }
    }

    private func details(of definition: ErrorDefinition, _ words: ErrorPageWords) -> [HTMLText] {
        let fields = definition.documentedDetails
        if fields.isEmpty { return [.element("p", text: words.noDetails)] }
        let rows = fields.map { field in
            HTMLText.element(
                "tr", .element("th", [("scope", "row")], [.code(field.name)]),
                .element("td", [], HTMLText.prose(words.name(of: field.kind))))
        }
        return [.element("p", text: words.detailsNote), table([words.field, words.kind], rows)]
    }
}

extension Language {
    /// `lang` and `dir` of an element with text in this language.
    var htmlAttributes: [(String, String)] { [("lang", tag), ("dir", isRightToLeft ? "rtl" : "ltr")] }
}

extension HTMLText {
    fileprivate static func template(_ language: Language, _ text: LocalizedText) -> [HTMLText] {
        template(MessagePattern((text[language] ?? text.english).exportedSentences.first ?? ""))
    }
}
