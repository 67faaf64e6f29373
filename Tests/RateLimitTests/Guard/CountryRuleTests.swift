import RateLimit
import Testing

@Suite struct CountryRuleTests {
    @Test(arguments: ["EG", "eg", "Eg", "T1"]) func anAllowListLetsItsCountriesPass(code: String) throws {
        let rule = try CountryRule(allowingOnly: ["eg", "SA", "T1"], unknown: .refuse)
        #expect(rule.action(for: code) == .pass)
        #expect(rule.action(for: "FR") == .refuse)
    }

    @Test func aBlockListStopsItsCountries() throws {
        let rule = try CountryRule(blocking: ["AA"], action: .slow(.seconds(1)), unknown: .log)
        #expect(rule.action(for: "aa") == .slow(.seconds(1)))
        #expect(rule.action(for: "ab") == .pass)
        #expect(rule.action(for: "T1") == .pass)
    }

    @Test(arguments: [
        nil, "", "E", "EGY", "XX", "xx", "ZZ", "1T", "E\0", " EG", "ÄÖ", "E-", "@@", "[]", "{}", "E\u{10}",
        String(repeating: "E", count: 1 << 20),
    ])
    func whatSaysNoCountryIsUnknown(code: String?) throws {
        #expect(try CountryRule(allowingOnly: ["EG"], unknown: .log).action(for: code) == .log)
        #expect(try CountryRule(blocking: ["EG"], unknown: .refuse).action(for: code) == .refuse)
    }

    @Test func everyPairIsTheOnlyOneOfItsKind() throws {
        let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map { Character(Unicode.Scalar($0)) }
        let codes = letters.flatMap { first in letters.map { "\(first)\($0)" } + (0...9).map { "\(first)\($0)" } }
        for code in ["AA", "AZ", "T1", "B0", "ZA"] {
            let rule = try CountryRule(allowingOnly: [code], unknown: .log)
            #expect(codes.filter { rule.action(for: $0) == .pass } == [code])
        }
    }

    @Test(arguments: [[], [""], ["EGY"], ["EG", "1"], ["XX"], ["E\0"]]) func nonsenseIsRefused(codes: [String]) {
        #expect(abuseRuleCode { _ = try CountryRule(allowingOnly: codes, unknown: .log) } == .country)
        #expect(abuseRuleCode { _ = try CountryRule(blocking: codes, unknown: .log) } == .country)
    }

    @Test func theGuardAppliesItAndSaysWhy() throws {
        let bench = try GuardBench { $0.country = try CountryRule(allowingOnly: ["EG"], unknown: .slow(.seconds(1))) }
        #expect(bench.guardian.judge(bench.visitor(country: "EG")) == .pass)
        #expect(AbuseReasonProbe(bench.guardian.judge(bench.visitor(country: "FR"))).stage == .country)
        guard case .slow(.seconds(1), let reason) = bench.guardian.judge(bench.visitor(country: nil)) else {
            Issue.record("unknown countries are slowed down")
            return
        }
        #expect(reason.stage == .country)
        #expect(bench.count("country") == 2)
    }
}
