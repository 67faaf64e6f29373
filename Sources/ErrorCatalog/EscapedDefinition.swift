/// The constant pieces of a definition, escaped for JSON once.
final class EscapedDefinition: Sendable {
    let code: [UInt8]
    /// Names of ``ErrorDefinition/detailNames`` as `"name":`.
    let detailNames: [[UInt8]]
    private let englishTitle: [UInt8]
    private let arabicTitle: [UInt8]
    private let titles: [Language: [UInt8]]

    init(code: String, title: LocalizedText, detailNames: [String]) {
        self.code = JSONBuffer.escape(code)
        self.detailNames = detailNames.map { Array("\"".utf8) + JSONBuffer.escape($0) + Array("\":".utf8) }
        let escaped = title.languages.map { language in
            var buffer = JSONBuffer(capacity: 64)
            buffer.write(
                title[language] ?? title.english, TemplateValues([:]), language: language,
                as: TextFormat(digits: .latin, isolates: false, escapesJSON: true))
            return (language, buffer.bytes)
        }
        titles = Dictionary(escaped, uniquingKeysWith: { first, _ in first })
        englishTitle = titles[.english] ?? []
        arabicTitle = titles[.arabic] ?? []
    }

    func title(in language: Language) -> [UInt8] {
        if language == .english { return englishTitle }
        if language == .arabic { return arabicTitle }
        return titles[language] ?? englishTitle
    }
}
