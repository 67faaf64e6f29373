import CostTracker
import NIOHTTP1
import Testing

@testable import DemoServer

/// Whatever is sent: a catalogue error with the right status, both languages, the security headers, and a server that stays up.
@Suite(.timeLimit(.minutes(60))) struct BadInputTests {
    private struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let method: HTTPMethod
        let path: String
        var body: String?
        var headers: [(String, String)] = []
        let status: Int
        let code: String

        var testDescription: String { name }
    }

    private static let login = "/api/auth/login"

    private static let cases = [
        Case(name: "malformed JSON", method: .POST, path: login, body: "{\"email\":", status: 400, code: "INVALID_INPUT"),
        Case(name: "no object", method: .POST, path: login, body: "[1]", status: 422, code: "VALIDATION_ERROR"),
        Case(name: "wrong types", method: .POST, path: login, body: #"{"email":1,"password":[]}"#, status: 422, code: "VALIDATION_ERROR"),
        Case(name: "empty body", method: .POST, path: login, body: "", status: 400, code: "INVALID_INPUT"),
        Case(
            name: "deep nesting", method: .POST, path: login, body: String(repeating: "[", count: 20_000), status: 400,
            code: "INVALID_INPUT"),
        Case(
            name: "over-long field", method: .POST, path: "/api/auth/register",
            body: #"{"email":"a@b.co","password":"\#(String(repeating: "x", count: 100))"}"#, status: 422, code: "VALIDATION_ERROR"),
        Case(
            name: "over-long name", method: .POST, path: "/api/auth/register",
            body: #"{"email":"a@b.co","password":"12345678","full_name":"\#(String(repeating: "ن", count: 101))"}"#, status: 422,
            code: "VALIDATION_ERROR"),
        Case(
            name: "huge body", method: .POST, path: login, body: String(repeating: "x", count: 100_000), status: 413,
            code: "PAYLOAD_TOO_LARGE"),
        Case(
            name: "wrong content type", method: .POST, path: login, body: "email=a", headers: [("Content-Type", "text/plain")], status: 415,
            code: "UNSUPPORTED_MEDIA_TYPE"),
        Case(name: "no content type", method: .POST, path: login, status: 415, code: "UNSUPPORTED_MEDIA_TYPE"),
        Case(name: "unknown route", method: .GET, path: "/nothing/here", status: 404, code: "RESOURCE_NOT_FOUND"),
        Case(name: "traversal", method: .GET, path: "/api/property/..%2f..%2fetc%2fpasswd", status: 422, code: "VALIDATION_ERROR"),
        Case(name: "wrong method", method: .DELETE, path: login, status: 405, code: "METHOD_NOT_ALLOWED"),
        Case(name: "invented method", method: .RAW(value: "BREW"), path: "/health", status: 400, code: "INVALID_INPUT"),
        Case(name: "malformed id", method: .GET, path: "/api/property/abc", status: 422, code: "VALIDATION_ERROR"),
        Case(name: "unknown property", method: .GET, path: "/api/property/99", status: 404, code: "PROPERTY_NOT_FOUND"),
        Case(name: "unavailable property", method: .GET, path: "/api/property/4", status: 409, code: "PROPERTY_UNAVAILABLE"),
        Case(name: "missing query", method: .GET, path: "/api/search", status: 422, code: "VALIDATION_ERROR"),
        Case(name: "no token", method: .GET, path: "/api/me", status: 401, code: "AUTHENTICATION_ERROR"),
        Case(
            name: "token in the query", method: .GET, path: "/api/me?access_token=abc", status: 401, code: "AUTHENTICATION_ERROR"),
        Case(
            name: "basic credentials", method: .GET, path: "/api/me", headers: [("Authorization", "Basic YTpi")], status: 401,
            code: "AUTHENTICATION_ERROR"),
        Case(
            name: "unsigned token", method: .GET, path: "/api/me",
            headers: [("Authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.")], status: 401, code: "AUTHENTICATION_ERROR"),
        Case(
            name: "a million dots", method: .GET, path: "/api/me",
            headers: [("Authorization", "Bearer " + String(repeating: ".", count: 60_000))],
            status: 401, code: "AUTHENTICATION_ERROR"),
        Case(
            name: "garbage languages", method: .GET, path: "/nothing", headers: [("Accept-Language", ";;;q=,*;q=9,ar--")], status: 404,
            code: "RESOURCE_NOT_FOUND"),
        Case(
            name: "upstream control outside development", method: .POST, path: "/demo/upstream", body: "{}", status: 404,
            code: "RESOURCE_NOT_FOUND"),
    ]

    @Test func everyBadRequestIsAnsweredInTheCataloguesBody() async throws {
        try await DemoUnderTest.run(["RATE_LIMIT_ENABLED": "false"]) { demo in
            for wrong in Self.cases {
                let answer = try await demo.send(wrong.method, wrong.path, body: wrong.body, headers: wrong.headers)
                #expect(answer.status == wrong.status, "\(wrong.name)")
                #expect(answer.code == wrong.code, "\(wrong.name)")
                Self.expectCatalogueBody(answer, wrong.name)
            }
            #expect(try await demo.get("/health").status == 200)
            #expect(try await demo.application.services.ledger.status().day.committed == .zero)
        }
    }

    static func expectCatalogueBody(_ answer: DemoUnderTest.Answer, _ name: String) {
        for field in [
            "error_code", "message", "message_ar", "user_message", "user_message_ar", "timestamp", "request_id", "type", "title", "detail",
        ] {
            #expect((answer.json[field] as? String)?.isEmpty == false, "\(name): \(field)")
        }
        #expect(answer.json["details"] is [String: Any], "\(name): details")
        #expect(answer.json["status"] as? Int == answer.status, "\(name): status")
        #expect(answer.header("content-type") == "application/problem+json", "\(name): content type")
        #expect(answer.header("content-language") == "en", "\(name): language")
        #expect(answer.header("x-request-id") == answer.json["request_id"] as? String, "\(name): request id")
        #expect(answer.headers["x-content-type-options"] == ["nosniff"], "\(name): nosniff")
        #expect(answer.headers["x-frame-options"] == ["DENY"], "\(name): frames")
        #expect(answer.headers["content-security-policy"].count == 1, "\(name): policy")
        #expect(answer.header("server") == nil, "\(name): server")
        #expect(answer.headers["cache-control"] == ["no-store"], "\(name): caching")
        #expect((answer.header("www-authenticate") != nil) == (answer.status == 401), "\(name): challenge")
    }

    @Test func wrongMethodsListTheRightOnes() async throws {
        try await DemoUnderTest.run { demo in
            let login = try await demo.send(.DELETE, "/api/auth/login")
            #expect(login.header("allow") == "POST")
            let property = try await demo.send(.POST, "/api/property/1", body: "{}")
            #expect(property.header("allow") == "GET, HEAD")
            let head = try await demo.send(.HEAD, "/health")
            #expect(head.status == 200)
        }
    }

    @Test func errorsSpeakTheClientsLanguage() async throws {
        try await DemoUnderTest.run { demo in
            let arabic = try await demo.get("/api/property/99", headers: [("Accept-Language", "ar-EG, en;q=0.5")])
            #expect(arabic.header("content-language") == "ar")
            #expect(arabic.json["detail"] as? String == arabic.json["user_message_ar"] as? String)
            let english = try await demo.get("/api/property/99", headers: [("Accept-Language", "fr")])
            #expect(english.json["detail"] as? String == english.json["user_message"] as? String)
            let plain = try await demo.get("/api/property/99", headers: [("Accept", "application/json")])
            #expect(plain.header("content-type") == "application/json")
        }
    }

    @Test func everyFieldIsReportedAtOnceAndNoValueIsEchoed() async throws {
        try await DemoUnderTest.run { demo in
            let answer = try await demo.post("/api/auth/register", #"{"email":"not-an-address-xyz","password":"short-1"}"#)
            #expect(answer.fields == ["/email INVALID_EMAIL", "/password TOO_SHORT"])
            #expect(!answer.text.contains("not-an-address-xyz") && !answer.text.contains("short-1"))
        }
    }
}
