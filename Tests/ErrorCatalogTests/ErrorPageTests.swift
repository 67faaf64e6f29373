import ErrorCatalog
import Foundation
import HardeningCore
import Testing

@Suite struct ErrorPageTests {
    static let french = Language("fr", pluralRule: .english)

    @Test(arguments: ErrorDefinition.builtIn, [Language.english, .arabic])
    func everyCodeHasAWellFormedPageInBothLanguages(definition: ErrorDefinition, language: Language) throws {
        let page = try PageUnderTest(ErrorPage().html(for: definition, in: language))
        let root = page.root
        #expect(root.name == "html" && root["lang"] == language.tag && root["dir"] == (language == .arabic ? "rtl" : "ltr"))
        #expect(root.all("title").map(\.text) == [definition.code])
        #expect(root.all("h1").map(\.text) == [definition.code])
        #expect(root.all("p").contains { $0["class"] == "title" && $0.text == definition.title.text(in: language) })
        #expect(root.all("header").first?.text.hasSuffix(" \(definition.status)") == true)
        // The fixed words are in the page's language: in Arabic only what a machine reads is Latin.
        for heading in root.all("h2") + root.all("h3") + root.all("th").filter({ $0["scope"] == "col" }) {
            #expect(containsArabicLetters(heading.text) == (language == .arabic), "\(heading.text)")
        }
    }

    @Test(arguments: ErrorDefinition.builtIn, [Language.english, .arabic])
    func aPageShowsBothMessagesInBothLanguages(definition: ErrorDefinition, language: Language) throws {
        let page = try PageUnderTest(ErrorPage().html(for: definition, in: language))
        let blocks = page.root.all("section").first?.all("div") ?? []
        let other: Language = language == .arabic ? .english : .arabic
        #expect(blocks.map { $0["lang"] } == [language.tag, other.tag, language.tag, other.tag])
        for block in blocks {
            #expect(block["dir"] == (block["lang"] == "ar" ? "rtl" : "ltr"))
            #expect(!block.text.isEmpty && containsArabicLetters(block.text) == (block["lang"] == "ar"))
        }
        // The committed reference page lists the same sentences.
        if case .some(let first) = blocks.first?.all("p").first, language == .english {
            #expect(Catalog.standard.markdown.replacing("\\_", with: "_").contains(first.text))
        }
    }

    @Test(arguments: ErrorDefinition.builtIn)
    func theExampleIsTheAnswerTheRendererGives(definition: ErrorDefinition) throws {
        let page = try PageUnderTest(ErrorPage().html(for: definition, in: .arabic))
        let example = try #require(page.root.all("pre").first)
        #expect(example["dir"] == "ltr")
        let parts = example.text.components(separatedBy: "\n\n")
        try #require(parts.count == 2)
        #expect(parts[0].hasPrefix("HTTP/1.1 \(definition.status)\nContent-Type: application/problem+json\nContent-Language: ar"))
        #expect(parts[0].contains("\nRetry-After: 30") == definition.isRetryable)
        let body = try #require(try JSONSerialization.jsonObject(with: Data(parts[1].utf8)) as? [String: Any])
        #expect(Set(body.keys) == Set(Answer.problemFields + Answer.houseFields))
        #expect(body["error_code"] as? String == definition.code && body["type"] as? String == "/errors/\(definition.code)")
        #expect(body["title"] as? String == definition.title.text(in: .arabic))
        #expect(!parts[1].contains("\u{2026}") && !parts[1].contains("{service}"), "a hole was left open")
        // Every documented field is in the example, so that a reader sees its shape.
        let fields = page.root.all("th").filter { $0["scope"] == "row" }.map(\.text)
        let details = try #require(body["details"] as? [String: Any])
        #expect(Set(details.keys) == Set(fields))
        #expect(fields.contains("retry_after_seconds") == definition.isRetryable)
    }

    @Test func fieldsAreShownWithTheirTypes() throws {
        let text = LocalizedText(en: "Good.", ar: "جيد.")
        let definition = ErrorDefinition(
            "SAMPLE", status: 429, message: text, userMessage: text,
            details: [
                "a": "text", "b": 1, "c": .decimal(ExactDecimal(units: 150, scale: 2)), "d": true, "e": ["x"], "f": ["y": 1], "errors": [],
            ], retry: .later)
        let page = try PageUnderTest(ErrorPage().html(for: definition))
        let rows = page.root.all("tr").dropFirst().map { "\($0.all("th")[0].text): \($0.all("td")[0].text)" }
        #expect(
            rows == [
                "a: text", "b: whole number", "c: decimal number", "d: true or false", "e: list", "f: object",
                "errors: list of field errors, each with pointer, code, message and message_ar",
                "retry_after_seconds: whole number of seconds",
            ])
        let named = ErrorDefinition("SAMPLE", status: 400, message: text, userMessage: text, details: ["a"])
        #expect(try PageUnderTest(ErrorPage().html(for: named)).root.all("td").map(\.text) == ["any value"])
    }

    @Test(
        arguments: [
            (.serviceUnavailable, "may succeed later", "قد ينجح"), (.invalidInput, "Correct it first", "صحّحه أولًا"),
            (.authenticationError, "new credentials", "بيانات اعتماد"), (.internalError, "fault is in the service", "الخلل في الخدمة"),
        ] as [(ErrorDefinition, String, String)])
    func thePageSaysWhetherAndWhenToRetry(definition: ErrorDefinition, english: String, arabic: String) {
        #expect(ErrorPage().html(for: definition, in: .english).contains(english))
        #expect(ErrorPage().html(for: definition, in: .arabic).contains(arabic))
    }

    @Test(arguments: [Language.english, .arabic]) func theOtherLanguageIsOneLinkAway(language: Language) throws {
        let other = language == .arabic ? "en" : "ar"
        for html in [ErrorPage().html(for: .forbidden, in: language), ErrorPage().index(in: language)] {
            let root = try PageUnderTest(html).root
            let link = try #require(root.all("a").first { $0["hreflang"] == other })
            #expect(link["href"] == "?lang=\(other)" && link["lang"] == other && link["dir"] == (other == "ar" ? "rtl" : "ltr"))
            #expect(containsArabicLetters(link.text) == (other == "ar"))
            #expect(root.all("link").map { $0["href"] } == ["?lang=\(other)"])
        }
    }

    @Test func aFurtherLanguageIsShownOnAnEnglishPage() throws {
        let text = LocalizedText(en: "Closed.", ar: "مغلق.", others: [Self.french: "Fermé."])
        let definition = ErrorDefinition("CLOSED", status: 503, message: text, userMessage: text)
        let root = try PageUnderTest(ErrorPage().html(for: definition, in: Self.french)).root
        #expect(root["lang"] == "en")
        #expect(root.all("div").filter { $0["lang"] == "fr" }.map(\.text) == ["Fermé.", "Fermé."])
    }

    @Test func aCodeThatIsNotInTheCatalogueHasNoPage() {
        #expect(ErrorPage().html(for: "NOT_THERE") == nil)
        #expect(ErrorPage().html(for: "forbidden") == nil)
        #expect(ErrorPage().html(for: "FORBIDDEN") == ErrorPage().html(for: .forbidden))
    }

    // MARK: - Index

    @Test(arguments: [Language.english, .arabic]) func theIndexLinksToEveryCode(language: Language) throws {
        let pages = ErrorPage(renderer: ErrorRenderer(typeBase: "https://errors.example.com"))
        let root = try PageUnderTest(pages.index(in: language)).root
        #expect(root["lang"] == language.tag && root["dir"] == (language == .arabic ? "rtl" : "ltr"))
        let rows = root.all("tr").dropFirst()
        #expect(rows.compactMap { $0.all("a").first?.text } == Catalog.standard.definitions.map(\.code))
        #expect(rows.compactMap { $0.all("td").first?.text } == Catalog.standard.definitions.map { String($0.status) })
        for (row, definition) in zip(rows, Catalog.standard.definitions) {
            #expect(row.all("a").first?["href"] == "https://errors.example.com/\(definition.code)?lang=\(language.tag)")
            #expect(row.all("td")[1].text == definition.title.text(in: language))
        }
        let back = try PageUnderTest(try #require(pages.html(for: "FORBIDDEN", in: language))).root.all("a").first
        #expect(back?["href"] == "https://errors.example.com/?lang=\(language.tag)")
    }
}
