import ErrorCatalog
import HTTPHardening
import HTTPTypes
import HardeningCore
import Testing

/// Every kind × every sort of `Accept-Language` × every body and media type: the header fields that
/// belong to the answer, and no others.
@Suite struct ErrorHeaderMatrixTests {
    static let acceptLanguages: [(header: String?, expected: String)] = [
        (nil, "en"), ("en", "en"), ("ar", "ar"), ("ar-EG", "ar"), ("fr", "en"), ("\";;q=,=*-*, x;q=9", "en"),
        (String(repeating: "ar,", count: 3414), "en"),
    ]
    static let accepts = [nil, "application/problem+json", "application/json", "*/*"]

    @Test(arguments: ErrorDefinition.builtIn, acceptLanguages.indices)
    func everyAnswerCarriesItsFields(definition: ErrorDefinition, index: Int) throws {
        let (acceptLanguage, language) = Self.acceptLanguages[index]
        let id = try #require(RequestIdentifier(accepting: "req_test"))
        for style in ErrorBodyStyle.allCases {
            let responder = ErrorResponder(style: style)
            for accept in Self.accepts {
                for retryAfter in [nil, Duration.zero, .milliseconds(29_001)] {
                    var request: HTTPFields = [:]
                    request[.acceptLanguage] = acceptLanguage
                    request[.accept] = accept
                    let answer = responder.answer(
                        to: CatalogError(definition, retryAfter: retryAfter), request: request, requestID: id,
                        at: Timestamp(secondsSince1970: 1_795_176_000))
                    let fields = answer.head.headerFields
                    #expect(answer.head.status.code == definition.status)
                    #expect(fields[.contentLanguage] == language)
                    #expect(fields[.vary] == "Accept-Language, Accept" && fields[.cacheControl] == "no-store")
                    let isProblem = style == .problem && accept != "application/json"
                    #expect(fields[.contentType] == (isProblem ? "application/problem+json" : "application/json"))
                    #expect(fields[.wwwAuthenticate] == (definition.status == 401 ? "Bearer realm=\"api\"" : nil))
                    let told = String(decoding: answer.body, as: UTF8.self).firstMatch(of: /"retry_after_seconds":([0-9]+)/)
                    #expect(fields[.retryAfter] == told.map { String($0.1) })
                    #expect((fields[.retryAfter] != nil) == (definition.isRetryable && retryAfter != nil))
                    #expect(Set(fields.map(\.name)).count == fields.count, "a field stands twice")
                }
            }
        }
    }
}
