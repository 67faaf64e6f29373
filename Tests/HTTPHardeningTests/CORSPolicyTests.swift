import HTTPHardening
import HTTPTypes
import Testing

@Suite struct CORSPolicyTests {
    /// Every combination of what decides, against the rule written down once more.
    @Test func theDecisionTableHoldsInEveryCell() throws {
        let listed = "https://app.example.com"
        for allowsCredentials in [false, true] {
            let policy = try CORSPolicy(
                origins: [listed, "http://localhost:3000"], methods: [.get, .put], requestHeaders: [.contentType, .authorization],
                exposedHeaders: [.retryAfter, .eTag], allowsCredentials: allowsCredentials)
            for method in [HTTPRequest.Method.get, .post, .options] {
                for origins in [[], [listed], ["http://localhost:3000"], ["https://evil.example"], ["null"], [listed, listed], [""]] {
                    for asks in [false, true] {
                        var fields = HTTPFields()
                        for origin in origins { fields.append(HTTPField(name: .origin, value: origin)) }
                        if asks { fields[.accessControlRequestMethod] = "PUT" }
                        let isAllowed = origins == [listed] || origins == ["http://localhost:3000"]
                        let isPreflight = method == .options && !origins.isEmpty && asks
                        check(
                            policy.decide(method, fields), isPreflight: isPreflight, origin: isAllowed ? origins[0] : nil,
                            allowsCredentials: allowsCredentials)
                    }
                }
            }
        }
    }

    private func check(_ decision: CORSPolicy.Decision, isPreflight: Bool, origin: String?, allowsCredentials: Bool) {
        let fields: HTTPFields
        switch decision {
        case .preflight(let answer):
            #expect(isPreflight)
            #expect(answer[.accessControlAllowMethods] == (origin == nil ? nil : "GET, PUT"))
            #expect(answer[.accessControlMaxAge] == (origin == nil ? nil : "600"))
            #expect(answer[.accessControlExposeHeaders] == nil)
            #expect(answer[.accessControlAllowHeaders] == (origin == nil ? nil : "Content-Type, Authorization"))
            #expect(answer[.vary] == "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
            fields = answer
        case .request(let answer):
            #expect(!isPreflight)
            #expect(answer[.accessControlAllowMethods] == nil)
            #expect(answer[.accessControlAllowHeaders] == nil)
            #expect(answer[.accessControlExposeHeaders] == (origin == nil ? nil : "Retry-After, ETag"))
            #expect(answer[.vary] == "Origin")
            fields = answer
        }
        #expect(fields[.accessControlAllowOrigin] == origin)
        #expect(fields[.accessControlAllowCredentials] == (origin != nil && allowsCredentials ? "true" : nil))
        if origin == nil { #expect(fields.count == 1, "a refused origin gets no CORS field: \(fields)") }
    }

    @Test func anyOriginIsAStarAndNeverHasCredentials() {
        let policy = CORSPolicy.anyOrigin()
        var fields = HTTPFields()
        fields[.origin] = "https://anything.example"
        guard case .request(let answer) = policy.decide(.get, fields) else { return #expect(Bool(false), "not a preflight") }
        #expect(answer[.accessControlAllowOrigin] == "*")
        #expect(answer[.accessControlAllowCredentials] == nil)
        #expect(answer[.vary] == "Origin")
    }

    /// An entry in another spelling than a browser's would never match, and nobody would know why.
    @Test(arguments: [
        "https://app.example.com/", "https://App.example.com", "app.example.com", "https://", "https://app.example.com:443",
        "http://app.example.com:80", "https://user@app.example.com", "https://*.example.com", "null", "", "ftp://app.example.com",
        "https://app..example.com", "https://-app.example.com", "https://app.example.com:0", "https://app.example.com:65536",
        "https://app.example.com:080", "https://app.example.com:", "https://app.example.com:8a", "https://exämple.com",
        "https://[::1", "https://[]", "https://[::G]", "https://app.example.com\r\nX: y", "https://\(String(repeating: "a", count: 300))",
    ])
    func anOriginThatNoBrowserSendsIsRefused(origin: String) {
        let error = #expect(throws: CORSPolicyError.self) { try CORSPolicy(origins: ["https://good.example", origin]) }
        #expect(error?.code == .malformedOrigin && error?.entry == origin)
        #expect(throws: CORSPolicyError.self) { try CSRFPolicy(origins: [origin]) }
    }

    @Test(arguments: [
        "https://app.example.com", "http://localhost:3000", "https://xn--exmple-cua.com", "http://127.0.0.1:8080", "https://[::1]:8443",
        "http://[2001:db8::1]", "https://a_b.example:1", "http://app.example.com:443", "https://app.example.com:80",
    ])
    func anOriginAsBrowsersWriteItIsTaken(origin: String) throws {
        let policy = try CORSPolicy(origins: [origin])
        guard case .request(let answer) = policy.decide(.get, [.origin: origin]) else { return #expect(Bool(false), "not a preflight") }
        #expect(answer[.accessControlAllowOrigin] == origin)
    }

    @Test func aWildcardInAListAndEndlessListsAreRefused() {
        #expect(#expect(throws: CORSPolicyError.self) { try CORSPolicy(origins: ["*"], allowsCredentials: true) }?.code == .wildcard)
        let many = (0...1000).map { "https://a\($0).example" }
        #expect(#expect(throws: CORSPolicyError.self) { try CORSPolicy(origins: many) }?.code == .tooManyOrigins)
    }

    @Test(arguments: [(-5, "0"), (0, "0"), (600, "600"), (1_000_000, "86400")] as [(Int, String)])
    func aPreflightIsRememberedForADayAtMost(seconds: Int, expected: String) throws {
        let policy = try CORSPolicy(origins: ["https://a.example"], maximumAge: .seconds(seconds))
        let decision = policy.decide(.options, [.origin: "https://a.example", .accessControlRequestMethod: "PUT"])
        guard case .preflight(let answer) = decision else { return #expect(Bool(false), "a preflight") }
        #expect(answer[.accessControlMaxAge] == expected)
    }
}
