/// One message in every language the catalogue speaks.
///
/// English and Arabic are required arguments: a missing translation does not compile. Further
/// languages are optional; where one is missing, English answers.
public struct LocalizedText: Sendable {
    private final class Storage: Sendable {
        let english: MessageTemplate
        let arabic: MessageTemplate
        let others: [Language: MessageTemplate]

        init(english: MessageTemplate, arabic: MessageTemplate, others: [Language: MessageTemplate]) {
            self.english = english
            self.arabic = arabic
            self.others = others
        }
    }

    private let storage: Storage

    public init(en: MessageTemplate, ar: MessageTemplate, others: [Language: MessageTemplate] = [:]) {
        storage = Storage(english: en, arabic: ar, others: others)
    }

    public var english: MessageTemplate { storage.english }
    public var arabic: MessageTemplate { storage.arabic }

    /// A user message that ends with how long to wait, in the unit a person would choose.
    ///
    /// `.retry(en: "The service is busy.", ar: "الخدمة مشغولة حاليًا.")` reads "The service is busy. Please
    /// try again in 30 seconds." or "… in 2 hours." with the wait of ``CatalogError/retryAfter``, and
    /// the `unknown` sentence when there is none. The Arabic has all six plural forms.
    ///
    /// - Parameters:
    ///   - en: the sentence before; may be empty. It may hold parameters.
    ///   - ar: the same in Arabic.
    ///   - unknownEn: what to do when the wait is not known.
    ///   - unknownAr: the same in Arabic.
    public static func retry(
        en: String, ar: String, unknownEn: String = "Please try again shortly.", unknownAr: String = "حاول مرة أخرى بعد قليل."
    ) -> LocalizedText {
        LocalizedText(
            en: MessageTemplate(kind: .wait(.english(after: en, unknown: unknownEn))),
            ar: MessageTemplate(kind: .wait(.arabic(after: ar, unknown: unknownAr))))
    }

    /// The text in `language`, or nil where it has not been written.
    public subscript(language: Language) -> MessageTemplate? {
        if language == .english { return english }
        if language == .arabic { return arabic }
        return storage.others[language]
    }

    /// Every language of this text: English, Arabic, then the others by tag.
    public var languages: [Language] {
        [.english, .arabic] + storage.others.keys.sorted { $0.tag < $1.tag }
    }

    /// The sentence as plain text, for mail, terminals and interfaces without HTTP.
    ///
    /// Parameters are cleaned and isolated as in an answer. A language that has not been written
    /// answers in English.
    public func text(in language: Language = .english, _ parameters: DetailFields = [:], digits: DigitStyle = .latin) -> String {
        text(in: language, TemplateValues(parameters), digits: digits)
    }

    func text(in language: Language, _ values: borrowing TemplateValues, digits: DigitStyle) -> String {
        let written = self[language]
        var buffer = JSONBuffer(capacity: 128)
        buffer.write(
            written ?? english, values, language: written == nil ? .english : language,
            as: TextFormat(digits: digits, isolates: true, escapesJSON: false))
        return buffer.text
    }
}

extension LocalizedText: Hashable {
    public static func == (left: LocalizedText, right: LocalizedText) -> Bool {
        left.storage === right.storage
            || left.english == right.english && left.arabic == right.arabic && left.storage.others == right.storage.others
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(english)
        hasher.combine(arabic)
    }
}
