import ErrorCatalog
import HardeningCore
import Testing

/// Every kind × every sort of `Accept-Language` × every body: valid by its schema, and in the right language.
///
/// The problem document stands for both media types: `application/json` is served with the same bytes.
@Suite struct AnswerMatrixTests {
    struct Request: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let acceptLanguage: String?
        let expected: Language
    }

    static let requests = [
        Request(testDescription: "none", acceptLanguage: nil, expected: .english),
        Request(testDescription: "en", acceptLanguage: "en", expected: .english),
        Request(testDescription: "ar", acceptLanguage: "ar", expected: .arabic),
        Request(testDescription: "ar-EG", acceptLanguage: "ar-EG", expected: .arabic),
        Request(testDescription: "fr", acceptLanguage: "fr", expected: .english),
        Request(testDescription: "garbage", acceptLanguage: "\u{0}\";;q=,=*-*, \u{202E}x;q=9", expected: .english),
        Request(testDescription: "10 KiB", acceptLanguage: String(repeating: "ar,", count: 3414), expected: .english),
    ]

    /// One of each sort: bare, with everything a definition allows, and with more than it allows.
    static func occurrences(of definition: ErrorDefinition) -> [CatalogError] {
        let fieldErrors = [FieldError("/email", .invalidEmail), FieldError("/tags/3", .tooLong(max: 5))]
        return [
            CatalogError(definition),
            CatalogError(definition, definition.detailExamples, fieldErrors: fieldErrors, retryAfter: .milliseconds(29_001)),
            CatalogError(
                definition, ["not_listed": "x", "service": "\"\u{202E}\\"], details: ["not_listed_either": [1]],
                fieldErrors: Array(repeating: fieldErrors[0], count: 60), retryAfter: .zero),
        ]
    }

    @Test(arguments: ErrorDefinition.builtIn, requests)
    func everyAnswerIsValidAndInTheRightLanguage(definition: ErrorDefinition, request: Request) throws {
        let language = LanguageNegotiator().language(for: request.acceptLanguage)
        #expect(language == request.expected)
        for error in Self.occurrences(of: definition) {
            for style in ErrorBodyStyle.allCases {
                let context = RenderingContext(requestID: "req_1", timestamp: Answer.now, language: language, style: style)
                let answer = ErrorRenderer().render(error, in: context)
                let body = try StrictJSON(answer.body)
                #expect(Self.schema(of: style).violations(of: body) == [])
                #expect(answer.contentLanguage == language && answer.status == definition.status && answer.code == definition.code)
                #expect(answer.contentType == (style == .problem ? "application/problem+json" : "application/json"))
                // What becomes Retry-After is the number in the body, and there only where waiting helps.
                #expect(body["details"]?["retry_after_seconds"]?.integer == answer.retryAfterSeconds)
                #expect((answer.retryAfterSeconds != nil) == (definition.isRetryable && error.retryAfter != nil))
                #expect(answer.retryAfterSeconds.map { $0 >= 1 } ?? true)
                try expectLanguage(language, of: body, style)
            }
        }
    }

    private func expectLanguage(_ language: Language, of body: StrictJSON, _ style: ErrorBodyStyle) throws {
        let negotiated = style == .problem ? ["title", "detail"] : style == .legacy ? ["message"] : []
        for name in negotiated {
            #expect(containsArabicLetters(try #require(body[name]?.text)) == (language == .arabic), "\(name)")
        }
        if style == .legacy { return }
        for name in ["message", "user_message"] {
            #expect(!containsArabicLetters(try #require(body[name]?.text)))
            #expect(containsArabicLetters(try #require(body[name + "_ar"]?.text)))
        }
        for error in body["details"]?["errors"]?.items ?? [] {
            #expect(!containsArabicLetters(try #require(error["message"]?.text)))
            #expect(containsArabicLetters(try #require(error["message_ar"]?.text)))
        }
    }

    /// What we publish is true of what we answer, for every code by its own response.
    @Test(arguments: ErrorDefinition.builtIn) func everyProblemIsValidByThePublishedResponseOfItsCode(definition: ErrorDefinition) throws {
        let document = try Self.published.get()
        let content = document["components"]?["responses"]?[definition.code]?["content"]
        for type in ["application/problem+json", "application/json"] {
            let schema = JSONSchema(try #require(content?[type]?["schema"]), in: document)
            for error in Self.occurrences(of: definition).prefix(2) {
                for language in [Language.english, .arabic] {
                    let answer = ErrorRenderer().render(
                        error, in: RenderingContext(requestID: "a\"\u{202E}", timestamp: Answer.now, language: language))
                    #expect(schema.violations(of: try StrictJSON(answer.body)) == [])
                }
            }
        }
        // And the answer to another code is not.
        let other = definition == .forbidden ? ErrorDefinition.internalError : .forbidden
        let answer = ErrorRenderer().render(CatalogError(other), in: RenderingContext(requestID: "r", timestamp: Answer.now))
        let schema = JSONSchema(try #require(content?["application/json"]?["schema"]), in: document)
        #expect(!schema.violations(of: try StrictJSON(answer.body)).isEmpty)
    }

    // MARK: - Schemas

    private static let published = Result { try StrictJSON("{\"components\":\(Catalog.standard.openAPIComponents)}") }

    private static func schema(of style: ErrorBodyStyle) -> JSONSchema {
        switch style {
        case .problem: problem
        case .strictEightFields: strict
        case .legacy: legacy
        }
    }

    private static let problem = object(
        [
            ("type", #"{"type":"string","format":"uri-reference","minLength":1}"#), ("title", text), ("status", status), ("detail", text),
            ("instance", #"{"type":"string","format":"uri"}"#),
        ] + houseFields)
    private static let strict = object(houseFields)
    private static let legacy = object([("error", code), ("message", text), ("details", details), ("status_code", status)])

    private static let houseFields = [
        ("error_code", code), ("message", text), ("message_ar", text), ("user_message", text), ("user_message_ar", text),
        ("details", details),
        ("timestamp", #"{"type":"string","format":"date-time"}"#), ("request_id", text),
    ]
    private static let text = #"{"type":"string","minLength":1}"#
    private static let status = #"{"type":"integer","minimum":400,"maximum":599}"#
    private static let code = "{\"enum\":[\(ErrorDefinition.builtIn.map { "\"\($0.code)\"" }.joined(separator: ","))]}"
    /// Only names that some kind lists: nothing else may come through.
    private static let details: String = {
        let names = Set(ErrorDefinition.builtIn.flatMap(\.detailNames)).subtracting(["errors", "retry_after_seconds"])
        let known = names.map { "\"\($0)\":{}" }
        let fieldError =
            #"{"type":"object","required":["pointer","code","message","message_ar"],"additionalProperties":false,"properties":"#
            + #"{"pointer":{"type":"string","format":"json-pointer"},"code":\#(text),"message":\#(text),"message_ar":\#(text)}}"#
        let own = [
            #""errors":{"type":"array","maxItems":50,"items":\#(fieldError)}"#, #""retry_after_seconds":{"type":"integer","minimum":1}"#,
        ]
        return #"{"type":"object","additionalProperties":false,"properties":{\#((known + own).joined(separator: ","))}}"#
    }()

    private static func object(_ members: [(String, String)]) -> JSONSchema {
        let names = members.map { "\"\($0.0)\"" }.joined(separator: ",")
        let properties = members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
        let schema = try? StrictJSON(
            #"{"type":"object","required":[\#(names)],"additionalProperties":false,"properties":{\#(properties)}}"#)
        return JSONSchema(schema ?? .object([.init(name: "the schema is not JSON", value: .null)]))
    }
}
