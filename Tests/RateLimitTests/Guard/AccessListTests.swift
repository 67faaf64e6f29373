import HardeningCore
import RateLimit
import Testing

@Suite(.timeLimit(.minutes(60))) struct AccessListTests {
    private let bench = GuardBench { $0.userAgents = .none }
    private var lists: AccessList { bench.guardian.lists }

    private func isBlocked(_ address: String) throws -> Bool {
        let address: IPAddress = try #require(IPAddress(address))
        return bench.guardian.judge(bench.visitor(address)).isRefusal
    }

    @Test func aBlockConcernsItsAddressesAndNoOthers() throws {
        try lists.block(.addresses(parsing: "203.0.113.0/24"), reason: "stuffing")
        try lists.block(.addresses(parsing: "2001:db8::/32"), reason: "stuffing")
        #expect(try isBlocked("203.0.113.7") && isBlocked("::ffff:203.0.113.7") && isBlocked("2001:db8:ffff::1"))
        #expect(try !isBlocked("203.0.114.0") && !isBlocked("203.0.112.255") && !isBlocked("2001:db9::1"))
    }

    @Test func theWholeInternetAndASingleAddressAreBlocksToo() throws {
        let one = try lists.block(.addresses(parsing: "198.51.100.4"), reason: "one")
        #expect(try isBlocked("198.51.100.4") && !isBlocked("198.51.100.5"))
        lists.lift(one.id)
        try lists.block(.addresses(parsing: "0.0.0.0/0"), reason: "all")
        #expect(try isBlocked("8.8.8.8") && !isBlocked("2001:db8::1"))
    }

    @Test func usersAndUserAgentsAreListedToo() throws {
        try lists.block(.user("u-17"), reason: "fraud")
        try lists.block(.userAgent(containing: "EvilBot"), reason: "scraping")
        let guardian = bench.guardian
        #expect(guardian.judge(bench.visitor(user: "u-17")).isRefusal)
        #expect(!guardian.judge(bench.visitor(user: "U-17")).isRefusal)
        #expect(guardian.judge(bench.visitor(agent: "x/1 (eVILbOT)")).isRefusal)
        #expect(!guardian.judge(bench.visitor(agent: nil)).isRefusal)
        #expect(!guardian.judge(bench.visitor(nil)).isRefusal)
    }

    @Test func anEntryEndsAtItsExpiryAndTheVerdictSaysWhen() throws {
        try lists.block(.addresses(parsing: "192.0.2.1"), reason: "cool down", for: .seconds(60))
        bench.time.advance(by: .seconds(60) - .nanoseconds(1))
        let reason = AbuseReasonProbe(bench.guardian.judge(bench.visitor()))
        #expect(reason == AbuseReasonProbe(stage: .blockList, rule: "cool down", retryAfter: .nanoseconds(1)))
        bench.time.advance(by: .nanoseconds(1))
        #expect(bench.guardian.judge(bench.visitor()) == .pass)
        #expect(lists.entries.isEmpty)
    }

    @Test func ofSeveralBlocksTheLongestIsReported() throws {
        try lists.block(.addresses(parsing: "192.0.2.1"), reason: "short", for: .seconds(60))
        try lists.block(.addresses(parsing: "192.0.0.0/16"), reason: "long", for: .seconds(600))
        try lists.block(.userAgent(containing: "firefox"), reason: "medium", for: .seconds(300))
        #expect(AbuseReasonProbe(bench.guardian.judge(bench.visitor())).retryAfter == .seconds(600))
    }

    @Test func anExpiredUserAgentDoesNotHideOneInForce() throws {
        try lists.block(.userAgent(containing: "firefox"), reason: "a", for: .seconds(60))
        try lists.block(.userAgent(containing: "gecko"), reason: "b", for: .seconds(30))
        bench.time.advance(by: .seconds(45))
        #expect(AbuseReasonProbe(bench.guardian.judge(bench.visitor())).rule == "a")
        try lists.block(.userAgent(containing: "mozilla"), reason: "c")
        bench.time.advance(by: .seconds(45))
        #expect(AbuseReasonProbe(bench.guardian.judge(bench.visitor())).rule == "c")
    }

    @Test func liftingTakesAwayThatEntryOnly() throws {
        let narrow = try lists.block(.addresses(parsing: "192.0.2.1"), reason: "narrow")
        try lists.block(.addresses(parsing: "192.0.2.0/24"), reason: "wide")
        #expect(lists.lift(narrow.id) == narrow)
        #expect(lists.lift(narrow.id) == nil)
        #expect(AbuseReasonProbe(bench.guardian.judge(bench.visitor())).rule == "wide")
        #expect(lists.lift(.block, try .addresses(parsing: "192.0.2.0/24"))?.reason == "wide")
        #expect(bench.guardian.judge(bench.visitor()) == .pass)
        let agent = try lists.block(.userAgent(containing: "FireFox"), reason: "agent")
        #expect(lists.lift(.block, .userAgent(containing: "fIREfOX")) == agent)
        #expect(bench.guardian.judge(bench.visitor()) == .pass)
    }

    @Test func aSecondEntryForTheSameSubjectReplacesTheFirst() throws {
        let first = try lists.block(.user("u"), reason: "first", for: .seconds(10))
        let second = try lists.block(.user("u"), reason: "second")
        #expect(lists.entries == [second])
        #expect(first.id != second.id && second.remaining(at: bench.time.monotonic) == nil)
        try lists.allow(.user("u"), reason: "both may be there")
        #expect(lists.entries.count == 2)
    }

    @Test func aFullListSaysSoAndForgetsNobody() throws {
        let list = AccessList(capacity: 3, time: .manual(bench.time))
        for number in 1...3 { try list.block(.user("u\(number)"), reason: "r", for: .seconds(number)) }
        #expect(abuseRuleCode { try list.block(.user("u4"), reason: "r") } == .listFull)
        #expect(list.entries.count == 3)
        try list.block(.user("u3"), reason: "replacing needs no room", for: .seconds(3))
        bench.time.advance(by: .seconds(1))
        try list.block(.user("u4"), reason: "r")
        #expect(list.entries.map(\.subject) == [.user("u2"), .user("u3"), .user("u4")])
    }

    @Test func userAgentTextsAreBounded() throws {
        for number in 0..<128 {
            try lists.block(.userAgent(containing: String(repeating: "a", count: 124) + "\(1000 + number)"), reason: "r")
        }
        #expect(abuseRuleCode { try lists.block(.userAgent(containing: "one more"), reason: "r") } == .listFull)
        try lists.allow(.userAgent(containing: "one more"), reason: "allowed texts have their own room")
    }

    @Test func thousandsOfBlocksAreFoundLikeOne() throws {
        for number in UInt32(0)..<5000 {
            try lists.block(.addresses(parsing: "\(IPAddress(v4: 0x0a00_0000 | number << 8))/24"), reason: "net \(number)")
        }
        for number in stride(from: UInt32(0), to: 5000, by: 97) {
            let verdict = bench.guardian.judge(bench.visitor(IPAddress(v4: 0x0a00_0000 | number << 8 | 200)))
            #expect(AbuseReasonProbe(verdict).rule == "net \(number)")
        }
        #expect(try !isBlocked("10.19.136.1"))
    }

    @Test(arguments: [
        ("10.1.2.3/8", AbuseRuleError.Code.addresses), ("10.0.0.0/33", .addresses), ("", .addresses), ("example.org", .addresses),
        ("\0", .addresses), ("010.0.0.1", .addresses), (String(repeating: "1", count: 1 << 20), .addresses),
    ])
    func malformedBlocksAreRefused(text: String, code: AbuseRuleError.Code) {
        #expect(abuseRuleCode { _ = try AccessEntry.Subject.addresses(parsing: text) } == code)
    }

    @Test func emptyAndEndlessTextsAreRefused() {
        let long = String(repeating: "x", count: 257)
        #expect(abuseRuleCode { try lists.block(.user(""), reason: "r") } == .emptyText)
        #expect(abuseRuleCode { try lists.block(.userAgent(containing: " \t"), reason: "r") } == .emptyText)
        #expect(abuseRuleCode { try lists.block(.user("u"), reason: "") } == .emptyText)
        #expect(abuseRuleCode { try lists.block(.user("u"), reason: long) } == .textTooLong)
        #expect(abuseRuleCode { try lists.block(.user(long), reason: "r") } == .textTooLong)
        #expect(abuseRuleCode { try lists.allow(.userAgent(containing: long), reason: "r") } == .textTooLong)
        #expect(abuseRuleCode { try lists.allow(.user("u"), reason: "r", for: .zero) } == .duration)
        #expect(lists.lift(.block, .user("")) == nil)
        #expect(lists.entries.isEmpty)
    }

    @Test func readersAndWritersMayRace() async throws {
        let (lists, guardian, visitor) = (lists, bench.guardian, bench.visitor())
        try lists.block(.addresses(parsing: "192.0.2.0/24"), reason: "always")
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for round in 0..<200 {
                        let entry = try? lists.block(.user("u\(task)"), reason: "\(round)")
                        #expect(guardian.judge(visitor).isRefusal)
                        if let entry { lists.lift(entry.id) }
                    }
                }
            }
        }
        #expect(lists.entries.count == 1)
    }
}

/// What a verdict says, in a form that compares at a glance.
struct AbuseReasonProbe: Equatable {
    var stage: AbuseReason.Stage?
    var rule: String?
    var retryAfter: Duration?

    init(stage: AbuseReason.Stage?, rule: String?, retryAfter: Duration?) {
        (self.stage, self.rule, self.retryAfter) = (stage, rule, retryAfter)
    }

    init(_ verdict: AbuseGuard.Verdict) {
        (stage, rule) = (verdict.reason?.stage, verdict.reason?.rule)
        if case .refuse(_, let wait) = verdict { retryAfter = wait }
    }
}
