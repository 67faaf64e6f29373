import HardeningCore
import RateLimit

extension RateLimitTrace {
    /// A trace made up of everything that a limiter must survive, the same for the same seed.
    ///
    /// Three policies of one to four windows and three clients; up to three checks a decision; costs of several
    /// units; refunds and reservations; other limits; clocks that stand, jump and go back; retries exactly at
    /// Retry-After, and a nanosecond before it.
    public static func random(seed: UInt64, steps count: Int) -> RateLimitTrace {
        var source = TraceSource(seed: seed)
        return RateLimitTrace(policies: source.policies, steps: (0..<max(0, count)).map { _ in source.next() })
    }
}

/// Runs the reference along, so that it knows the waits it retries at.
private struct TraceSource {
    let policies: [RateLimitPolicy]
    private var random: SplitMix64
    private var run: ReferenceRun
    private let heaviest: Int
    private var retry: Int64 = 0
    private var labels = 0

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        policies = ["a", "b", "c"].compactMap { Self.policy(named: $0, &random) }
        heaviest = Int.random(in: 1...4, using: &random)
        run = ReferenceRun(policies)
        self.random = random
    }

    private static func policy(named name: String, _ random: inout SplitMix64) -> RateLimitPolicy? {
        var lengths: Set<Int64> = []
        for _ in 0..<Int.random(in: 1...4, using: &random) { lengths.insert(span(50, &random) + 1) }
        return try? RateLimitPolicy(
            name, lengths.sorted().map { .slidingWindow(Int.random(in: 0...16, using: &random), per: .nanoseconds($0)) })
    }

    /// Evenly spread over magnitudes: as many nanoseconds as weeks.
    private static func span(_ bits: Int64, _ random: inout SplitMix64) -> Int64 {
        Int64.random(in: 0...(1 << Int64.random(in: 1...bits, using: &random)), using: &random)
    }

    mutating func next() -> RateLimitTrace.Step {
        let step = Bool.random(using: &random) ? clockStep() : call()
        if case .refused(.some(let wait)) = run.perform(step).verdict { retry = wait }
        return step
    }

    private mutating func clockStep() -> RateLimitTrace.Step {
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<5: .advance(.nanoseconds(Self.span(48, &random)))
        case 5, 6: .advance(.nanoseconds(retry))
        case 7, 8: .advance(.nanoseconds(max(0, retry - 1)))
        case 9: .advance(.nanoseconds(1))
        case 10: .stepMonotonicClock(.nanoseconds(-Self.span(48, &random)))
        default: .stepWallClock(.nanoseconds(Self.span(58, &random) - Self.span(58, &random)))
        }
    }

    private mutating func call() -> RateLimitTrace.Step {
        let cost = Int.random(in: 1...heaviest, using: &random)
        switch Int.random(in: 0..<40, using: &random) {
        case 0: return .refund(cost: cost, [target()])
        case 1, 2, 3: return .peek(targets())
        case 4..<9:
            labels += 1
            return .reserve(label: labels, cost: Int.random(in: 0...heaviest, using: &random), targets())
        case 9..<14: return .commit(label: recentLabel(), actual: Int.random(in: 0...(heaviest + 1), using: &random))
        case 14..<17: return .cancel(label: recentLabel())
        case 17:
            let policy = Int.random(in: 0..<policies.count, using: &random)
            return .limits(policy: policy, policies[policy].windows.map { _ in Int.random(in: 0...16, using: &random) })
        default: return .admit(cost: cost, targets())
        }
    }

    private mutating func recentLabel() -> Int { max(0, labels - Int.random(in: 0..<4, using: &random)) }

    private mutating func targets() -> [RateLimitTrace.Target] { (0..<Int.random(in: 1...3, using: &random)).map { _ in target() } }

    private mutating func target() -> RateLimitTrace.Target {
        RateLimitTrace.Target(
            policy: Int.random(in: 0..<policies.count, using: &random), client: "k\(Int.random(in: 0..<3, using: &random))")
    }
}
