import ErrorCatalog
import Foundation
import HardeningCore
import Testing

/// Each sentence of the catalogue, with hostile values in its holes: the words stay where the
/// translator put them, each value stays in its own isolate, and the JSON stays JSON.
@Suite struct TemplateBidiTests {
    static let hostile: [String] = [
        "+20 (0)100-123-4567", "٠١٠٠ ١٢٣ ٤٥٦٧", "2026-11-20", "20/11/2026 14:30–15:00", "claude-3.5 (أحمد) v2", "שלום 42",
        "\u{202E}evil\u{202C}", "\u{2068}\u{2067}\u{2066}open", "\u{2069}\u{2069}out\u{2066}in", "\u{200F}a\u{200E}b\u{061C}",
        "line\nbreak\r\ttab",
        "quote\" 'single' back\\slash \\u0022", "\u{0}nul\u{0}", "\u{301}\u{64E}", "\u{300}", "a\u{2028}b\u{2029}\u{85}c", "",
        "{scope} {{x}} }",
        String(repeating: "0123456789", count: 1000), String(repeating: "ع", count: 5000), String(repeating: "\u{202E}\"", count: 2500),
        String(repeating: "a", count: 255) + "€", String(repeating: "a", count: 253) + "€",
    ]

    struct Template: Sendable, Hashable {
        let language: String
        let source: String

        /// What stands between the holes, and the holes.
        var parts: (words: [String], holes: [String]) {
            var words = [""]
            var holes: [String] = []
            var rest = Substring(source)
            while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
                words[words.count - 1] += rest[..<open]
                words.append("")
                holes.append(String(rest[rest.index(after: open)..<close]))
                rest = rest[rest.index(after: close)...]
            }
            words[words.count - 1] += rest
            return (words, holes)
        }
    }

    /// Every sentence with a hole for a value, all plural forms and fallbacks, as the JSON export lists them.
    static let templates = Result { () -> [Template] in
        let rules = FieldRule.builtIn.map { ErrorDefinition("RULE_\($0.code)", status: 422, message: $0.message, userMessage: $0.message) }
        let errors = try StrictJSON(try Catalog.standard.adding(rules).json)["errors"]?.items ?? []
        var templates: Set<Template> = []
        func collect(_ value: StrictJSON, _ language: String) {
            if let text = value.text { templates.insert(Template(language: language, source: text)) }
            for member in value.members where member.name != "plural" { collect(member.value, language) }
        }
        for text in errors.flatMap({ [$0["message"], $0["user_message"]] }) {
            for language in text?.members ?? [] { collect(language.value, language.name) }
        }
        return templates.filter { !$0.parts.holes.isEmpty }.sorted { $0.source < $1.source }
    }

    /// Numbers that the error knows by itself; everything else is a parameter.
    static let known = [
        "retry_after_seconds": "7", "retry_after_minutes": "1", "retry_after_hours": "1", "retry_after_days": "1",
        "error_count": "\u{2026}",
    ]

    /// What must arrive of a value, written down independently: at most 256 bytes, nothing that steers or controls.
    static func cleaned(_ value: String) -> String {
        var bytes = 0
        var kept = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            bytes += String(scalar).utf8.count
            if bytes > 256 { return String(kept) + "\u{2026}" }
            switch scalar.value {
            case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x206F, 0xFEFF, 0xFFF9...0xFFFB: break
            default: kept.append(scalar)
            }
        }
        return String(kept)
    }

    @Test func theCatalogueHasTemplatesToTry() throws {
        let templates = try Self.templates.get()
        #expect(templates.filter { $0.language == "ar" }.count > 60 && templates.filter { $0.language == "en" }.count > 30)
        #expect(templates.contains { $0.parts.holes == ["scope", "limit_usd"] })
        #expect(Set(templates.flatMap(\.parts.holes)).isSuperset(of: Self.known.keys))
    }

    @Test(arguments: hostile) func valuesStayInTheirIsolatesAndInOrder(value: String) throws {
        for template in try Self.templates.get() {
            let (words, holes) = template.parts
            // Each hole gets a value of its own, so that a swap would be seen.
            let names = Set(holes).subtracting(Self.known.keys).sorted()
            let parameters = DetailFields(names.enumerated().map { ($0.element, .string("\($0.offset)" + value)) })
            let text = LocalizedText(en: .text(template.source), ar: .text(template.source))
            let definition = ErrorDefinition("HOSTILE", status: 503, message: text, userMessage: text, details: names, retry: .later)
            let isArabic = template.language == "ar"
            var expected = words[0]
            for (hole, word) in zip(holes, words.dropFirst()) {
                let index = names.firstIndex(of: hole)
                expected += index.map { "\u{2068}" + Self.cleaned("\($0)" + value) + "\u{2069}" } ?? Self.known[hole] ?? ""
                expected += word
            }
            // The strict body is the end of the problem document; HumanTextTests look at all three.
            for style in [ErrorBodyStyle.problem, .legacy] {
                let context = RenderingContext(
                    requestID: value, timestamp: Answer.now, language: isArabic ? .arabic : .english, style: style)
                let body = try StrictJSON(
                    ErrorRenderer().render(CatalogError(definition, parameters, retryAfter: .seconds(7)), in: context).body)
                for string in body.strings { #expect(hasBalancedIsolates(string), "\(string.debugDescription)") }
                for name in Self.sentences(style, isArabic) {
                    let sentence = try #require(body[name]?.text)
                    // In English a value is isolated only where it holds right-to-left letters; the order holds always.
                    let matches = isArabic ? sentence == expected : Self.withoutIsolates(sentence) == Self.withoutIsolates(expected)
                    #expect(matches, "\(name): \(sentence.debugDescription) is not \(expected.debugDescription)")
                }
            }
        }
    }

    private static func sentences(_ style: ErrorBodyStyle, _ isArabic: Bool) -> [String] {
        if style == .legacy { return ["message"] }
        return ["detail"] + (isArabic ? ["message_ar", "user_message_ar"] : ["message", "user_message"])
    }

    private static func withoutIsolates(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { $0.value != 0x2068 && $0.value != 0x2069 }
    }

    /// The instrument itself: an unbalanced or steered string is seen.
    @Test(arguments: [
        "\u{2068}a", "a\u{2069}", "\u{2069}\u{2068}", "\u{202E}", "\u{200F}", "\u{2066}a\u{2069}", "\u{2068}\u{2068}\u{2069}",
    ])
    func anUnbalancedStringIsSeen(text: String) {
        #expect(!hasBalancedIsolates(text))
    }
}
