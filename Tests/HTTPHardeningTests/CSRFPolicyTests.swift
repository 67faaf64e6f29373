import HTTPHardening
import HTTPTypes
import Testing

@Suite struct CSRFPolicyTests {
    private static let listed = "https://app.example.com"

    /// Every combination of method, cookie, fetch metadata, origin and token, against the rule written down once more.
    @Test func theDecisionTableHoldsInEveryCell() throws {
        let policy = try CSRFPolicy(origins: [Self.listed])
        let methods: [HTTPRequest.Method] = [.get, .head, .options, .trace, .post, .put, .patch, .delete, .connect]
        let sites: [[String]] = [[], ["same-origin"], ["none"], ["same-site"], ["cross-site"], ["Same-Origin"], ["same-origin", "none"]]
        let origins: [[String]] = [[], [Self.listed], ["https://evil.example"], ["null"], [Self.listed, Self.listed]]
        let tokens: [[String]] = [[], ["good"], ["bad"], ["good", "good"]]
        var cells = 0
        for method in methods {
            for hasCookie in [false, true] {
                for site in sites {
                    for origin in origins {
                        for token in tokens {
                            var fields = HTTPFields()
                            for value in site { fields.append(HTTPField(name: .secFetchSite, value: value)) }
                            for value in origin { fields.append(HTTPField(name: .origin, value: value)) }
                            for value in token { fields.append(HTTPField(name: .xCSRFToken, value: value)) }
                            let decision = policy.decide(method, fields, isCookieAuthenticated: hasCookie) { $0 == "good" }
                            let passes =
                                !hasCookie || ["GET", "HEAD", "OPTIONS", "TRACE"].contains(method.rawValue)
                                || site == ["same-origin"] || site == ["none"] || origin == [Self.listed] || token == ["good"]
                            let expected: CSRFPolicy.Decision =
                                passes ? .pass : .refuse(token.isEmpty ? .missingToken : .invalidToken)
                            #expect(decision == expected, "\(method) cookie \(hasCookie) site \(site) origin \(origin) token \(token)")
                            cells += 1
                        }
                    }
                }
            }
        }
        #expect(cells == 9 * 2 * 7 * 5 * 4)
    }

    @Test func theTokenIsOnlyLookedAtWhenTheHeadersDoNotDecide() throws {
        let policy = try CSRFPolicy(origins: [Self.listed])
        var asked = 0
        let fields: HTTPFields = [.secFetchSite: "same-origin", .xCSRFToken: "x"]
        _ = policy.decide(.post, fields, isCookieAuthenticated: true) { _ in
            asked += 1
            return true
        }
        #expect(asked == 0)
        let long = String(repeating: "a", count: 4097)
        let decision = policy.decide(.post, [.xCSRFToken: long], isCookieAuthenticated: true) { _ in
            asked += 1
            return true
        }
        #expect(decision == .refuse(.invalidToken) && asked == 0)
    }
}
