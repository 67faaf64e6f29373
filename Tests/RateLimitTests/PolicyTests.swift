import HardeningCore
import RateLimit
import Testing

@Suite struct PolicyTests {
    typealias Code = RateLimitPolicyError.Code

    @Test(
        arguments: [
            ([.slidingWindow(-1, per: .seconds(1))], .negativeLimit),
            ([.slidingWindow(.min, per: .seconds(1))], .negativeLimit),
            ([.slidingWindow(.max, per: .seconds(1))], .limitTooLarge),
            ([.slidingWindow(RateLimitPolicy.maximumLimit + 1, per: .seconds(1))], .limitTooLarge),
            ([.slidingWindow(65_536, per: .seconds(86_400))], .limitTooLarge),
            ([.slidingWindow(1, per: .zero)], .windowTooShort),
            ([.slidingWindow(1, per: .seconds(-60))], .windowTooShort),
            ([.slidingWindow(1, per: .nanoseconds(1) / 2)], .windowTooShort),
            ([.slidingWindow(1, per: .seconds(367 * 86_400))], .windowTooLong),
            ([.slidingWindow(1, per: .seconds(Int64.max))], .windowTooLong),
            ([.slidingWindow(1, per: .seconds(1)), .slidingWindow(2, per: .milliseconds(1000))], .duplicateWindow),
            ([], .noWindows),
            ((1...5).map { .slidingWindow(1, per: .seconds($0)) }, .tooManyWindows),
            ([.slidingWindow(1, per: .seconds(1)), .slidingCounter(2, per: .seconds(2))], .mixedAlgorithms),
            ([.slidingCounter(Int(UInt32.max) + 1, per: .seconds(1))], .limitTooLarge),
            ([.slidingCounter(-1, per: .seconds(1))], .negativeLimit),
            ([.gcra(1, per: .seconds(1), burst: -1)], .negativeLimit),
            ([.gcra(1, per: .seconds(1), burst: .max)], .limitTooLarge),
            ([.gcra(.max, per: .seconds(1), burst: 1)], .limitTooLarge),
            ([.gcra(1, per: .seconds(86_400), burst: 367)], .limitTooLarge),
            ([.gcra(999_999_937, per: .seconds(86_400), burst: 200_000)], .limitTooLarge),
            ([.gcra(1, per: .zero, burst: 1)], .windowTooShort),
            ([.gcra(1, per: .seconds(1), burst: 1), .gcra(1, per: .seconds(2), burst: 1)], .tooManyWindows),
        ] as [([RateLimitWindow], Code)])
    func nonsenseIsATypedError(windows: [RateLimitWindow], code: Code) throws {
        let error = try #require(throws: RateLimitPolicyError.self) { try RateLimitPolicy("p", windows) }
        #expect(error.code == code)
        #expect(error.position == nil)
    }

    @Test(arguments: ["", String(repeating: "n", count: 65), "tab\t", "quo\"te", "back\\slash", "ünïcode", "line\n"])
    func aNameThatDoesNotFitAHeaderIsATypedError(name: String) throws {
        let error = try #require(throws: RateLimitPolicyError.self) { try RateLimitPolicy(name, parsing: "1/second") }
        #expect(error.code == .name)
    }

    @Test func theLargestLimitsAreUsable() throws {
        let limiter = RateLimiter.manual(ManualTime())
        for (limit, length) in [(RateLimitPolicy.maximumLimit, 3600), (65_535, 86_400), (2047, 30 * 86_400), (8191, 604_800)] {
            let policy = try RateLimitPolicy("large", [.slidingWindow(limit, per: .seconds(length))])
            #expect(limiter.admit(policy, key: "\(limit)", cost: limit - 1).isAdmitted)
            #expect(limiter.admit(policy, key: "\(limit)", cost: 1).quota.map(\.used) == [limit])
            #expect(!limiter.admit(policy, key: "\(limit)", cost: 1).isAdmitted)
        }
    }

    @Test(arguments: [
        ("10/minute; 3/hour", "10/minute; 3/hour"), ("10/minute;3/hour", "10/minute; 3/hour"), ("  100 / 15 minutes ", "100/15 minutes"),
        ("5/10s", "5/10 seconds"), ("1/s", "1/second"), ("3/h; 10/min", "10/minute; 3/hour"), ("0/day", "0/day"),
        ("2/2 weeks", "2/14 days"),
        ("100000/day counter", "100000/day counter"), ("5/s counter;70/10 min  counter", "5/second counter; 70/10 minutes counter"),
        ("10/second burst 20", "10/second burst 20"), ("1/2h burst0", "1/2 hours burst 0"),
        ("4294967295/week counter", "4294967295/week counter"),
        ("7/90 seconds", "7/90 seconds"), ("1048576/hours", "1048576/hour"),
    ])
    func textIsReadAndWrittenBack(text: String, canonical: String) throws {
        let policy = try RateLimitPolicy("p", parsing: text)
        #expect(policy.description == canonical)
        #expect(try RateLimitPolicy("p", parsing: canonical) == policy)
    }

    @Test(
        arguments: [
            ("", .syntax, 0), ("   ", .syntax, 3), ("10", .syntax, 2), ("10/", .syntax, 3), ("/minute", .syntax, 0),
            ("10/fortnight", .syntax, 3),
            ("10/Minute", .syntax, 3), ("-1/minute", .syntax, 0), ("+1/minute", .syntax, 0), ("1.5/minute", .syntax, 1),
            ("010/minute", .syntax, 0),
            ("10/minute;", .syntax, 10), ("10/minute;;3/hour", .syntax, 10), ("10/minute, 3/hour", .syntax, 9),
            ("10/minute 3/hour", .syntax, 10),
            ("10/minute; 3/hour x", .syntax, 18), ("10//minute", .syntax, 3), ("10\t/minute", .syntax, 2), ("١٠/minute", .syntax, 0),
            ("10/minute; 5/60s", .duplicateWindow, 13), ("10/0 seconds", .windowTooShort, 3), ("1/400 days", .windowTooLong, 2),
            ("10/minute counters", .syntax, 10), ("10/minutecounter", .syntax, 3), ("10/minute burst", .syntax, 15),
            ("10/minute burst -1", .syntax, 16), ("10/minute burst 5 counter", .syntax, 18), ("10/minute burst 05", .syntax, 16),
            ("10/minute; 5/hour counter", .mixedAlgorithms, 11), ("1/s burst 2; 1/min burst 3", .tooManyWindows, 13),
            ("1/s burst 4294967296", .limitTooLarge, 10), ("4294967296/s burst 1", .limitTooLarge, 0),
            ("4294967296/s counter", .limitTooLarge, 0), ("1/day burst 367", .limitTooLarge, 12),
            ("1/99999999999999999999 days", .windowTooLong, 2), ("1/second; 99999999999999999999/minute", .limitTooLarge, 10),
            ("1/s; 65536/day", .limitTooLarge, 5), ("1/s; 1/min; 1/h; 1/d; 1/week", .tooManyWindows, 22),
        ] as [(String, Code, Int)])
    func malformedTextIsAnErrorWithItsPosition(text: String, code: Code, position: Int) throws {
        let error = try #require(throws: RateLimitPolicyError.self) { try RateLimitPolicy("p", parsing: text) }
        #expect(error.code == code)
        #expect(error.position == position)
        #expect(error.description.hasPrefix("at position \(position): "))
    }

    @Test func anEndlessTextIsRefusedUnread() throws {
        let error = try #require(throws: RateLimitPolicyError.self) {
            try RateLimitPolicy("p", parsing: String(repeating: "1/second;", count: 100_000))
        }
        #expect(error.code == .syntax)
    }

    @Test func randomBytesNeverTrapTheParser() {
        var random = SeededGenerator(seed: 7)
        let alphabet = Array("0123456789/; smhdinuteoraykcb-é".unicodeScalars)
        for _ in 0..<5000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0..<24, using: &random) {
                text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
            }
            if let policy = try? RateLimitPolicy("p", parsing: String(text)) {
                #expect(try! RateLimitPolicy("p", parsing: policy.description) == policy)
            }
        }
    }

    @Test func tiersAreDataAndAnUpgradeKeepsWhatWasUsed() throws {
        let tiers = try PlanTiers.standard()
        let limiter = RateLimiter.manual(ManualTime())
        #expect(limiter.admit(tiers.policy(for: "free"), key: "u", cost: 100).isAdmitted)
        #expect(!limiter.admit(tiers.policy(for: nil), key: "u").isAdmitted)
        #expect(limiter.admit(tiers.policy(for: "pro"), key: "u").quota.map(\.used) == [101])
        #expect(limiter.admit(tiers.policy(for: "enterprise"), key: "u").quota.map(\.remaining) == [9898])
        #expect(!limiter.admit(tiers.policy(for: "unheard of"), key: "u").isAdmitted)
        #expect(throws: RateLimitPolicyError.self) { try PlanTiers(["a": "1/s"], fallback: "b") }
    }
}
