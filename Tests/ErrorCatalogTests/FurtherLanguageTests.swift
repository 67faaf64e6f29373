import ErrorCatalog
import HardeningCore
import Testing

/// A third language is an addition to a text: it answers where it is written, English where not.
@Suite struct FurtherLanguageTests {
    static let french = Language("fr", pluralRule: PluralRule(forms: [.one, .other]) { $0 <= 1 ? .one : .other })

    static let forbidden = ErrorDefinition(
        "FORBIDDEN", status: 403, title: .init(en: "Access denied", ar: "الوصول مرفوض", others: [french: "Accès refusé"]),
        message: .init(en: "No access", ar: "لا وصول", others: [french: "Pas d’accès"]),
        userMessage: .init(
            en: .plural(of: "n", PluralTexts(one: "{n} page is closed.", other: "{n} pages are closed.")),
            ar: .plural(
                of: "n",
                PluralTexts(
                    zero: "لا صفحة مغلقة.", one: "صفحة واحدة مغلقة.", two: "صفحتان مغلقتان.", few: "{n} صفحات مغلقة.",
                    many: "{n} صفحة مغلقة.",
                    other: "{n} صفحة مغلقة.")),
            others: [french: .plural(of: "n", PluralTexts(one: "{n} page est fermée.", other: "{n} pages sont fermées."))]))

    private let renderer = ErrorRenderer(catalog: .standard.replacing([forbidden]))
    private let negotiator = LanguageNegotiator(available: [.english, .arabic, french])

    private func answer(_ error: CatalogError, to header: String, style: ErrorBodyStyle = .problem) throws -> Answer {
        try Answer(error, language: negotiator.language(for: header), style: style, renderer: renderer)
    }

    @Test(
        arguments: [
            ("fr", "fr", "2 pages sont fermées."), ("fr-CA", "fr", "2 pages sont fermées."),
            ("FR;q=0.9, en;q=0.8", "fr", "2 pages sont fermées."),
            ("ar, fr;q=0.5", "ar", "صفحتان مغلقتان."), ("de", "en", "2 pages are closed."), ("fr;q=0, ar", "ar", "صفحتان مغلقتان."),
        ])
    func itIsChosenWhereItIsAskedFor(header: String, tag: String, detail: String) throws {
        let answer = try answer(CatalogError(.forbidden, ["n": 2]), to: header)
        #expect(answer.rendered.contentLanguage.tag == tag)
        #expect(try answer.string("detail") == detail)
        // The two house languages are in every answer, whatever was asked for.
        #expect(try answer.string("user_message") == "2 pages are closed." && answer.string("user_message_ar") == "صفحتان مغلقتان.")
    }

    @Test func itsOwnPluralRuleChooses() throws {
        #expect(try answer(CatalogError(.forbidden, ["n": 0]), to: "fr").string("detail") == "0 page est fermée.")
        #expect(try answer(CatalogError(.forbidden, ["n": 0]), to: "en").string("detail") == "0 pages are closed.")
    }

    @Test(arguments: ErrorBodyStyle.allCases) func aKindWithoutItAnswersInEnglishAndSaysSo(style: ErrorBodyStyle) throws {
        for definition in ErrorDefinition.builtIn where definition.code != "FORBIDDEN" {
            let answer = try answer(CatalogError(definition, retryAfter: .seconds(5)), to: "fr", style: style)
            #expect(answer.rendered.contentLanguage == .english)
            #expect(
                answer.rendered == (try self.answer(CatalogError(definition, retryAfter: .seconds(5)), to: "en", style: style)).rendered)
        }
    }

    /// `Content-Language` tells the language of what the body shows in one language only.
    @Test func aPartOfATranslationIsUsedWhereItSuffices() throws {
        let message = ErrorDefinition(
            "FORBIDDEN", status: 403, message: .init(en: "No", ar: "لا", others: [Self.french: "Non"]),
            userMessage: .init(en: "No.", ar: "لا."))
        let user = ErrorDefinition(
            "FORBIDDEN", status: 403, title: .init(en: "T", ar: "ع", others: [Self.french: "F"]), message: .init(en: "No", ar: "لا"),
            userMessage: .init(en: "No.", ar: "لا.", others: [Self.french: "Non."]))
        let renderer = ErrorRenderer(catalog: try Catalog([]))
        func answers(_ definition: ErrorDefinition) throws -> [Answer] {
            try ErrorBodyStyle.allCases.map { try Answer(CatalogError(definition), language: Self.french, style: $0, renderer: renderer) }
        }
        #expect(try answers(message).map(\.rendered.contentLanguage.tag) == ["en", "en", "fr"])
        #expect(try answers(user).map(\.rendered.contentLanguage.tag) == ["fr", "en", "en"])
        #expect(try answers(message)[2].string("message") == "Non")
        #expect(try answers(user)[0].string("detail") == "Non.")
    }
}
