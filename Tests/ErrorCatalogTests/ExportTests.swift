import ErrorCatalog
import Foundation
import Testing

@Suite struct ExportTests {
    private static let sample = ErrorDefinition(
        "SAMPLE", status: 429, title: .init(en: "Sam\"ple", ar: "عيّنة"),
        message: .init(
            en: .plural(of: "limit", PluralTexts(one: "{limit} request", other: "{limit} requests"), otherwise: "no number"),
            ar: .plural(
                of: "limit",
                PluralTexts(
                    zero: "بلا طلبات", one: "طلب واحد", two: "طلبان", few: "{limit} طلبات", many: "{limit} طلبًا", other: "{limit} طلب"),
                otherwise: "بلا رقم")),
        userMessage: .retry(en: "Too many | requests.", ar: "طلبات كثيرة."), details: ["limit", "errors", "retry_after_seconds"],
        retry: .later)

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    // MARK: - JSON

    @Test func theJSONHasEveryTextOfEveryCodeInEveryLanguage() throws {
        let errors = try #require(try object(Catalog.standard.json)["errors"] as? [[String: Any]])
        #expect(errors.compactMap { $0["code"] as? String } == Catalog.standard.definitions.map(\.code))
        #expect(errors.compactMap { $0["status"] as? Int } == Catalog.standard.definitions.map(\.status))
        for error in errors {
            for field in ["title", "message", "user_message"] {
                let texts = try #require(error[field] as? [String: Any])
                #expect(Set(texts.keys) == ["en", "ar"])
            }
        }
    }

    @Test func pluralsWaitsAndFallbacksKeepTheirStructure() throws {
        let catalog = try Catalog([Self.sample])
        let error = try #require((try object(catalog.json)["errors"] as? [[String: Any]])?.first)
        #expect((error["title"] as? [String: String])?["en"] == "Sam\"ple")
        let message = try #require((error["message"] as? [String: Any])?["ar"] as? [String: String])
        #expect(Set(message.keys) == ["plural", "zero", "one", "two", "few", "many", "other", "otherwise"])
        #expect(message["few"] == "{limit} طلبات" && message["plural"] == "limit" && message["otherwise"] == "بلا رقم")
        let user = try #require((error["user_message"] as? [String: Any])?["en"] as? [String: Any])
        let units = try #require(user["wait"] as? [String: [String: String]])
        #expect(Set(units.keys) == ["seconds", "minutes", "hours", "days"])
        #expect(units["hours"]?["one"] == "Too many | requests. Please try again in {retry_after_hours} hour.")
        #expect(user["unknown"] as? String == "Too many | requests. Please try again shortly.")
        #expect(error["retryable"] as? Bool == true)
    }

    @Test func furtherLanguagesAreExported() throws {
        let french = Language("fr", pluralRule: .english)
        let text = LocalizedText(en: "Good", ar: "جيد", others: [french: "Bon"])
        let catalog = try Catalog([ErrorDefinition("SAMPLE", status: 400, message: text, userMessage: text)])
        #expect(catalog.json.contains("\"fr\": \"Bon\""))
    }

    // MARK: - Markdown

    @Test func theCommittedPageIsTheCatalogues() throws {
        let current = Catalog.standard.markdown
        #expect(try CommittedFile("errors.md").text(recording: current) == current)
    }

    @Test func everyCodeHasARowInEachLanguageAndTheArabicOneRunsRightToLeft() throws {
        let page = Catalog.standard.markdown
        let halves = page.components(separatedBy: "<div dir=\"rtl\" lang=\"ar\">")
        try #require(halves.count == 2)
        for definition in Catalog.standard.definitions {
            for half in halves { #expect(half.contains("| `\(definition.code)` | \(definition.status) |")) }
        }
        #expect(halves[1].contains("</div>"))
    }

    @Test func aTextCannotBreakItsTable() throws {
        let hostile = LocalizedText(en: "a | b\n| c | <script> & `d` *e*", ar: "ا | ب")
        let catalog = try Catalog([ErrorDefinition("SAMPLE", status: 400, message: hostile, userMessage: hostile)])
        let rows = catalog.markdown.split(separator: "\n").filter { $0.hasPrefix("| `SAMPLE`") }
        #expect(rows.count == 2)
        #expect(rows[0].contains("a \\| b \\| c \\| &lt;script&gt; &amp; \\`d\\` \\*e\\*"))
    }

    // MARK: - OpenAPI

    @Test func everyCodeIsAResponseThatRefersToTheProblem() throws {
        let components = try object(Catalog.standard.openAPIComponents)
        let responses = try #require(components["responses"] as? [String: [String: Any]])
        #expect(Set(responses.keys) == Set(Catalog.standard.definitions.map(\.code)))
        for (code, response) in responses {
            let content = try #require(response["content"] as? [String: [String: Any]])
            let parts = try #require((content["application/problem+json"]?["schema"] as? [String: Any])?["allOf"] as? [[String: Any]])
            #expect(parts[0]["$ref"] as? String == "#/components/schemas/Problem")
            let members = try #require(parts[1]["properties"] as? [String: [String: Any]])
            #expect(members["error_code"]?["const"] as? String == code)
            let headers = try #require(response["headers"] as? [String: Any])
            #expect((headers["Retry-After"] != nil) == Catalog.standard[code]?.isRetryable)
            #expect((headers["WWW-Authenticate"] != nil) == (Catalog.standard[code]?.status == 401))
        }
    }

    @Test func theDetailsOfAResponseHaveTheTypesOfTheirExamples() throws {
        let responses = try #require(try object(Catalog.standard.openAPIComponents)["responses"] as? [String: [String: Any]])
        func types(_ code: String) throws -> [String: String] {
            let content = try #require(responses[code]?["content"] as? [String: [String: Any]])
            let parts = try #require((content["application/json"]?["schema"] as? [String: Any])?["allOf"] as? [[String: Any]])
            let details = try #require((parts[1]["properties"] as? [String: [String: Any]])?["details"])
            return try #require(details["properties"] as? [String: [String: Any]]).mapValues { $0["type"] as? String ?? "any" }
        }
        #expect(
            try types("RATE_LIMIT_EXCEEDED")
                == ["limit": "integer", "window_seconds": "integer", "violated_policies": "array", "retry_after_seconds": "integer"])
        #expect(try types("COST_LIMIT_ERROR")["limit_usd"] == "number" && types("COST_LIMIT_ERROR")["scope"] == "string")
        #expect(try types("INVALID_INPUT") == ["field": "string", "errors": "array"])
        // The renderer adds the wait to everything that may be retried, listed or not.
        #expect(try types("SCRAPING_ERROR") == ["source": "string", "retry_after_seconds": "integer"])
        for definition in ErrorDefinition.builtIn { #expect(try !types(definition.code).values.contains("any"), "\(definition)") }
    }

    /// The schema is true of real answers: it requires what they have and nothing else.
    @Test func theProblemSchemaListsExactlyTheMembersOfAnAnswer() throws {
        let answer = try Answer(CatalogError(.validationError))
        let schemas = try #require(try object(Catalog.standard.openAPIComponents)["schemas"] as? [String: [String: Any]])
        let problem = try #require(schemas["Problem"])
        #expect(problem["required"] as? [String] == answer.keys)
        #expect(Set((problem["properties"] as? [String: Any])?.keys.map(\.self) ?? []) == Set(answer.keys))
        let codes = ((problem["properties"] as? [String: Any])?["error_code"] as? [String: Any])?["enum"] as? [String]
        #expect(codes == Catalog.standard.definitions.map(\.code))
    }
}
