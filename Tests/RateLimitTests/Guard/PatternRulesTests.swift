import HardeningCore
import RateLimit
import Testing

@Suite(.timeLimit(.minutes(60))) struct PatternRulesTests {
    private func bench(
        _ signal: PatternRule.Signal = .missingPages, _ threshold: Int = 20, _ action: AbuseAction = .refuse, watching: Int = 64
    ) throws -> GuardBench {
        try GuardBench {
            $0.patterns = try PatternRules([PatternRule("rule", signal, threshold: threshold, within: .seconds(60), action)])
            $0.watchCapacity = watching
        }
    }

    /// Different pages asked for until the rule trips.
    private func pagesUntilTripped(_ bench: GuardBench, _ address: IPAddress, atMost limit: Int) -> Int? {
        (1...limit).first { page in
            bench.guardian.observe(.missingPage("/\(page)"), by: bench.visitor(address))
            return bench.guardian.judge(bench.visitor(address)) != .pass
        }
    }

    @Test(arguments: [2, 10, 40, 100, 200, 400]) func aRuleTripsNearItsThresholdAndNeverBelowItsMinimum(threshold: Int) throws {
        let bench = try bench(.missingPages, threshold, watching: 1024)
        let minimum = try PatternRule("rule", .missingPages, threshold: threshold, within: .seconds(60), .log).minimumDistinct
        #expect(minimum <= threshold && minimum >= threshold / 2)
        let clients = threshold > 100 ? 20 : 50
        var counts: [Int] = []
        for client in 1...clients {
            counts.append(try #require(pagesUntilTripped(bench, IPAddress(v4: UInt32(client)), atMost: threshold * 2)))
        }
        let mean = Double(counts.reduce(0, +)) / Double(clients)
        #expect(counts.allSatisfy { $0 >= minimum })
        #expect(counts.allSatisfy { Double($0) <= Double(threshold) * 1.3 + 2 })
        #expect(abs(mean - Double(threshold)) <= Double(threshold) * 0.08 + 0.5)
    }

    @Test func theSameThingAgainCountsOnce() throws {
        let bench = try bench()
        for _ in 0..<1000 { bench.guardian.observe(.missingPage("/favicon.ico"), by: bench.visitor()) }
        for page in 0..<12 { bench.guardian.observe(.missingPage("/\(page)"), by: bench.visitor()) }
        #expect(bench.guardian.judge(bench.visitor()) == .pass)
    }

    @Test func onlyItsOwnSignalCounts() throws {
        let bench = try bench(.accounts)
        for number in 0..<60 {
            bench.guardian.observe(.missingPage("/\(number)"), by: bench.visitor())
            bench.guardian.observe(.endpoint("GET /\(number)"), by: bench.visitor())
        }
        #expect(bench.guardian.judge(bench.visitor()) == .pass)
        for number in 0..<60 { _ = bench.guardian.beginSignIn(bench.visitor(account: "a\(number)")) }
        #expect(AbuseReasonProbe(bench.guardian.judge(bench.visitor())).stage == .pattern)
    }

    @Test func whatIsSpreadOverMoreThanAWindowAndAThirdDoesNotTrip() throws {
        let bench = try bench(.endpoints)
        for number in 0..<300 {
            bench.guardian.observe(.endpoint("\(number)"), by: bench.visitor())
            #expect(bench.guardian.judge(bench.visitor()) == .pass)
            bench.time.advance(by: .milliseconds(5400))  // 15 in a window and a third
        }
        for number in 0..<60 {
            bench.guardian.observe(.endpoint("\(number)"), by: bench.visitor())
            bench.time.advance(by: .milliseconds(2000))  // 30 in a window
        }
        #expect(bench.guardian.judge(bench.visitor()).isRefusal)
    }

    /// Things at some seconds after the start, which falls together with the start of a third of a window.
    @Test(arguments: [[0, 20, 40], [0, 40], [19, 78], [0, 59], [19, 39, 59, 78], [5, 64]])
    func everythingWithinAWindowCounts(seconds: [Int]) throws {
        #expect(try isTripped(each: 48 / seconds.count, at: seconds))
    }

    @Test(arguments: [[0, 80], [0, 100], [19, 99], [0, 3600]]) func nothingOlderThanAWindowAndAThirdCounts(seconds: [Int]) throws {
        #expect(try !isTripped(each: 20, at: seconds))
    }

    private func isTripped(each count: Int, at seconds: [Int]) throws -> Bool {
        let bench = try bench(.endpoints, 30)
        var now = 0
        for second in seconds {
            bench.time.advance(by: .seconds(second - now))
            now = second
            for number in 0..<count { bench.guardian.observe(.endpoint("\(second) \(number)"), by: bench.visitor()) }
        }
        return bench.guardian.judge(bench.visitor()).isRefusal
    }

    @Test func aRuleThatStaysTrippedIsReportedOnce() throws {
        let bench = try bench()
        let events = bench.guardian.events.subscribe()
        for page in 0..<200 { bench.guardian.observe(.missingPage("/\(page)"), by: bench.visitor()) }
        #expect(events.drain().map(\.kind) == [.patternTripped])
    }

    @Test func aTrippedRuleHoldsForAWindowAfterTheLastThingTooMany() throws {
        let bench = try bench()
        _ = pagesUntilTripped(bench, GuardBench.home, atMost: 40)
        #expect(AbuseReasonProbe(bench.guardian.judge(bench.visitor())).retryAfter == .seconds(60))
        bench.time.advance(by: .seconds(60) - .nanoseconds(1))
        #expect(bench.guardian.judge(bench.visitor()).isRefusal)
        bench.time.advance(by: .nanoseconds(1))
        #expect(bench.guardian.judge(bench.visitor()) == .pass)
    }

    @Test func aBlockIsListedWithItsReasonAndCanBeLifted() throws {
        let bench = try bench(.missingPages, 20, .block(for: .seconds(600)))
        let events = bench.guardian.events.subscribe()
        let address = try #require(IPAddress("2001:db8::5"))
        #expect(pagesUntilTripped(bench, address, atMost: 40) != nil)
        let entry = try #require(bench.guardian.lists.entries.first)
        #expect(entry.subject == (try .addresses(parsing: "2001:db8::/64")) && entry.reason == "rule" && entry.isAutomatic)
        #expect(entry.remaining(at: bench.time.monotonic) == .seconds(600))
        #expect(events.drain().map(\.kind) == [.patternTripped, .blocked, .refused])
        #expect(bench.guardian.judge(bench.visitor(IPAddress("2001:db8::ffff"))).isRefusal)
        #expect(bench.guardian.judge(bench.visitor(IPAddress("2001:db8:0:1::"))) == .pass)
        bench.guardian.lists.lift(entry.id)
        #expect(bench.guardian.judge(bench.visitor(address)) == .pass)
        #expect(pagesUntilTripped(bench, address, atMost: 40).map { $0 > 10 } == true)
        bench.time.advance(by: .seconds(600))
        #expect(bench.guardian.judge(bench.visitor(address)) == .pass)
    }

    @Test func aFullListBlocksAllTheSame() throws {
        let bench = try GuardBench {
            $0.patterns = try PatternRules([
                PatternRule("rule", .missingPages, threshold: 5, within: .seconds(60), .block(for: .seconds(600)))
            ])
            $0.listCapacity = 1
        }
        for client in UInt32(1)...3 { #expect(pagesUntilTripped(bench, IPAddress(v4: client), atMost: 20) != nil) }
        #expect(bench.guardian.lists.entries.count == 1)
        bench.time.advance(by: .seconds(599))
        for client in UInt32(1)...3 { #expect(bench.guardian.judge(bench.visitor(IPAddress(v4: client))).isRefusal) }
        try bench.guardian.lists.block(.user("operators have their own room"), reason: "r")
        bench.time.advance(by: .seconds(1))
        for client in UInt32(1)...3 { #expect(bench.guardian.judge(bench.visitor(IPAddress(v4: client))) == .pass) }
    }

    @Test func aFloodOfClientsTakesNoMemoryAndFreesNobody() throws {
        let bench = try bench(.missingPages, 20, .refuse, watching: 16)
        #expect(pagesUntilTripped(bench, GuardBench.home, atMost: 40) != nil)
        let bytes = bench.guardian.snapshot.watchBytes
        for client in UInt32(1)...1000 { bench.guardian.observe(.missingPage("/"), by: bench.visitor(IPAddress(v4: client))) }
        let snapshot = bench.guardian.snapshot
        #expect(bench.guardian.judge(bench.visitor()).isRefusal)
        #expect(snapshot.watchBytes == bytes && snapshot.watched <= 32 && snapshot.unwatched > 900)
        bench.time.advance(by: .seconds(200))
        #expect(bench.guardian.snapshot.watched == 0)
        #expect(pagesUntilTripped(bench, IPAddress(v4: 500), atMost: 40) != nil)
    }

    @Test func ofSeveralTrippedRulesTheHarshestDecides() throws {
        let bench = try GuardBench {
            $0.patterns = try PatternRules([
                PatternRule("log", .missingPages, threshold: 5, within: .seconds(60), .log),
                PatternRule("slow", .missingPages, threshold: 10, within: .seconds(60), .slow(.seconds(3))),
                PatternRule("refuse", .missingPages, threshold: 30, within: .seconds(60), .refuse),
            ])
        }
        var rules: [String] = []
        for page in 0..<45 {
            bench.guardian.observe(.missingPage("/\(page)"), by: bench.visitor())
            if let rule = bench.guardian.judge(bench.visitor()).reason?.rule, rules.last != rule { rules.append(rule) }
        }
        #expect(rules == ["log", "slow", "refuse"])
    }

    @Test func manyTasksTripARuleOnce() async throws {
        let bench = try bench(.missingPages, 50, .block(for: .seconds(600)))
        let events = bench.guardian.events.subscribe()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for page in 0..<8 { bench.guardian.observe(.missingPage("/\(task)/\(page)"), by: bench.visitor()) }
                }
            }
        }
        #expect(events.drain().map(\.kind) == [.patternTripped, .blocked])
    }

    @Test func visitorsWithoutAddressAndEndlessTextsAreHarmless() throws {
        let bench = try bench()
        for number in 0..<100 { bench.guardian.observe(.missingPage("/\(number)"), by: bench.visitor(nil)) }
        #expect(bench.guardian.judge(bench.visitor(nil)) == .pass)
        let long = String(repeating: "/", count: 1 << 20)
        for number in 0..<50 { bench.guardian.observe(.missingPage(long + "\(number)"), by: bench.visitor()) }
        for path in ["", "\0", "\0\0"] { bench.guardian.observe(.missingPage(path), by: bench.visitor()) }
        #expect(bench.guardian.judge(bench.visitor()) == .pass)
    }

    @Test(arguments: [
        ("", 5, 60, AbuseRuleError.Code.emptyText), (String(repeating: "n", count: 65), 5, 60, .textTooLong), ("n", 0, 60, .threshold),
        ("n", 1, 60, .threshold), ("n", -3, 60, .threshold), ("n", 513, 60, .threshold), ("n", 5, 0, .duration), ("n", 5, -1, .duration),
        ("n", 5, 367 * 86_400, .duration),
    ])
    func nonsenseIsRefused(name: String, threshold: Int, window: Int, code: AbuseRuleError.Code) throws {
        let thrown = abuseRuleCode {
            _ = try PatternRule(name, .endpoints, threshold: threshold, within: .seconds(window), .log)
        }
        #expect(thrown == code)
        let rule = try PatternRule("same", .endpoints, threshold: 5, within: .seconds(1), .log)
        #expect(abuseRuleCode { _ = try PatternRules([rule, rule]) } == .duplicateName)
        #expect(
            abuseRuleCode {
                _ = try PatternRules((0..<17).map { try PatternRule("\($0)", .endpoints, threshold: 5, within: .seconds(1), .log) })
            } == .tooManyRules)
    }
}
