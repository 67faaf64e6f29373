import RateLimit
import Testing

@Suite struct UserAgentRulesTests {
    @Test(arguments: [
        ("sqlmap/1.8#stable (https://sqlmap.org)", AbuseAction.refuse),
        ("Mozilla/5.00 (Nikto/2.1.5) (Evasions:None) (Test:Port Check)", .refuse),
        ("Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)", .refuse),
        ("Fuzz Faster U Fool v2.1.0", .refuse), ("WPScan v3.8 (https://wpscan.com)", .refuse), ("masscan/1.3", .refuse),
        ("Mozilla/4.0 (Hydra)", .refuse), ("Mozilla/5.0 zgrab/0.x", .refuse), ("gobuster/3.6", .refuse),
        ("Scrapy/2.11 (+https://scrapy.org)", .slow(.seconds(1))), ("HTTrack 3.0x", .slow(.seconds(1))),
        ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", .slow(.seconds(1))), ("", .log), (" \t ", .log),
    ])
    func theStandardListKnowsItsOwn(agent: String, action: AbuseAction) {
        #expect(UserAgentRules.standard.action(for: agent) == action)
        #expect(UserAgentRules.standard.action(for: agent.uppercased()) == action)
    }

    @Test(arguments: [
        GuardBench.browser,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.11.1", "python-requests/2.32.3",
        "Go-http-client/2.0", "okhttp/5.0.0", "MyApp/3 CFNetwork/3826 Darwin/25.0", "kube-probe/1.34", "Prometheus/3.1.0", "\0", "تطبيق/1",
    ])
    func ordinaryClientsPass(agent: String) {
        #expect(UserAgentRules.standard.action(for: agent) == (agent == "\0" ? .log : nil))
    }

    @Test func aMissingFieldIsAnEmptyOne() throws {
        #expect(UserAgentRules.standard.action(for: nil) == .log)
        #expect(try UserAgentRules([], empty: .refuse).action(for: nil) == .refuse)
        #expect(UserAgentRules.none.action(for: nil) == .pass)
    }

    @Test func theFirstRuleThatMatchesDecidesWhereverItMatches() throws {
        let rules = try UserAgentRules([
            UserAgentRule("goodbot/", .pass), UserAgentRule("bot", .slow(.seconds(2))), UserAgentRule("evil", .refuse),
            UserAgentRule("ilgo", .log),
        ])
        #expect(rules.action(for: "evil goodbot/1") == .pass)
        #expect(rules.action(for: "evilbot") == .slow(.seconds(2)))
        #expect(rules.action(for: "evilgoodbo") == .refuse)
        #expect(rules.action(for: "vilgoo") == .log)
        #expect(rules.action(for: "goodbo/") == nil)
    }

    /// Overlapping patterns against a search pattern by pattern.
    @Test(arguments: 0..<20) func theMatcherAgreesWithSearchingOneByOne(seed: UInt64) throws {
        var state = seed &* 0x2545_f491_4f6c_dd1d | 1
        func word(_ length: ClosedRange<Int>) -> String {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let count = length.lowerBound + Int(state >> 33) % length.count
            return String(
                (0..<count).map { _ -> Character in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return ["a", "b", "A", "c"][Int(state >> 40) % 4]
                })
        }
        var texts: [String] = []
        while texts.count < 12 {
            let text = word(1...6).lowercased()
            if !texts.contains(text) && text.count > 2 { texts.append(text) }
        }
        let rules = try UserAgentRules(texts.enumerated().map { try UserAgentRule($1, .slow(.seconds($0 + 1))) })
        for _ in 0..<100 {
            let agent = word(1...40)
            let bytes = Array(agent.lowercased().utf8)
            let first = texts.firstIndex { text in
                let text = Array(text.utf8)
                return bytes.indices.contains { bytes[$0...].starts(with: text) }
            }
            #expect(rules.action(for: agent) == first.map { .slow(.seconds($0 + 1)) }, "\(agent) \(texts)")
        }
    }

    @Test func onlyTheFirst512BytesAreRead() {
        let padding = String(repeating: "x", count: 506)
        #expect(UserAgentRules.standard.action(for: padding + "sqlmap") == .refuse)
        #expect(UserAgentRules.standard.action(for: padding + "xsqlmap") == nil)
        #expect(UserAgentRules.standard.action(for: String(repeating: "nikt", count: 1 << 18)) == nil)
        #expect(UserAgentRules.standard.action(for: String(repeating: " ", count: 1 << 20)) == .log)
    }

    @Test func nonsenseIsRefused() throws {
        #expect(abuseRuleCode { _ = try UserAgentRule("", .log) } == .emptyText)
        #expect(abuseRuleCode { _ = try UserAgentRule(" ", .log) } == .emptyText)
        #expect(abuseRuleCode { _ = try UserAgentRule(String(repeating: "a", count: 129), .log) } == .textTooLong)
        #expect(abuseRuleCode { _ = try UserAgentRule("a", .slow(.zero)) } == .duration)
        #expect(abuseRuleCode { _ = try UserAgentRule("a", .slow(.seconds(61))) } == .duration)
        #expect(abuseRuleCode { _ = try UserAgentRule("a", .block(for: .seconds(-1))) } == .duration)
        #expect(abuseRuleCode { _ = try UserAgentRules([UserAgentRule("Bot", .log), UserAgentRule("bOT", .pass)]) } == .duplicateName)
        #expect(abuseRuleCode { _ = try UserAgentRules((0..<1025).map { try UserAgentRule("a\($0)", .log) }) } == .tooManyRules)
        let long = try (0..<129).map { try UserAgentRule(String(repeating: "a", count: 120) + "\(10_000_000 + $0)", .log) }
        #expect(abuseRuleCode { _ = try UserAgentRules(long) } == .tooManyRules)
        #expect(abuseRuleCode { _ = try UserAgentRules([], empty: .block(for: .zero)) } == .duration)
    }

    @Test func theBuiltInListsCanBeExtended() throws {
        let rules = try UserAgentRules([UserAgentRule("scrapy/partner", .pass)] + UserAgentRules.scanners + UserAgentRules.scrapers)
        #expect(rules.action(for: "Scrapy/Partner") == .pass)
        #expect(rules.action(for: "Scrapy/2") == .slow(.seconds(1)))
    }
}
