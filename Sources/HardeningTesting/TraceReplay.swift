public import HardeningCore
public import RateLimit

extension RateLimitTrace {
    /// What the rule says, step by step.
    public var expectedOutcomes: [Outcome] {
        var run = ReferenceRun(policies)
        return steps.map { run.perform($0) }
    }

    /// Trace in, decisions out: runs a limiter through the steps.
    ///
    /// - Parameters:
    ///   - limiter: an empty one.
    ///   - time: the clock it reads, which the trace moves.
    /// - Returns: what became of every step; its description is a line of text.
    /// - Throws: what the limiter throws.
    public func outcomes(of limiter: any RateLimiting, on time: ManualTime) async throws -> [Outcome] {
        var run = LimiterRun(limiter: limiter, time: time, policies: policies)
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(steps.count)
        for step in steps { outcomes.append(try await run.perform(step)) }
        return outcomes
    }

    /// The first step at which a limiter does not answer as the rule says.
    public struct Difference: Sendable, Hashable, CustomStringConvertible {
        /// Counted from 1.
        public let step: Int
        /// The step in the textual form.
        public let text: String
        public let expected: Outcome
        public let observed: Outcome

        public var description: String { "step \(step), “\(text)”: expected “\(expected)”, but it was “\(observed)”" }
    }

    /// Compares a limiter with the rule.
    ///
    /// - Parameter makeLimiter: makes an empty limiter on the given clock.
    /// - Returns: nil when all answers agree.
    /// - Throws: what the limiter or `makeLimiter` throws.
    public func firstDifference(of makeLimiter: (ManualTime) throws -> any RateLimiting) async throws -> Difference? {
        let time = ManualTime()
        var run = LimiterRun(limiter: try makeLimiter(time), time: time, policies: policies)
        var reference = ReferenceRun(policies)
        for (index, step) in steps.enumerated() {
            let expected = reference.perform(step)
            let observed = try await run.perform(step)
            if observed != expected {
                return Difference(step: index + 1, text: TraceText.step(step, policies), expected: expected, observed: observed)
            }
        }
        return nil
    }

    /// The shortest trace this finds that still fails: what comes after the failure goes first, then steps and
    /// groups of steps without which it fails all the same.
    ///
    /// - Parameter fails: whether a trace still shows the failure; must hold for this one.
    /// - Complexity: O(n²) steps at worst.
    public func shrunk(while fails: (RateLimitTrace) async throws -> Bool) async rethrows -> RateLimitTrace {
        var best = self
        var size = steps.count / 2
        while size > 0 {
            var start = best.steps.count
            var isSmaller = false
            while start > 0 {
                let range = max(0, start - size)..<start
                start = range.lowerBound
                var candidate = best
                candidate.steps.removeSubrange(range)
                if try await fails(candidate) {
                    best = candidate
                    isSmaller = true
                }
            }
            if size > 1 || !isSmaller { size /= 2 }
        }
        return best
    }
}

/// The state of the reference on the way through a trace.
struct ReferenceRun {
    private var policies: [RateLimitPolicy]
    private let time = ManualTime()
    private var reference: ReferenceLimiter

    init(_ policies: [RateLimitPolicy]) {
        self.policies = policies
        reference = ReferenceLimiter(at: time.monotonic)
    }

    mutating func perform(_ step: RateLimitTrace.Step) -> RateLimitTrace.Outcome {
        switch step {
        case .admit(let cost, let targets): return reference.admit(checks(targets), cost: cost, at: time.monotonic)
        case .reserve(let label, let cost, let targets):
            return reference.reserve(label, checks(targets), cost: cost, at: time.monotonic)
        case .refund(let cost, let targets): reference.refund(checks(targets), cost: cost, at: time.monotonic)
        case .commit(let label, let actual):
            return RateLimitTrace.Outcome(.settled(reference.commit(label, actual: actual, at: time.monotonic)))
        case .cancel(let label): return RateLimitTrace.Outcome(.settled(reference.commit(label, actual: 0, at: time.monotonic)))
        default: step.apply(to: time, &policies)
        }
        return RateLimitTrace.Outcome(.silent)
    }

    private func checks(_ targets: [RateLimitTrace.Target]) -> [ReferenceLimiter.Check] {
        targets.filter { policies.indices.contains($0.policy) }.map { (policies[$0.policy], $0.client) }
    }
}

/// The state of a limiter under test on the way through a trace.
private struct LimiterRun {
    let limiter: any RateLimiting
    let time: ManualTime
    var policies: [RateLimitPolicy]
    var reservations: [Int: RateLimitReservation] = [:]

    mutating func perform(_ step: RateLimitTrace.Step) async throws -> RateLimitTrace.Outcome {
        switch step {
        case .admit(let cost, let targets): return RateLimitTrace.Outcome(try await limiter.admit(checks(targets), cost: cost))
        case .reserve(let label, let cost, let targets):
            let attempt = try await limiter.reserve(checks(targets), cost: cost)
            reservations[label] = attempt.reservation
            return RateLimitTrace.Outcome(attempt.decision)
        case .refund(let cost, let targets): try await limiter.refund(checks(targets), cost: cost)
        case .commit(let label, let actual): return try await settle(label, actual)
        case .cancel(let label): return try await settle(label, 0)
        default: step.apply(to: time, &policies)
        }
        return RateLimitTrace.Outcome(.silent)
    }

    private func settle(_ label: Int, _ actual: Int) async throws -> RateLimitTrace.Outcome {
        guard let reservation = reservations[label] else { return RateLimitTrace.Outcome(.settled(false)) }
        return RateLimitTrace.Outcome(.settled(try await limiter.commit(reservation, actual: actual)))
    }

    private func checks(_ targets: [RateLimitTrace.Target]) -> [RateLimitCheck] {
        targets.filter { policies.indices.contains($0.policy) }.map { RateLimitCheck(policies[$0.policy], key: $0.client) }
    }
}

extension RateLimitTrace.Step {
    /// What moves clocks and limits; nothing for calls.
    fileprivate func apply(to time: ManualTime, _ policies: inout [RateLimitPolicy]) {
        switch self {
        case .advance(let duration): time.advance(by: duration)
        case .stepWallClock(let duration): time.stepWallClock(by: duration)
        case .stepMonotonicClock(let duration): time.stepMonotonicClock(by: duration)
        case .limits(let policy, let limits) where policies.indices.contains(policy):
            let windows = zip(limits, policies[policy].windows).map { RateLimitWindow.slidingWindow($0, per: $1.length) }
            policies[policy] = (try? policies[policy].replacing(windows: windows)) ?? policies[policy]
        default: break
        }
    }
}

extension RateLimitTrace.Outcome {
    init(_ decision: RateLimitDecision) {
        let verdict: Verdict =
            switch decision.refusal?.retry {
            case nil: .admitted
            case .never: .refused(retry: nil)
            case .later(let duration): .refused(retry: duration.saturatingNanoseconds)
            }
        self.init(
            verdict,
            decision.quota.map {
                Window(
                    policy: $0.policy, limit: $0.limit, used: $0.used, reset: $0.reset.saturatingNanoseconds, isViolated: $0.isViolated)
            })
    }
}
