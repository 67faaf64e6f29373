import ErrorCatalog
import HardeningCore
import Testing

/// The catalogue without HTTP: an error becomes the mail of a nightly job.
@Suite struct ErrorNoticeTests {
    struct Mail: Equatable {
        let subject: String
        let text: String
        let isRightToLeft: Bool

        init(_ error: any Error, to language: Language) {
            let notice = ErrorRenderer().notice(for: error, in: language)
            subject = "[\(notice.code)] \(notice.title)"
            text = notice.userMessage
            isRightToLeft = notice.language.isRightToLeft
        }
    }

    @Test func anErrorBecomesPlainTextInTheReadersLanguage() {
        let error = CatalogError.ai(service: "claude", retryAfter: .seconds(120), cause: FileFailure(path: "/etc/key"))
        #expect(Mail(error, to: .english).subject == "[AI_SERVICE_ERROR] AI service unavailable")
        #expect(Mail(error, to: .english).text == "Please try again in 2 minutes.")
        #expect(Mail(error, to: .arabic).subject == "[AI_SERVICE_ERROR] خدمة الذكاء الاصطناعي غير متاحة")
        #expect(Mail(error, to: .arabic).text == "حاول مرة أخرى بعد دقيقتين." && Mail(error, to: .arabic).isRightToLeft)
    }

    @Test(arguments: ErrorDefinition.builtIn, [Language.english, .arabic])
    func aNoticeSaysWhatAnAnswerSays(definition: ErrorDefinition, language: Language) throws {
        let error = CatalogError(
            definition, definition.detailExamples, fieldErrors: [FieldError("/a", .required)], retryAfter: .seconds(30))
        let renderer = ErrorRenderer(digits: .arabicIndic)
        let notice = renderer.notice(for: error, in: language)
        let answer = try Answer(error, language: language, renderer: renderer)
        #expect(notice.code == definition.code && notice.language == language && notice.isRetryable == definition.isRetryable)
        #expect(try notice.title == answer.string("title") && notice.userMessage == answer.string("detail"))
        #expect(try notice.message == answer.string(language == .arabic ? "message_ar" : "message"))
        #expect(notice.retryAfterSeconds == answer.rendered.retryAfterSeconds)
    }

    @Test func aNoticeIsPlainTextAndNotJSON() {
        let notice = ErrorRenderer().notice(for: CatalogError(.aiServiceError, ["service": "a\"b\\c\n"]))
        #expect(notice.message == "AI service unavailable (a\"b\\c)")
    }

    @Test func anUnknownErrorSaysNothingOfItself() {
        let notice = ErrorRenderer().notice(for: FileFailure(path: "/etc/app/tls/client.key"), in: .arabic)
        #expect(notice == ErrorRenderer().notice(for: CatalogError(.internalError), in: .arabic))
        #expect(!"\(notice)".contains("/etc"))
    }

    @Test func aLanguageThatIsNotWrittenIsToldInEnglish() {
        let notice = ErrorRenderer().notice(for: CatalogError(.forbidden), in: Language("fr", pluralRule: .english))
        #expect(notice.language == .english && notice == ErrorRenderer().notice(for: CatalogError(.forbidden)))
    }

    @Test func theCataloguesDefinitionAnswersForAThrownOneOfTheSameCode() throws {
        let renderer = ErrorRenderer(catalog: .standard.replacing([FurtherLanguageTests.forbidden]))
        let notice = renderer.notice(for: CatalogError(.forbidden, ["n": 1]), in: FurtherLanguageTests.french)
        #expect(notice.title == "Accès refusé" && notice.message == "Pas d’accès" && notice.userMessage == "1 page est fermée.")
        #expect(notice.language == FurtherLanguageTests.french)
    }
}
