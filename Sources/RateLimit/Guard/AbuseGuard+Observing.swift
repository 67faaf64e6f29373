import HardeningCore
import Synchronization

extension AbuseGuard {
    /// Something a visitor did that a pattern rule may count.
    public enum Observation: Sendable, Hashable {
        /// Asked for a path that does not exist.
        case missingPage(String)
        /// Tried to sign in to an account; ``AbuseGuard/beginSignIn(_:)`` says it by itself.
        case account(String)
        /// Asked for a route. Name routes, not paths, or every identifier is another endpoint.
        case endpoint(String)
    }

    /// Counts what a visitor did; verdicts change from the next request on.
    ///
    /// Visitors without an address are not counted. Only the first 1024 bytes of a text are looked at.
    ///
    /// - Complexity: O(rules); no allocation unless a rule trips.
    public func observe(_ observation: Observation, by visitor: Visitor) {
        observe(observation, by: visitor, at: time.monotonic)
    }

    func observe(_ observation: Observation, by visitor: Visitor, at now: MonotonicTime) {
        let (signal, thing): (PatternRule.Signal, String) =
            switch observation {
            case .missingPage(let path): (.missingPages, path)
            case .account(let account): (.accounts, account)
            case .endpoint(let endpoint): (.endpoints, endpoint)
            }
        guard let address = visitor.address, patterns.contains(where: { $0.signal == signal }) else { return }
        let (client, mark) = (key.fingerprint(ofClient: address), key.fingerprint(ofBeginning: thing))
        let tripped = watch.withLock { watch -> PatternWatch.RuleSet in
            let tripped = watch.observe(signal, mark, by: client, now: now.nanoseconds)
            watch.forEachTripped(by: client, now: now.nanoseconds) { _, end in trippedUntil.max(end, ordering: .acquiringAndReleasing) }
            return tripped
        }
        guard tripped != 0 else { return }
        for (index, rule) in patterns.enumerated() where tripped & (1 << PatternWatch.RuleSet(index)) != 0 {
            trip(index, rule, address, client, now)
        }
        events.deliver()
    }

    private func trip(_ index: Int, _ rule: PatternRule, _ address: IPAddress, _ client: Fingerprint, _ now: MonotonicTime) {
        let reason = counters.patterns[index].reason
        events.record(AbuseEvent(kind: .patternTripped, reason: reason, client: client))
        guard case .block(let duration) = rule.action, !block(address, for: duration, reason, now) else { return }
        let end = now.advanced(by: duration).nanoseconds
        watch.withLock { $0.hold(index, of: client, until: end, now: now.nanoseconds) }
        trippedUntil.max(end, ordering: .acquiringAndReleasing)
    }

    /// Asks to try the password of ``Visitor/account``, and counts the account for the pattern rules.
    ///
    /// A visitor whom a list allows is not counted and not locked. Without an account there is nothing to count either.
    /// See ``Lockout/begin(account:address:)``.
    public func beginSignIn(_ visitor: Visitor) -> Lockout.Decision {
        let now = time.monotonic
        guard let account = visitor.account else { return .allowed(Lockout.Attempt(lockout: lockout, receipt: nil)) }
        if case .allowed = lists.standing(visitor.address, visitor.user, visitor.userAgent, now: now) {
            return .allowed(Lockout.Attempt(lockout: lockout, receipt: nil))
        }
        observe(.account(account), by: visitor, at: now)
        return lockout.begin(key.fingerprint(ofBeginning: account), visitor.address.map(key.fingerprint(ofClient:)), at: now)
    }
}
