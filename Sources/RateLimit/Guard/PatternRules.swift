/// How many different things one client may do within a window before it looks like a machine probing.
///
/// Counted per address (IPv6: per /64) in a sketch of fixed size. **False alarms:** a rule never trips before
/// ``minimumDistinct`` different things, a few per cent below the threshold. Up to a third more than the window is counted.
/// At the threshold it trips in at least one of two cases, at 1.3 times the threshold it is as good as certain. Many people behind one address add up: choose thresholds, and harsh actions, with the largest office among your users in mind.
public struct PatternRule: Sendable, Hashable {
    /// What is counted.
    public enum Signal: String, Sendable, Hashable, CaseIterable {
        /// Different paths that do not exist: someone tries known weak spots.
        case missingPages
        /// Different accounts that were signed in to: someone tries known passwords.
        case accounts
        /// Different endpoints: someone maps the service.
        case endpoints
    }

    public let name: String
    public let signal: Signal
    /// Different things within the window that are too many.
    public let threshold: Int
    public let window: Duration
    /// What happens from then on: for a window after the last thing too many, or as long as a block says.
    public let action: AbuseAction
    let bits: Int

    /// - Parameters:
    ///   - name: for logs and counters, 1…64 bytes.
    ///   - threshold: 2…512.
    ///   - window: more than nothing, at most 366 days.
    /// - Throws: ``AbuseRuleError`` for anything else.
    public init(
        _ name: String, _ signal: Signal, threshold: Int, within window: Duration, _ action: AbuseAction
    ) throws(AbuseRuleError) {
        try AbuseRuleError.check(name, is: "rule name", atMost: 64)
        guard (2...DistinctSketch.maximumThreshold).contains(threshold) else {
            throw AbuseRuleError(.threshold, "A threshold is 2 to \(DistinctSketch.maximumThreshold), not \(threshold).")
        }
        try AbuseRuleError.check(window, is: "window")
        self.init(known: name, signal, threshold, window, try action.validated())
    }

    init(known name: String, _ signal: Signal, _ threshold: Int, _ window: Duration, _ action: AbuseAction) {
        self.name = name
        self.signal = signal
        self.threshold = threshold
        self.window = window
        self.action = action
        bits = DistinctSketch.expectedBits(of: threshold)
    }

    /// With fewer different things than this the rule cannot trip.
    public var minimumDistinct: Int { bits }
}

/// The pattern rules of a guard; the harshest of those that tripped decides, of equal ones the first.
public struct PatternRules: Sendable, Hashable {
    public static let maximumCount = 16

    public let rules: [PatternRule]

    /// - Throws: ``AbuseRuleError`` for more than 16 rules or two of one name.
    public init(_ rules: [PatternRule]) throws(AbuseRuleError) {
        guard rules.count <= Self.maximumCount else {
            throw AbuseRuleError(.tooManyRules, "A guard has at most \(Self.maximumCount) pattern rules.")
        }
        var names: Set<String> = []
        for rule in rules where !names.insert(rule.name).inserted {
            throw AbuseRuleError(.duplicateName, "Two rules are named \"\(rule.name)\".")
        }
        self.init(known: rules)
    }

    private init(known rules: [PatternRule]) { self.rules = rules }

    /// Forty missing pages within a minute block for ten minutes, fifty accounts within ten minutes slow down by two
    /// seconds, sixty endpoints within ten seconds are logged.
    ///
    /// Broken links come in ones and twos, word lists in hundreds. Accounts only slow down because a large office signs
    /// in at nine; the lockout stops the guessing.
    public static let standard = PatternRules(known: [
        PatternRule(known: "probing", .missingPages, 40, .seconds(60), .block(for: .seconds(600))),
        PatternRule(known: "many-accounts", .accounts, 50, .seconds(600), .slow(.seconds(2))),
        PatternRule(known: "fan-out", .endpoints, 60, .seconds(10), .log),
    ])

    /// No rule at all.
    public static let none = PatternRules(known: [])
}
