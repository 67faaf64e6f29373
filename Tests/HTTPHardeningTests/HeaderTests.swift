import HTTPHardening
import HTTPTypes
import Testing

@Suite struct HeaderTests {
    @Test func everyAnswerCarriesTheProfileOnce() {
        var fields: HTTPFields = [.xFrameOptions: "SAMEORIGIN", .server: "leaky/1.0", .xPoweredBy: "coffee"]
        let headers = SecurityHeaders(strictTransportSecurity: .seconds(31_536_000))
        headers.apply(to: &fields, isSecure: false, isAuthenticated: true)
        headers.apply(to: &fields, isSecure: false, isAuthenticated: true)
        #expect(fields[.xContentTypeOptions] == "nosniff")
        #expect(fields[values: .xFrameOptions] == ["DENY"])
        #expect(fields[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
        #expect(fields[.referrerPolicy] == "no-referrer")
        #expect(fields[.permissionsPolicy]?.isEmpty == false)
        #expect(fields[.crossOriginOpenerPolicy] == "same-origin")
        #expect(fields[.crossOriginResourcePolicy] == "same-origin")
        #expect(fields[.xXSSProtection] == "0")
        #expect(fields[.cacheControl] == "no-store")
        #expect(fields[.server] == nil && fields[.xPoweredBy] == nil)
        #expect(fields[.strictTransportSecurity] == nil)
        #expect(Set(fields.map(\.name.canonicalName)).count == fields.count)
    }

    @Test(arguments: [HTTPField.Name.server, .xPoweredBy])
    func whatNamesTheServerGoesAlsoWhenItIsAlone(name: HTTPField.Name) {
        var fields: HTTPFields = [name: "leaky/1.0"]
        SecurityHeaders().apply(to: &fields, isSecure: false, isAuthenticated: false)
        #expect(fields[name] == nil && fields[.xContentTypeOptions] == "nosniff")
    }

    @Test func strictTransportSecurityNeedsHTTPSAndASetting() {
        var secure = HTTPFields()
        SecurityHeaders(strictTransportSecurity: .seconds(60)).apply(to: &secure, isSecure: true, isAuthenticated: false)
        #expect(secure[.strictTransportSecurity] == "max-age=60; includeSubDomains")
        var development = HTTPFields()
        SecurityHeaders().apply(to: &development, isSecure: true, isAuthenticated: false)
        #expect(development[.strictTransportSecurity] == nil)
        #expect(development[.cacheControl] == nil)
    }

    @Test func aPageMayBringItsOwnPolicyAndTheLegacyFilterIsASetting() {
        var fields: HTTPFields = [.contentSecurityPolicy: "default-src 'self'", .cacheControl: "max-age=60"]
        SecurityHeaders(profile: .page, legacyXSSFilter: true).apply(to: &fields, isSecure: false, isAuthenticated: true)
        #expect(fields[values: .contentSecurityPolicy] == ["default-src 'self'"])
        #expect(fields[.cacheControl] == "max-age=60")
        #expect(fields[.xXSSProtection] == "1; mode=block")
    }

    @Test(arguments: [
        ("Bearer abc.def.ghi", BearerToken.present("abc.def.ghi")), ("bearer x", .present("x")), ("BEARER x", .present("x")),
        ("Bearer", .malformed), ("Bearer ", .malformed), ("Bearer a b", .malformed), ("Bearer  a", .malformed), ("Basic abc", .malformed),
        ("Bearer\tabc", .malformed), ("Bearerabc", .malformed), ("", .malformed), ("Bearer é", .malformed), ("bEARER x", .present("x")),
    ])
    func bearerTokensAreReadStrictly(value: String, expected: BearerToken) {
        #expect(BearerToken(of: [.authorization: value]) == expected)
    }

    @Test func absentAndDoubledAuthorizationAreToldApart() {
        #expect(BearerToken(of: [:]) == .absent)
        var fields = HTTPFields()
        fields.append(HTTPField(name: .authorization, value: "Bearer a"))
        fields.append(HTTPField(name: .authorization, value: "Bearer a"))
        #expect(BearerToken(of: fields) == .malformed)
    }

    @Test(arguments: [
        ("/api/property/7", ["GET", "HEAD"]), ("/api/auth/login", ["POST"]), ("/api/auth/login/", ["POST"]), ("/", ["GET", "HEAD"]),
        ("/nothing", []), ("/api/property", []), ("/api/property/7/x", []), ("/files/a/b/c", ["DELETE", "GET", "HEAD"]),
        ("/api/me", ["GET", "HEAD"]),
    ])
    func theAllowHeaderListsWhatTheRouteAnswers(path: String, expected: [String]) {
        var table = AllowedMethods()
        for (method, pattern) in [
            ("GET", "/"), ("GET", "/api/property/{id}"), ("POST", "/api/auth/login"), ("GET", "/files/**"), ("DELETE", "files/a/**"),
            ("GET", "/api/:who"),
        ] {
            table.add(method, pattern)
        }
        let expected = path == "/api/property" ? ["GET", "HEAD"] : expected
        #expect(table.methods(for: path) == expected)
    }

    @Test(arguments: [
        ("application/json", true), ("Application/JSON; charset=UTF-8", true), ("application/problem+json", true),
        ("application/json;charset=\"utf-8\"", true),
        ("application/json; charset=latin1", false), ("text/json", false), ("application/jsonx", false), ("", false), (";", false),
        ("text/plain", false),
        ("application/x-www-form-urlencoded", false), ("+json", false),
    ])
    func jsonBodiesAreRecognised(contentType: String, isJSON: Bool) {
        #expect(MediaType.isJSON(contentType) == isJSON)
    }

    @Test func plainJSONIsSentOnlyWhenAskedForByName() {
        #expect(MediaType.prefersPlainJSON(accept: "application/json"))
        #expect(MediaType.prefersPlainJSON(accept: "text/html, application/json;q=0.9"))
        #expect(!MediaType.prefersPlainJSON(accept: "application/json, application/problem+json"))
        #expect(!MediaType.prefersPlainJSON(accept: "*/*"))
        #expect(!MediaType.prefersPlainJSON(accept: nil))
        #expect(!MediaType.prefersPlainJSON(accept: String(repeating: "application/json,", count: 1000)))
    }

    @Test func everyFieldNameIsAValidToken() {
        let names: [HTTPField.Name] = [
            .xRequestID, .xForwardedFor, .xForwardedProto, .forwarded, .xFrameOptions, .xXSSProtection, .xPoweredBy, .referrerPolicy,
            .permissionsPolicy, .crossOriginOpenerPolicy, .xRateLimitLimit, .xRateLimitRemaining, .xRateLimitReset, .xRateLimitLimitMinute,
            .xRateLimitRemainingMinute, .xRateLimitLimitHour, .xRateLimitRemainingHour, .rateLimit, .rateLimitPolicy, .rateLimitLimit,
            .rateLimitRemaining, .rateLimitReset,
        ]
        #expect(Set(names.map(\.canonicalName)).count == names.count)
    }
}
