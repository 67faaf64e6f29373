import ErrorCatalog
import Foundation
import HardeningCore
import Testing

@Suite struct HumanTextTests {
    static let hostile = [
        "+20 (0)100-123-4567", "2026-11-20", "claude-3.5 (أحمد) v2", "شقة 5", "שלום", "\u{202E}evil\u{202C}",
        "\u{2069}\u{2069}out\u{2066}in",
        "\u{2068}\u{2067}\u{2066}open", "line\nbreak\r\ttab", "quote\" back\\slash /", "\u{0}\u{1}\u{1F}\u{7F}\u{85}\u{9F}", "",
        "\u{2028}\u{2029}\u{FEFF}\u{FFF9}\u{061C}\u{200E}\u{200F}\u{206A}\u{206F}", "😀👨‍👩‍👧", "e\u{301}", "{service}", "{{x}}", "</script>",
        String(repeating: "ع", count: 5000), String(repeating: "\"", count: 5000), String(repeating: "\u{202E}", count: 5000),
    ]

    @Test(arguments: ErrorDefinition.builtIn, [Language.english, .arabic])
    func hostileParametersKeepTheJSONValidAndTheIsolatesBalanced(definition: ErrorDefinition, language: Language) throws {
        for value in Self.hostile {
            var parameters: DetailFields = [:]
            for name in Self.parameterNames { parameters[name] = .string(value) }
            for style in ErrorBodyStyle.allCases {
                let answer = try Answer(CatalogError(definition, parameters), language: language, style: style)
                for text in Self.strings(answer.object) {
                    #expect(hasBalancedIsolates(text), "\(text.debugDescription)")
                    #expect(!text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
                }
                #expect(answer.rendered.body.count < 32_768)
            }
        }
    }

    static let parameterNames = [
        "property_id", "service", "scope", "operation", "source", "analysis", "limit", "limit_usd", "field", "resource", "task", "method",
        "content_type", "max_bytes", "allowed", "supported", "window_seconds", "spent_usd", "requested_usd", "task_id",
    ]

    static func strings(_ value: Any) -> [String] {
        switch value {
        case let text as String: [text]
        case let object as [String: Any]: object.flatMap { [$0.key] + strings($0.value) }
        case let array as [Any]: array.flatMap(strings)
        default: []
        }
    }

    static let two = LocalizedText(en: "from {a} to {b}", ar: "من {a} إلى {b}.")

    @Test func everyValueInAnArabicSentenceIsIsolated() {
        #expect(
            Self.two.text(in: .arabic, ["a": "+20 100-1", "b": "2026-11-20"])
                == "من \u{2068}+20 100-1\u{2069} إلى \u{2068}2026-11-20\u{2069}.")
    }

    @Test func wholeNumbersStayBareAndNegativeOnesAreIsolated() {
        #expect(Self.two.text(in: .arabic, ["a": -5, "b": 7]) == "من \u{2068}-5\u{2069} إلى 7.")
    }

    @Test func anEnglishSentenceIsolatesRightToLeftValuesOnly() {
        #expect(Self.two.text(in: .english, ["a": "Cairo-1é", "b": "شقة 5"]) == "from Cairo-1é to \u{2068}شقة 5\u{2069}")
        #expect(Self.two.text(in: .english, ["a": "שלום", "b": "\u{FE8D}"]) == "from \u{2068}שלום\u{2069} to \u{2068}\u{FE8D}\u{2069}")
    }

    @Test(arguments: [
        ("a\nb", "ab"), ("\u{202E}abc\u{202C}", "abc"), ("\u{2066}x\u{2069}", "x"), ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ("👨\u{200D}👩", "👨\u{200D}👩"), ("q\"\\", "q\"\\"), ("\u{0}\u{7F}\u{85}", ""), ("\u{FEFF}a\u{2028}b\u{FFFA}", "ab"), ("€é", "€é"),
    ])
    func controlAndBidiCharactersAreRemovedFromValues(value: String, cleaned: String) throws {
        let error = CatalogError(.aiServiceError, ["service": .string(value)])
        let answer = try Answer(error)
        #expect(try answer.details["service"] as? String == cleaned)
        #expect(try answer.string("message_ar") == "خدمة الذكاء الاصطناعي غير متاحة (\u{2068}\(cleaned)\u{2069})")
    }

    @Test func longValuesEndInAnEllipsisAtACharacter() throws {
        let answer = try Answer(CatalogError(.aiServiceError, ["service": .string(String(repeating: "€", count: 1000))]))
        let message = try answer.string("message")
        #expect(message == "AI service unavailable (" + String(repeating: "€", count: 85) + "\u{2026})")
        #expect(try (answer.details["service"] as? String)?.utf8.count == 341 * 3 + 3)
    }

    @Test func arabicIndicDigitsAreForNumbersInArabicSentencesOnly() throws {
        let renderer = ErrorRenderer(typeBase: "/errors/", digits: .arabicIndic)
        let answer = try Answer(
            CatalogError.ai(service: "gpt-4", retryAfter: .seconds(30)), language: .arabic, requestID: "req_1", renderer: renderer)
        #expect(try answer.string("detail") == "حاول مرة أخرى بعد ٣٠ ثانية.")
        #expect(try answer.string("user_message") == "Please try again in 30 seconds.")
        #expect(try answer.string("message_ar").contains("gpt-4"))
        #expect(try answer.details["retry_after_seconds"] as? Int == 30)
        #expect(try answer.string("request_id") == "req_1" && answer.string("timestamp") == "2026-11-20T12:00:00.123Z")
        let decimal = ExactDecimal(units: -1205, scale: 2)
        #expect(
            Self.two.text(in: .arabic, ["a": .decimal(decimal), "b": "5"], digits: .arabicIndic)
                == "من \u{2068}-١٢٫٠٥\u{2069} إلى \u{2068}5\u{2069}.")
    }

    @Test func listsAreSeparatedAsTheLanguageDoesAndCutAtTen() {
        let text = LocalizedText(en: "one of {all}", ar: "إحدى {all}")
        #expect(text.text(in: .english, ["all": ["a", "b"]]) == "one of a, b")
        #expect(text.text(in: .arabic, ["all": ["a", 2]]) == "إحدى \u{2068}a\u{2069}، 2")
        let many = DetailValue.array((0..<20).map(DetailValue.int))
        #expect(text.text(in: .english, ["all": many]) == "one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9\u{2026}")
    }

    @Test(arguments: [
        ("{{a}} {a}", "{a} 1"), ("{a", "{a"), ("a}", "a}"), ("{}", "{}"), ("{a b}", "{a b}"), ("{a}{a}", "11"), ("", ""),
        ("{{{a}}}", "{1}"),
        ("{missing}", "\u{2026}"), ("{\(String(repeating: "a", count: 65))}", "{\(String(repeating: "a", count: 65))}"),
    ])
    func templatesAreParsedAsDocumented(template: String, expected: String) {
        let text = LocalizedText(en: .text(template), ar: "س")
        #expect(text.text(in: .english, ["a": 1]) == expected)
    }

    @Test func theOtherTextServesWhereAValueIsMissing() throws {
        #expect(try Answer(CatalogError(.propertyNotFound)).string("message") == "The property does not exist")
        let known = try Answer(CatalogError(.propertyNotFound, details: ["property_id": "p-1"]))
        #expect(try known.string("message") == "The property p-1 does not exist")
    }
}
