import HardeningCore
import RateLimit
import Testing

/// The pipeline: who speaks first, and what is said.
@Suite(.timeLimit(.minutes(60))) struct AbuseGuardTests {
    /// What can be wrong with a visitor, in the order in which it is asked.
    enum Flaw: Int, CaseIterable, Sendable {
        case blocked, country, lockedOut, userAgent, pattern

        var stage: AbuseReason.Stage {
            switch self {
            case .blocked: .blockList
            case .country: .country
            case .lockedOut: .lockout
            case .userAgent: .userAgent
            case .pattern: .pattern
            }
        }
    }

    private static func bench() throws -> GuardBench {
        try GuardBench {
            $0.accountLockout = .fiveFailuresLockAnHour
            $0.country = try CountryRule(blocking: ["QQ"], unknown: .pass)
            $0.patterns = try PatternRules([PatternRule("probing", .missingPages, threshold: 5, within: .seconds(60), .refuse)])
        }
    }

    private func spoil(_ visitor: inout AbuseGuard.Visitor, _ flaw: Flaw, _ bench: GuardBench) throws {
        switch flaw {
        case .blocked: try bench.guardian.lists.block(.addresses(parsing: "192.0.2.0/24"), reason: "listed")
        case .country: visitor.country = "QQ"
        case .lockedOut:
            visitor.account = "ana"
            for _ in 0..<5 { bench.guardian.lockout.attempt("ana") }
        case .userAgent: visitor.userAgent = "sqlmap/1.8"
        case .pattern: for page in 0..<20 { bench.guardian.observe(.missingPage("/\(page)"), by: visitor) }
        }
    }

    @Test(arguments: Flaw.allCases, Flaw.allCases) func theEarlierStageSpeaks(one: Flaw, other: Flaw) throws {
        let bench = try Self.bench()
        var visitor = bench.visitor()
        try spoil(&visitor, one, bench)
        if other != one { try spoil(&visitor, other, bench) }
        let first = one.rawValue <= other.rawValue ? one : other
        let verdict = bench.guardian.judge(visitor)
        #expect(verdict.isRefusal && verdict.reason?.stage == first.stage)
    }

    @Test(arguments: Flaw.allCases) func whatIsAllowedPassesEverything(flaw: Flaw) throws {
        let subjects: [AccessEntry.Subject] = [
            try .addresses(parsing: "192.0.0.0/16"), .user("u-1"), .userAgent(containing: flaw == .userAgent ? "SQLMAP" : "firefox"),
        ]
        for subject in subjects {
            let bench = try Self.bench()
            var visitor = bench.visitor(user: "u-1")
            try spoil(&visitor, flaw, bench)
            #expect(bench.guardian.judge(visitor).isRefusal)
            let entry = try bench.guardian.lists.allow(subject, reason: "monitoring", for: .seconds(10))
            #expect(bench.guardian.judge(visitor) == .pass)
            #expect(bench.count("allowed") == 1)
            bench.guardian.lists.lift(entry.id)
            #expect(bench.guardian.judge(visitor).isRefusal)
        }
    }

    @Test func aMilderVerdictGivesWayToAHarsherOneOfALaterStage() throws {
        let bench = try GuardBench {
            $0.country = try CountryRule(blocking: ["QQ"], action: .log, unknown: .pass)
            $0.userAgents = try UserAgentRules([UserAgentRule("slowbot", .slow(.seconds(1))), UserAgentRule("logbot", .log)])
            $0.patterns = try PatternRules([PatternRule("probing", .missingPages, threshold: 5, within: .seconds(60), .refuse)])
        }
        let judge = { (country: String, agent: String) in bench.guardian.judge(bench.visitor(agent: agent, country: country)) }
        #expect(judge("QQ", "x").reason?.stage == .country)
        #expect(judge("QQ", "slowbot").reason?.stage == .userAgent)
        #expect(judge("QQ", "logbot").reason?.stage == .country)
        for page in 0..<20 { bench.guardian.observe(.missingPage("/\(page)"), by: bench.visitor()) }
        #expect(judge("QQ", "slowbot").reason?.stage == .pattern)
    }

    @Test func anOrdinaryVisitorPassesWithoutATrace() {
        let bench = GuardBench()
        let events = bench.guardian.events.subscribe()
        for _ in 0..<100 { #expect(bench.guardian.judge(bench.visitor(user: "u", country: "EG", account: "ana")) == .pass) }
        #expect(events.drain().isEmpty)
        #expect(bench.guardian.snapshot.counts.allSatisfy { $0.count == 0 })
    }

    @Test func aLockedSignInIsToldWhenToComeBackAndNotTheRestOfTheService() throws {
        let bench = try Self.bench()
        for _ in 0..<5 {
            guard case .allowed(let attempt) = bench.guardian.beginSignIn(bench.visitor(account: "ana")) else {
                Issue.record("five may try")
                return
            }
            attempt.failed()
        }
        let probe = AbuseReasonProbe(bench.guardian.judge(bench.visitor(account: "ana")))
        #expect(probe == AbuseReasonProbe(stage: .lockout, rule: "locked", retryAfter: .seconds(3600)))
        #expect(bench.guardian.judge(bench.visitor()) == .pass)
        bench.time.advance(by: .seconds(3600))
        #expect(bench.guardian.judge(bench.visitor(account: "ana")) == .pass)
    }

    @Test func anAllowedVisitorIsNeitherCountedNorLocked() throws {
        let bench = try Self.bench()
        try bench.guardian.lists.allow(.addresses(parsing: "192.0.2.1"), reason: "load test")
        for _ in 0..<100 {
            guard case .allowed(let attempt) = bench.guardian.beginSignIn(bench.visitor(account: "ana")) else {
                Issue.record("allowed visitors are not locked")
                return
            }
            attempt.failed()
        }
        #expect(bench.guardian.lockout.snapshot.accounts == 0)
    }

    @Test func aRuleAboutUserAgentsMayBlockTheAddress() throws {
        let bench = try GuardBench { $0.userAgents = try UserAgentRules([UserAgentRule("sqlmap", .block(for: .seconds(60)))]) }
        #expect(bench.guardian.judge(bench.visitor(agent: "sqlmap")).reason?.stage == .userAgent)
        #expect(AbuseReasonProbe(bench.guardian.judge(bench.visitor())).retryAfter == .seconds(60))
        #expect(bench.guardian.judge(bench.visitor(IPAddress(v4: 9))) == .pass)
        bench.time.advance(by: .seconds(60))
        #expect(bench.guardian.judge(bench.visitor()) == .pass)
    }

    @Test(arguments: [nil, 10, 3600]) func aRuleNeverTakesOverAnOperatorsBlock(seconds: Int?) throws {
        let bench = try GuardBench {
            $0.patterns = try PatternRules([
                PatternRule("probing", .missingPages, threshold: 5, within: .seconds(60), .block(for: .seconds(60)))
            ])
        }
        let entry = try bench.guardian.lists.block(
            .addresses(parsing: "192.0.2.1"), reason: "operator", for: seconds.map { .seconds($0) })
        for page in 0..<20 { bench.guardian.observe(.missingPage("/\(page)"), by: bench.visitor()) }
        #expect(bench.guardian.lists.entries == [entry])
    }

    @Test func userAgentsSeenBeforeAreJudgedAsTheFirstTime() {
        let bench = GuardBench()
        for _ in 0..<3 {
            for number in 0..<600 {
                #expect(bench.guardian.judge(bench.visitor(agent: "app/\(number)")) == .pass)
                if number % 50 == 0 { #expect(bench.guardian.judge(bench.visitor(agent: "nikto/\(number)")).isRefusal) }
            }
        }
    }

    @Test func everyVerdictIsCountedAndReportedByRule() {
        let bench = GuardBench()
        let events = bench.guardian.events.subscribe()
        for agent in ["sqlmap", "sqlmap", "scrapy", nil] { _ = bench.guardian.judge(bench.visitor(agent: agent)) }
        #expect(events.drain().map(\.kind) == [.refused, .refused, .slowed, .logged])
        #expect(["sqlmap", "scrapy", "(empty)", "nikto"].map(bench.count) == [2, 1, 1, 0])
    }

    @Test(arguments: [nil, "", "\0", String(repeating: "\0", count: 1 << 20), String(repeating: "sqlma", count: 1 << 18), "\u{FFFD}\r\n"])
    func garbageIsJudgedAndHurtsNobody(text: String?) throws {
        let bench = try Self.bench()
        try bench.guardian.lists.block(.user("someone else"), reason: "r")
        let visitor = bench.visitor(user: text, agent: text, country: text, account: text)
        #expect(!bench.guardian.judge(visitor).isRefusal)
        for _ in 0..<3 { _ = bench.guardian.beginSignIn(visitor) }
        for text in [text ?? "", "x"] { bench.guardian.observe(.endpoint(text), by: visitor) }
        #expect(bench.guardian.judge(bench.visitor()) == .pass)
    }

    @Test func theSnapshotTellsAnOperatorWhatIsGoingOn() throws {
        let bench = try Self.bench()
        try bench.guardian.lists.block(.user("u"), reason: "fraud", for: .seconds(30))
        for _ in 0..<5 { bench.guardian.lockout.attempt("ana", GuardBench.home) }
        bench.guardian.observe(.missingPage("/"), by: bench.visitor())
        bench.time.advance(by: .seconds(10))
        let snapshot = bench.guardian.snapshot
        #expect(snapshot.entries.map { $0.remaining(at: snapshot.time) } == [.seconds(20)])
        #expect(snapshot.lockout.accounts == 1 && snapshot.lockout.lockedAccounts == 1 && snapshot.lockout.addresses == 1)
        #expect(snapshot.lockout.lockedAddresses == 0 && snapshot.watched == 1 && snapshot.watchBytes > 0)
    }
}
