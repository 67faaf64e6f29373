import ErrorCatalog
import HTTPHardening
import HTTPTypes
import HardeningCore
import Testing

@Suite struct ErrorResponderTests {
    private let id = RequestIdentifier(accepting: "req_test")
    private let now = Timestamp(secondsSince1970: 1_795_176_000)

    private func answer(_ error: any Error, _ request: HTTPFields = [:]) throws -> ErrorAnswer {
        ErrorResponder().answer(to: error, request: request, requestID: try #require(id), at: now)
    }

    @Test func anErrorCarriesItsHeaderFields() throws {
        let answer = try answer(CatalogError.ai(service: "claude", retryAfter: .milliseconds(29_001)), [.acceptLanguage: "ar-EG"])
        #expect(answer.head.status.code == 503)
        #expect(answer.head.headerFields[.contentType] == "application/problem+json")
        #expect(answer.head.headerFields[.contentLanguage] == "ar")
        #expect(answer.head.headerFields[.vary] == "Accept-Language, Accept")
        #expect(answer.head.headerFields[.cacheControl] == "no-store")
        #expect(answer.head.headerFields[.retryAfter] == "30")
        #expect(answer.head.headerFields[.wwwAuthenticate] == nil)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("\"retry_after_seconds\":30"))
    }

    @Test func aChallengeComesWith401Only() throws {
        let anonymous = try answer(CatalogError(.authenticationError))
        #expect(anonymous.head.headerFields[.wwwAuthenticate] == "Bearer realm=\"api\"")
        let refused = try answer(CatalogError(.tokenRevoked), [.authorization: "Bearer x"])
        #expect(refused.head.headerFields[.wwwAuthenticate] == "Bearer realm=\"api\", error=\"invalid_token\"")
        #expect(try answer(CatalogError(.forbidden)).head.headerFields[.wwwAuthenticate] == nil)
        #expect(try answer(CatalogError(.resourceNotFound)).head.headerFields[.retryAfter] == nil)
    }

    @Test func theSameBytesAreServedAsPlainJSONWhenAsked() throws {
        let problem = try answer(CatalogError(.invalidInput))
        let plain = try answer(CatalogError(.invalidInput), [.accept: "application/json"])
        #expect(plain.head.headerFields[.contentType] == "application/json")
        #expect(problem.body == plain.body)
    }

    @Test func theWaitIsAtLeastASecond() throws {
        #expect(try answer(CatalogError(.rateLimitExceeded, retryAfter: .nanoseconds(1))).head.headerFields[.retryAfter] == "1")
        #expect(try answer(CatalogError(.rateLimitExceeded, retryAfter: .zero)).head.headerFields[.retryAfter] == "1")
    }

    @Test func aRealmCannotBreakOutOfItsQuotes() throws {
        let responder = ErrorResponder(realm: "a\"b\\c\r\nd")
        let answer = responder.answer(to: CatalogError(.authenticationError), request: [:], requestID: try #require(id), at: now)
        #expect(answer.head.headerFields[.wwwAuthenticate] == "Bearer realm=\"abcd\"")
    }

    @Test func anUnknownErrorLeaksNothingAndReachesTheLog() throws {
        struct Leak: Error { let url = "postgres://root:hunter2@db/prod" }
        let answer = try answer(Leak())
        #expect(answer.head.status.code == 500 && answer.code == "INTERNAL_ERROR")
        #expect(!String(decoding: answer.body, as: UTF8.self).contains("hunter2"))
        let record = ErrorResponder().logRecord(for: Leak(), request: [:], requestID: try #require(id), at: now)
        #expect(record.errorText.contains("hunter2") && record.requestID == "req_test")
    }

    @Test(arguments: [
        (400, "INVALID_INPUT"), (401, "AUTHENTICATION_ERROR"), (403, "FORBIDDEN"), (404, "RESOURCE_NOT_FOUND"), (405, "METHOD_NOT_ALLOWED"),
        (408, "INVALID_INPUT"), (413, "PAYLOAD_TOO_LARGE"), (415, "UNSUPPORTED_MEDIA_TYPE"), (422, "VALIDATION_ERROR"),
        (429, "RATE_LIMIT_EXCEEDED"), (500, "INTERNAL_ERROR"), (502, "INTERNAL_ERROR"), (503, "SERVICE_UNAVAILABLE"),
        (200, "INTERNAL_ERROR"),
    ])
    func bareStatusesHaveAPlaceInTheCatalogue(status: Int, code: String) {
        #expect(CatalogError(httpStatus: status).code == code)
    }
}
