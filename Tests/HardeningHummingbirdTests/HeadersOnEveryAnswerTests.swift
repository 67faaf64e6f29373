import ErrorCatalog
import HTTPHardening
import HTTPTypes
import HardeningCore
import HardeningHummingbird
import Hummingbird
import HummingbirdTesting
import NIOCore
import RateLimit
import Testing

/// Every class of answer that a server gives, through every layer in its place and over a real connection.
@Suite struct HeadersOnEveryAnswerTests {
    private struct Unknown: Error {}

    struct Answer: Sendable, CustomStringConvertible {
        let description: String
        let status: Int
        var code: String?
        var method = HTTPRequest.Method.get
        var path = "/plain"
        var fields: HTTPFields = [:]
        var body: String?
    }

    static let origin = "https://app.example.com"

    static let answers: [Answer] = [
        Answer(description: "200", status: 200),
        Answer(description: "a head alone", status: 200, method: .head),
        Answer(description: "thrown, of the catalogue", status: 403, code: "FORBIDDEN", path: "/forbidden"),
        Answer(description: "thrown, unknown", status: 500, code: "INTERNAL_ERROR", path: "/unknown"),
        Answer(description: "401", status: 401, code: "AUTHENTICATION_ERROR", path: "/private"),
        Answer(description: "404", status: 404, code: "RESOURCE_NOT_FOUND", path: "/missing"),
        Answer(description: "405", status: 405, code: "METHOD_NOT_ALLOWED", method: .delete),
        Answer(
            description: "413", status: 413, code: "PAYLOAD_TOO_LARGE", method: .post, path: "/json",
            fields: [.contentType: "application/json"],
            body: String(repeating: " ", count: 100)),
        Answer(
            description: "415", status: 415, code: "UNSUPPORTED_MEDIA_TYPE", method: .post, path: "/json",
            fields: [.contentType: "text/plain"],
            body: "{}"),
        Answer(
            description: "422", status: 422, code: "VALIDATION_ERROR", method: .post, path: "/json",
            fields: [.contentType: "application/json"],
            body: "{}"),
        Answer(description: "429", status: 429, code: "RATE_LIMIT_EXCEEDED", path: "/limited"),
        Answer(description: "503", status: 503, code: "SERVICE_UNAVAILABLE", path: "/full"),
        Answer(
            description: "a preflight", status: 204, method: .options,
            fields: [.origin: origin, .accessControlRequestMethod: "PUT", .accessControlRequestHeaders: "content-type"]),
        Answer(description: "a stream", status: 200, path: "/stream"),
    ]

    private func application() throws -> some ApplicationProtocol {
        let signIn = try SignIn()
        let routes = RouteTable()
        let router = Router(context: BasicHardenedContext.self, options: .autoGenerateHeadEndpoints)
        let full = InFlightLimit(1)
        let policy = try RateLimitPolicy("one", parsing: "1/hour")
        router.add(middleware: RequestIDMiddleware())
        router.add(middleware: AccessLogMiddleware(.silent))
        router.add(middleware: SecurityHeadersMiddleware(SecurityHeaders()))
        router.add(middleware: ErrorMiddleware(routes: routes))
        router.add(middleware: InFlightLimitMiddleware(InFlightLimit(10)))
        router.add(middleware: CORSMiddleware(try CORSPolicy(origins: [Self.origin], allowsCredentials: true)))
        router.add(middleware: BearerIdentificationMiddleware(signIn.tokens, cookie: .session))
        router.add(middleware: CSRFMiddleware(try CSRFPolicy(origins: [Self.origin]), tokens: signIn.csrf))
        router.get("plain") { _, _ in
            // What a careless route sets itself must not be there twice.
            Response(
                status: .ok, headers: [.xContentTypeOptions: "x", .server: "leaky", .xFrameOptions: "ALLOWALL"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "ok")))
        }
        router.get("forbidden") { _, _ -> String in throw CatalogError(.forbidden) }
        router.get("unknown") { _, _ -> String in throw Unknown() }
        router.post("json") { request, _ in try await request.json(upTo: 50) { $0.string("name", length: 1...5) } }
        router.get("stream") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    for part in ["a", "b"] { try await writer.write(ByteBuffer(string: part)) }
                    try await writer.finish(nil)
                })
        }
        router.group().add(middleware: BearerAuthenticationMiddleware(signIn.tokens)).get("private") { _, _ in "secret" }
        router.group().add(
            middleware: RateLimitMiddleware(RateLimiter(capacity: 100)) { _, context in
                [RateLimitCheck(policy, key: context.hardening.clientAddress)]
            }
        ).get("limited") { _, _ in "ok" }
        // The outer layer takes the only place, so the inner one finds none.
        router.group().add(middleware: InFlightLimitMiddleware(full)).add(middleware: InFlightLimitMiddleware(full)).get("full") { _, _ in
            "ok"
        }
        routes.fill(from: router)
        return Application(router: router, logger: .silent)
    }

    @Test(.timeLimit(.minutes(60)), arguments: answers) func eachHeaderIsThereOnce(answer: Answer) async throws {
        try await application().test(.live) { client in
            if answer.path == "/limited" { _ = try await client.execute(uri: answer.path, method: .get) }
            var fields = answer.fields
            fields[.xRequestID] = "name-1"
            let body = answer.body.map { ByteBuffer(string: $0) }
            try await client.execute(uri: answer.path, method: answer.method, headers: fields, body: body) { response in
                #expect(response.status.code == answer.status)
                check(response.headers, of: answer)
                checkLength(response.headers, response.body.readableBytes, of: answer)
                check(String(buffer: response.body), response.headers, of: answer)
            }
        }
    }

    private func check(_ fields: HTTPFields, of answer: Answer) {
        let expected: [(HTTPField.Name, String)] = [
            (.xContentTypeOptions, "nosniff"), (.xFrameOptions, "DENY"), (.referrerPolicy, "no-referrer"),
            (.crossOriginOpenerPolicy, "same-origin"), (.crossOriginResourcePolicy, "same-origin"), (.xXSSProtection, "0"),
            (.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'"), (.xRequestID, "name-1"),
        ]
        for (name, value) in expected { #expect(fields[values: name] == [value], "\(answer): \(name)") }
        #expect(fields[values: .permissionsPolicy].count == 1)
        #expect(!fields.contains(.server) && !fields.contains(.xPoweredBy))
        let names = fields.map(\.name.canonicalName)
        #expect(Set(names).count == names.count, "\(answer): \(names)")
        #expect(fields[.vary]?.contains("Origin") == true, "\(answer)")
    }

    /// No layer that watches a body may make one of a known length a stream.
    private func checkLength(_ fields: HTTPFields, _ bytes: Int, of answer: Answer) {
        switch (answer.path, answer.status, answer.method) {
        case ("/stream", _, _): #expect(fields[.transferEncoding] == "chunked" && !fields.contains(.contentLength))
        case (_, 204, _): #expect(bytes == 0 && !fields.contains(.transferEncoding))
        case (_, _, .head): #expect(fields[.contentLength] == "2" && bytes == 0, "what the GET would have")
        default: #expect(fields[.contentLength] == "\(bytes)" && !fields.contains(.transferEncoding), "\(answer): \(fields)")
        }
    }

    private func check(_ body: String, _ fields: HTTPFields, of answer: Answer) {
        guard let code = answer.code else { return #expect(!body.contains("\"code\"")) }
        #expect(fields[.contentType] == "application/problem+json")
        #expect(fields[.cacheControl] == "no-store")
        #expect(body.contains("\"\(code)\"") && body.contains("name-1"), "\(body)")
        #expect(fields[.allow] == (answer.status == 405 ? "GET, HEAD" : nil))
        #expect(fields.contains(.wwwAuthenticate) == (answer.status == 401))
        if [429, 503].contains(answer.status) { #expect(fields[.retryAfter].flatMap(Int.init).map { $0 >= 1 } == true) }
        #expect(!body.contains("Unknown()"))
    }
}
