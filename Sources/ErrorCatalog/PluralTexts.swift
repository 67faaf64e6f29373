/// One message in the plural forms of its language.
///
/// ```swift
/// PluralTexts(one: "{count} file", other: "{count} files")
/// PluralTexts(zero: "لا ملفات", one: "ملف واحد", two: "ملفان", few: "{count} ملفات", many: "{count} ملفًا", other: "{count} ملف")
/// ```
/// A form that is left out falls back to `other`; ``CatalogLint`` reports it where the language
/// needs it. `zero`, where given, is used for 0 in every language, as ICU's `=0` is, and `zero`,
/// `one` and `two` may leave out the number.
public struct PluralTexts: Sendable, Hashable {
    /// Indexed by the raw value of ``PluralForm``.
    private let patterns: [MessagePattern?]
    private let other: MessagePattern

    public init(
        zero: String? = nil, one: String? = nil, two: String? = nil, few: String? = nil, many: String? = nil, other: String
    ) {
        self.other = MessagePattern(other)
        patterns = [zero, one, two, few, many].map { $0.map(MessagePattern.init) } + [self.other]
    }

    /// The same sentence in every form, each with the words that `complete` adds.
    func mapSource(_ complete: (String) -> String) -> PluralTexts {
        func text(_ form: PluralForm) -> String? { self[form].map { complete($0.source) } }
        return PluralTexts(
            zero: text(.zero), one: text(.one), two: text(.two), few: text(.few), many: text(.many), other: complete(other.source))
    }

    /// The text written for `form`, or nil if none was.
    subscript(form: PluralForm) -> MessagePattern? {
        patterns[form.rawValue]
    }

    /// The text for `count`, or for a number that is not whole or not known when nil.
    func pattern(for count: Int?, language: Language) -> MessagePattern {
        guard let count else { return other }
        if count == 0, let zero = self[.zero] { return zero }
        return self[language.pluralForm(for: count)] ?? other
    }
}
