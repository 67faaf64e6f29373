/// What to do with a user agent that contains a text.
public struct UserAgentRule: Sendable, Hashable {
    /// Text in the first 512 bytes of the header field, whatever the case of ASCII letters.
    public let text: String
    public let action: AbuseAction

    /// - Throws: ``AbuseRuleError`` when the text is empty or has more than 128 bytes, or a duration makes no sense.
    public init(_ text: String, _ action: AbuseAction) throws(AbuseRuleError) {
        try AbuseRuleError.check(text, is: "user agent text", atMost: TextMatcher.maximumPatternBytes)
        self.init(known: text, try action.validated())
    }

    init(known text: String, _ action: AbuseAction) {
        self.text = text
        self.action = action
    }
}

/// A list of rules about user agents; the first one that matches decides.
///
/// ```swift
/// let rules = try UserAgentRules([UserAgentRule("FriendlyScraper/", .pass)] + UserAgentRules.scanners + UserAgentRules.scrapers)
/// ```
///
/// A user agent is a claim. These rules keep out tools whose users did not care to change it, which are most of the noise,
/// and nobody who did.
///
/// - Complexity: one pass over at most 512 bytes, however many rules.
public struct UserAgentRules: Sendable {
    public static let maximumCount = 1024

    public let rules: [UserAgentRule]
    /// What happens to a request without the header field, or with blanks only.
    public let empty: AbuseAction
    private let matcher: TextMatcher

    /// - Parameters:
    ///   - rules: the earlier one decides when several match; at most 1024.
    ///   - empty: ``AbuseAction/log`` unless told otherwise, because small machine clients often send none.
    /// - Throws: ``AbuseRuleError`` for too many rules, more than 16,384 bytes of text, or two rules of one text.
    public init(_ rules: [UserAgentRule], empty: AbuseAction = .log) throws(AbuseRuleError) {
        let bytes = rules.reduce(0) { $0 + $1.text.utf8.count }
        guard rules.count <= Self.maximumCount, bytes <= TextMatcher.maximumTotalBytes else {
            throw AbuseRuleError(
                .tooManyRules, "A list has at most \(Self.maximumCount) rules and \(TextMatcher.maximumTotalBytes) bytes of text.")
        }
        var seen: Set<[UInt8]> = []
        for rule in rules where !seen.insert(rule.text.utf8.map(TextMatcher.lowered)).inserted {
            throw AbuseRuleError(.duplicateName, "Two rules are about \"\(rule.text)\".")
        }
        self.init(known: rules, empty: try empty.validated())
    }

    private init(known rules: [UserAgentRule], empty: AbuseAction) {
        self.rules = rules
        self.empty = empty
        matcher = TextMatcher(rules.map(\.text))
    }

    /// Known scanners are refused, known scrapers are slowed down by a second, an empty field is logged.
    public static let standard = UserAgentRules(known: scanners + scrapers, empty: .log)

    /// No rule at all.
    public static let none = UserAgentRules(known: [], empty: .pass)
}

extension UserAgentRules {
    enum Match: Hashable {
        case empty
        case rule(Int)
    }

    func match(_ userAgent: String?) -> Match? {
        guard let userAgent, userAgent.utf8.prefix(TextMatcher.scannedBytes).contains(where: { $0 > 0x20 }) else { return .empty }
        return matcher.firstMatch(in: userAgent).map(Match.rule)
    }

    func action(_ match: Match) -> AbuseAction {
        switch match {
        case .empty: empty
        case .rule(let index): index < rules.count ? rules[index].action : .pass
        }
    }

    /// What the rules say about a user agent; nil when they say nothing.
    public func action(for userAgent: String?) -> AbuseAction? {
        match(userAgent).map(action)
    }
}
