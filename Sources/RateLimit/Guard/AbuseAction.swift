/// What happens to a visitor whom a rule concerns.
public enum AbuseAction: Sendable, Hashable {
    /// Nothing: the rule is an exception from the rules after it.
    case pass
    /// The request goes on and is reported.
    case log
    /// The request goes on after a delay, which the caller has to wait.
    ///
    /// A delay costs the server a suspended request. Keep it in the seconds, and bound the requests that wait.
    case slow(Duration)
    /// The request is refused, this time.
    case refuse
    /// The request is refused, and so is everything from the same address (IPv6: the same /64) for this long.
    ///
    /// Not for what people behind one shared address may do by accident.
    case block(for: Duration)
}

extension AbuseAction {
    /// - Throws: ``AbuseRuleError/Code/duration`` unless a delay lies in 1 ns…60 s and a block in 1 ns…366 days.
    func validated() throws(AbuseRuleError) -> AbuseAction {
        switch self {
        case .pass, .log, .refuse: return self
        case .slow(let delay):
            guard delay > .zero, delay <= .seconds(60) else {
                throw AbuseRuleError(.duration, "A delay is more than nothing and at most a minute, not \(delay).")
            }
        case .block(let time):
            guard time > .zero, time <= .seconds(366 * 86_400) else {
                throw AbuseRuleError(.duration, "A block lasts more than nothing and at most 366 days, not \(time).")
            }
        }
        return self
    }
}
