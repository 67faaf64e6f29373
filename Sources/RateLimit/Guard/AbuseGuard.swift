public import HardeningCore
import Synchronization

/// Tells visitors who probe, guess and scrape from those who use the service, before limits are counted.
///
/// ```swift
/// let guardian = AbuseGuard()
/// switch guardian.judge(.init(address: address, userAgent: agent)) {
/// case .pass: break
/// case .log(let reason): logger.notice("\(reason)")
/// case .slow(let delay, _): try await Task.sleep(for: delay)
/// case .refuse(_, let retryAfter): return refusal(retryAfter)
/// }
/// …
/// if response.status == 404 { guardian.observe(.missingPage(path), by: visitor) }
/// ```
///
/// **Order.** Allow-list, block-list, country, lockout, user agents, patterns; limits come after it. What is allowed passes everything.
/// The first refusal ends it; of milder verdicts the harshest counts, of equal ones the first.
///
/// **Exempt routes** are the caller's business: do not ask about health checks and metrics.
///
/// **Cost.** One clock reading and one fingerprint of the user agent for a visitor nobody has complained about, and one
/// pass over an agent that is new. No lock is taken and nothing is allocated while the lists are empty and nobody has tripped a pattern.
///
/// **Memory** is bounded by the ``Configuration``; clients are kept as fingerprints, except addresses on the lists, which
/// an operator must be able to read. For one process.
public final class AbuseGuard: Sendable {
    /// Who passes and who does not, whatever the rules say.
    public let lists: AccessList
    /// Failed sign-ins; begin attempts with ``AbuseGuard/beginSignIn(_:)``.
    public let lockout: Lockout
    /// What becomes visible of verdicts, locks and blocks, in order.
    public let events = EventChannel<AbuseEvent>()

    let userAgents: UserAgentRules
    private let cleanAgents = CleanAgentMemo()
    let patterns: [PatternRule]
    let country: CountryRule?
    let time: TimeSource
    let key: FingerprintKey
    let watch: Mutex<PatternWatch>
    /// Until then a client may have tripped a pattern.
    let trippedUntil = Atomic(Int64.min)
    let counters: AbuseCounters

    /// - Parameters:
    ///   - configuration: the rules and the room for those they concern.
    ///   - time: the clocks; only the monotonic one decides.
    ///   - key: random unless fingerprints must agree with those made elsewhere.
    public init(_ configuration: Configuration = Configuration(), time: TimeSource = .system, key: FingerprintKey = FingerprintKey()) {
        var generator = SystemRandomNumberGenerator()
        lists = AccessList(capacity: configuration.listCapacity, time: time)
        lockout = Lockout(
            accounts: configuration.accountLockout, addresses: configuration.addressLockout, capacity: configuration.lockoutCapacity,
            time: time, key: key, seed: generator.next(), events: events)
        userAgents = configuration.userAgents
        patterns = configuration.patterns.rules
        country = configuration.country
        self.time = time
        self.key = key
        watch = Mutex(PatternWatch(patterns, capacity: min(max(1, configuration.watchCapacity), 1_000_000)))
        counters = AbuseCounters(userAgents, patterns)
    }
}

// MARK: - Judging

extension AbuseGuard {
    /// Decides about one request.
    public func judge(_ visitor: Visitor) -> Verdict {
        judge(visitor, at: time.monotonic)
    }

    func judge(_ visitor: Visitor, at now: MonotonicTime) -> Verdict {
        let verdict: Verdict
        switch lists.standing(visitor.address, visitor.user, visitor.userAgent, now: now) {
        case .allowed:
            counters.allowed.add()
            return .pass
        case .blocked(let entry):
            counters.blocked.add()
            verdict = .refuse(AbuseReason(stage: .blockList, rule: entry.reason), retryAfter: entry.remaining(at: now))
        case .unlisted:
            verdict = judgeByRules(visitor, at: now)
        }
        if let kind = verdict.eventKind { report(kind, verdict.reason, visitor) }
        return verdict
    }

    private func judgeByRules(_ visitor: Visitor, at now: MonotonicTime) -> Verdict {
        var verdict = Verdict.pass
        if let country {
            verdict = apply(country.action(for: visitor.country), counters.country, visitor, now)
            if verdict.isRefusal { return verdict }
        }
        if let account = visitor.account, let wait = wait(account, visitor.address, now) {
            counters.lockout.add()
            return .refuse(counters.lockout.reason, retryAfter: wait)
        }
        if let match = match(visitor.userAgent), let counter = counters.of(match) {
            verdict = verdict.orHarsher(apply(userAgents.action(match), counter, visitor, now))
            if verdict.isRefusal { return verdict }
        }
        if now.nanoseconds < trippedUntil.load(ordering: .acquiring), let address = visitor.address {
            verdict = verdict.orHarsher(judgeByPatterns(address, visitor, now))
        }
        return verdict
    }

    private func match(_ userAgent: String?) -> UserAgentRules.Match? {
        guard let userAgent, !userAgents.rules.isEmpty else { return userAgents.match(userAgent) }
        let agent = key.fingerprint(ofBeginning: userAgent)
        if cleanAgents.contains(agent) { return nil }
        let match = userAgents.match(userAgent)
        if match == nil { cleanAgents.insert(agent) }
        return match
    }

    private func wait(_ account: String, _ address: IPAddress?, _ now: MonotonicTime) -> Duration? {
        lockout.wait(key.fingerprint(ofBeginning: account), address.map(key.fingerprint(ofClient:)), at: now)
    }

    private func judgeByPatterns(_ address: IPAddress, _ visitor: Visitor, _ now: MonotonicTime) -> Verdict {
        let client = key.fingerprint(ofClient: address)
        var tripped: PatternWatch.RuleSet = 0
        var refusedUntil = Int64.min
        watch.withLock { watch in
            watch.forEachTripped(by: client, now: now.nanoseconds) { rule, end in
                tripped |= 1 << PatternWatch.RuleSet(rule)
                switch patterns[rule].action {
                case .refuse, .block: refusedUntil = max(refusedUntil, end)
                case .pass, .log, .slow: break
                }
            }
        }
        var verdict = Verdict.pass
        for (index, rule) in patterns.enumerated() where tripped & (1 << PatternWatch.RuleSet(index)) != 0 {
            counters.patterns[index].add()
            let reason = counters.patterns[index].reason
            switch rule.action {
            case .pass: break
            case .log: verdict = verdict.orHarsher(.log(reason))
            case .slow(let delay): verdict = verdict.orHarsher(.slow(delay, reason))
            case .refuse, .block:
                verdict = verdict.orHarsher(
                    .refuse(reason, retryAfter: MonotonicTime(nanoseconds: refusedUntil).duration(since: now)))
            }
        }
        return verdict
    }

    /// What an action means for this request; a block goes on the list.
    private func apply(_ action: AbuseAction, _ counter: RuleCounter, _ visitor: Visitor, _ now: MonotonicTime) -> Verdict {
        if action == .pass { return .pass }
        counter.add()
        switch action {
        case .pass: return .pass
        case .log: return .log(counter.reason)
        case .slow(let delay): return .slow(delay, counter.reason)
        case .refuse: return .refuse(counter.reason, retryAfter: nil)
        case .block(let duration):
            if let address = visitor.address { block(address, for: duration, counter.reason, now) }
            return .refuse(counter.reason, retryAfter: nil)
        }
    }

    /// - Returns: whether the list had room.
    @discardableResult
    func block(_ address: IPAddress, for duration: Duration, _ reason: AbuseReason, _ now: MonotonicTime) -> Bool {
        let client = address.clientKey()
        // A client's own prefix always makes a block.
        guard let block = CIDRBlock("\(client)/\(client.family == .v4 ? 32 : 64)") else { return false }
        let isListed =
            (try? lists.add(.block, .addresses(block), reason.rule, duration, isAutomatic: true, now: now)) != nil
        events.record(
            AbuseEvent(kind: isListed ? .blocked : .blockListFull, reason: reason, client: key.fingerprint(ofClient: address)))
        return isListed
    }

    private func report(_ kind: AbuseEvent.Kind, _ reason: AbuseReason?, _ visitor: Visitor) {
        guard let reason else { return }
        events.send(AbuseEvent(kind: kind, reason: reason, client: visitor.address.map(key.fingerprint(ofClient:))))
    }
}
