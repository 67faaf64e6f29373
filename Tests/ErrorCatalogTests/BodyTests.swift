import ErrorCatalog
import Foundation
import HardeningCore
import Testing

@Suite struct BodyTests {
    static let acceptLanguages: [(header: String, expected: Language)] = [
        ("en", .english), ("ar", .arabic), ("ar-EG", .arabic), ("fr", .english), ("\u{0}\";;q=,=*-*, \u{202E}x;q=9", .english),
        (String(repeating: "ar,", count: 3414), .english),  // over 10 KiB
    ]

    @Test(arguments: ErrorDefinition.builtIn, acceptLanguages.indices)
    func everyKindAnswersInFullForEveryHeader(definition: ErrorDefinition, index: Int) throws {
        let (header, expected) = Self.acceptLanguages[index]
        let language = LanguageNegotiator().language(for: header)
        #expect(language == expected)
        for style in ErrorBodyStyle.allCases {
            let answer = try Answer(CatalogError(definition, retryAfter: .seconds(30)), language: language, style: style)
            #expect(answer.rendered.status == definition.status)
            #expect(answer.rendered.contentLanguage == expected)
            #expect(answer.rendered.code == definition.code)
            #expect(answer.rendered.retryAfterSeconds == (definition.isRetryable ? 30 : nil))
            #expect(try answer.details["retry_after_seconds"] as? Int == answer.rendered.retryAfterSeconds)
            switch style {
            case .problem: try expectProblem(answer, definition, language)
            case .strictEightFields:
                #expect(answer.keys == Answer.houseFields)
                #expect(answer.rendered.contentType == "application/json")
                try expectHouseFields(answer, definition)
            case .legacy:
                #expect(answer.keys == ["error", "message", "details", "status_code"])
                #expect(try answer.string("error") == definition.code)
                #expect(try containsArabicLetters(answer.string("message")) == (language == .arabic))
                #expect(answer.object["status_code"] as? Int == definition.status)
            }
        }
    }

    private func expectProblem(_ answer: Answer, _ definition: ErrorDefinition, _ language: Language) throws {
        #expect(answer.keys == Answer.problemFields + Answer.houseFields)
        #expect(answer.rendered.contentType == "application/problem+json")
        #expect(try answer.string("type") == "https://errors.example.com/" + definition.code)
        #expect(try answer.string("title") == definition.title.text(in: language))
        #expect(answer.object["status"] as? Int == definition.status)
        #expect(try answer.string("detail") == answer.string(language == .arabic ? "user_message_ar" : "user_message"))
        #expect(try answer.string("instance") == "urn:request:req_01JD3K7Q2M")
        try expectHouseFields(answer, definition)
    }

    private func expectHouseFields(_ answer: Answer, _ definition: ErrorDefinition) throws {
        #expect(try answer.string("error_code") == definition.code)
        for key in ["message", "user_message"] {
            let english = try answer.string(key)
            #expect(!english.isEmpty && !containsArabicLetters(english) && english.allSatisfy(\.isASCII))
            let arabic = try answer.string(key + "_ar")
            #expect(containsArabicLetters(arabic) && !arabic.contains { $0.isASCII && $0.isLetter }, "\(arabic)")
        }
        #expect(try answer.string("user_message").hasSuffix(".") && answer.string("user_message_ar").hasSuffix("."))
        #expect(!answer.text.contains("\u{2026}"), "a hole was left open: \(answer.text)")
        #expect(try answer.string("timestamp") == "2026-11-20T12:00:00.123Z")
        #expect(try answer.string("request_id") == "req_01JD3K7Q2M")
    }

    @Test func theBodyIsByteForByteTheDocumentedOne() throws {
        let expected = """
            {"type":"https://errors.example.com/AI_SERVICE_ERROR","title":"AI service unavailable","status":503,\
            "detail":"Please try again in 30 seconds.","instance":"urn:request:req_01JD3K7Q2M",\
            "error_code":"AI_SERVICE_ERROR","message":"AI service unavailable (claude)",\
            "message_ar":"خدمة الذكاء الاصطناعي غير متاحة (\u{2068}claude\u{2069})",\
            "user_message":"Please try again in 30 seconds.","user_message_ar":"حاول مرة أخرى بعد 30 ثانية.",\
            "details":{"service":"claude","retry_after_seconds":30},\
            "timestamp":"2026-11-20T12:00:00.123Z","request_id":"req_01JD3K7Q2M"}
            """
        #expect(try Answer(CatalogError.ai(service: "claude", retryAfter: .seconds(30))).text == expected)
    }

    @Test func aLanguageThatIsNotWrittenAnswersInEnglish() throws {
        let french = Language("fr", pluralRule: .english)
        #expect(try Answer(CatalogError(.forbidden), language: french).rendered.contentLanguage == .english)
    }

    @Test(arguments: ErrorBodyStyle.allCases)
    func aFurtherLanguageAnswersTitleAndDetail(style: ErrorBodyStyle) throws {
        let french = Language("fr", pluralRule: .english)
        let definition = ErrorDefinition(
            "CLOSED", status: 503, title: .init(en: "Closed", ar: "مغلق", others: [french: "Fermé"]),
            message: .init(en: "Closed", ar: "مغلق", others: [french: "Fermé"]),
            userMessage: .init(en: "We are closed.", ar: "نحن مغلقون.", others: [french: "Nous sommes fermés."]))
        let answer = try Answer(CatalogError(definition), language: Language("FR", pluralRule: .english), style: style)
        // The strict body shows English and Arabic side by side and nothing in a third language.
        #expect(answer.rendered.contentLanguage == (style == .strictEightFields ? .english : french))
        switch style {
        case .problem:
            #expect(try answer.string("title") == "Fermé")
            #expect(try answer.string("detail") == "Nous sommes fermés.")
            #expect(try answer.string("user_message") == "We are closed.")
        case .strictEightFields: #expect(try answer.string("message") == "Closed")
        case .legacy: #expect(try answer.string("message") == "Fermé")
        }
    }

    @Test func aRequestIdThatIsNotOneCannotBreakTheBody() throws {
        let answer = try Answer(CatalogError(.forbidden), requestID: "a\"b\n\u{202E}é" + String(repeating: "x", count: 500))
        #expect(try answer.string("instance").hasPrefix("urn:request:a%22b%0A%E2%80%AE%C3%A9xxx"))
        let id = try answer.string("request_id")
        #expect(id.hasPrefix("a\"bé") && id.utf8.count <= 131 && hasBalancedIsolates(id))
    }

    @Test(arguments: [0, 200, 399, 600, -1, .max])
    func aStatusThatIsNoErrorIsAnsweredAs500(status: Int) throws {
        let text = LocalizedText(en: "x", ar: "س")
        let answer = try Answer(CatalogError(ErrorDefinition("ODD", status: status, message: text, userMessage: text)))
        #expect(answer.rendered.status == 500)
        #expect(answer.object["status"] as? Int == 500)
    }

    @Test func hostileCodesAndNamesStayInsideTheirStrings() throws {
        let text = LocalizedText(en: "say \"hi\" \\ {name}\n", ar: "قل \"مرحبًا\" {name}")
        let definition = ErrorDefinition("A\",\"x\":\"", status: 400, message: text, userMessage: text, details: ["na\"me\\"])
        let answer = try Answer(CatalogError(definition, ["name": "\"}", "na\"me\\": "\\\"\u{1}"]))
        #expect(answer.keys == Answer.problemFields + Answer.houseFields)
        #expect(try answer.string("message") == "say \"hi\" \\ \"}\n")
        #expect(try answer.details["na\"me\\"] as? String == "\\\"")
    }
}
