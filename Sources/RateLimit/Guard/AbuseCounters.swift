import Synchronization

/// One counter a rule, made once.
struct AbuseCounters: Sendable {
    let allowed = RuleCounter(.allowList, "allowed")
    let blocked = RuleCounter(.blockList, "blocked")
    let country = RuleCounter(.country, "country")
    let lockout = RuleCounter(.lockout, "locked")
    let emptyAgent = RuleCounter(.userAgent, "(empty)")
    let agents: [RuleCounter]
    let patterns: [RuleCounter]

    init(_ userAgents: UserAgentRules, _ patterns: [PatternRule]) {
        agents = userAgents.rules.map { RuleCounter(.userAgent, $0.text) }
        self.patterns = patterns.map { RuleCounter(.pattern, $0.name) }
    }

    func of(_ match: UserAgentRules.Match) -> RuleCounter? {
        switch match {
        case .empty: emptyAgent
        case .rule(let index): index < agents.count ? agents[index] : nil
        }
    }

    var values: [AbuseRuleCount] { ([allowed, blocked, country, lockout, emptyAgent] + agents + patterns).map(\.value) }
}

/// A count that threads add to without a lock.
final class RuleCounter: Sendable {
    let stage: AbuseReason.Stage
    let rule: String
    private let count = Atomic<UInt64>(0)

    init(_ stage: AbuseReason.Stage, _ rule: String) {
        self.stage = stage
        self.rule = rule
    }

    func add() { count.wrappingAdd(1, ordering: .relaxed) }

    var value: AbuseRuleCount { AbuseRuleCount(stage: stage, rule: rule, count: count.load(ordering: .relaxed)) }

    var reason: AbuseReason { AbuseReason(stage: stage, rule: rule) }
}
