import ErrorCatalog
import HardeningCore
import Testing

/// Arabic-Indic digits are a matter of Arabic sentences; machines read the same bytes as before.
@Suite struct DigitStyleTests {
    private func body(_ error: CatalogError, _ digits: DigitStyle, _ language: Language, _ style: ErrorBodyStyle) throws -> StrictJSON {
        let context = RenderingContext(requestID: "req_2026", timestamp: Answer.now, language: language, style: style)
        return try StrictJSON(ErrorRenderer(digits: digits).render(error, in: context).body)
    }

    /// ٠…٩ and ٫ back to what they stand for.
    private static func latin(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0660...0x0669: output.append(Unicode.Scalar(UInt8(scalar.value - 0x0660 + 0x30)))
            case 0x066B: output.append(".")
            default: output.append(scalar)
            }
        }
        return String(output)
    }

    private static func hasArabicIndicDigits(_ text: String) -> Bool {
        text.unicodeScalars.contains { (0x0660...0x0669).contains($0.value) }
    }

    @Test(arguments: ErrorDefinition.builtIn, [Language.english, .arabic])
    func onlyArabicSentencesChange(definition: ErrorDefinition, language: Language) throws {
        let error = CatalogError(
            definition, definition.detailExamples, fieldErrors: [FieldError("/items/3", .tooLong(max: 1000))], retryAfter: .seconds(1234))
        for style in ErrorBodyStyle.allCases {
            let latin = try body(error, .latin, language, style)
            let indic = try body(error, .arabicIndic, language, style)
            let negotiated = language == .arabic ? ["detail"] + (style == .legacy ? ["message"] : []) : []
            let sentences = Set(["message_ar", "user_message_ar"] + negotiated)
            #expect(indic.members.map(\.name) == latin.members.map(\.name))
            for (old, new) in zip(latin.members, indic.members) {
                if sentences.contains(old.name) {
                    let text = try #require(new.value.text)
                    #expect(Self.latin(text) == old.value.text, "\(old.name)")
                } else if old.name == "details" {
                    try expectSameDetails(old.value, new.value)
                } else {
                    #expect(old == new)
                }
            }
        }
    }

    private func expectSameDetails(_ old: StrictJSON, _ new: StrictJSON) throws {
        for (old, new) in zip(old.members, new.members) {
            guard old.name == "errors" else {
                #expect(old == new)
                continue
            }
            for (old, new) in zip(old.value.items, new.value.items) {
                for name in ["pointer", "code", "message"] { #expect(old[name] == new[name]) }
                let text = try #require(new["message_ar"]?.text)
                #expect(text.contains("١٠٠٠") && Self.latin(text) == old["message_ar"]?.text)
            }
        }
        #expect(old.members.count == new.members.count)
    }

    @Test func theWaitIsToldInTheChosenDigits() throws {
        let error = CatalogError(.serviceUnavailable, retryAfter: .seconds(1234))
        #expect(try body(error, .arabicIndic, .arabic, .problem)["detail"]?.text?.hasSuffix("بعد ٢١ دقيقة.") == true)
        #expect(try body(error, .latin, .arabic, .problem)["detail"]?.text?.hasSuffix("بعد 21 دقيقة.") == true)
        #expect(try body(error, .arabicIndic, .english, .problem)["detail"]?.text?.hasSuffix("in 21 minutes.") == true)
        #expect(try body(error, .arabicIndic, .arabic, .problem)["details"]?["retry_after_seconds"]?.integer == 1234)
    }

    /// A card ending or a telephone number is a string: it stays what it is.
    @Test func stringsOfDigitsAreLeftAlone() {
        let text = LocalizedText(en: "{a}", ar: "بطاقة {a}")
        #expect(text.text(in: .arabic, ["a": "4242"], digits: .arabicIndic) == "بطاقة \u{2068}4242\u{2069}")
        #expect(text.text(in: .arabic, ["a": 4242], digits: .arabicIndic) == "بطاقة ٤٢٤٢")
        #expect(text.text(in: .arabic, ["a": -4242], digits: .arabicIndic) == "بطاقة \u{2068}-٤٢٤٢\u{2069}")
    }

    @Test func theLogReadsLatinDigits() {
        let record = ErrorRenderer(digits: .arabicIndic).logRecord(
            for: CatalogError(.rateLimitExceeded, ["limit": 100]),
            in: RenderingContext(requestID: "r", timestamp: Answer.now, language: .arabic))
        #expect(record.message == "The limit of 100 requests in this window is used up" && !Self.hasArabicIndicDigits("\(record)"))
    }
}
