public import CircuitBreaker
import HardeningCore

extension BreakerTrace {
    /// A trace made up of everything that a breaker must survive, the same for the same seed.
    ///
    /// Six calls at a time that succeed, fail, are ignored, cancelled, dropped or never settled; a dependency that is well
    /// and ill by turns; time that stops exactly at the limits of the configuration, and a nanosecond before and after;
    /// servers that ask for time; operators; a wall clock that steps.
    public static func random(seed: UInt64, steps count: Int, for configuration: Breaker.Configuration) -> BreakerTrace {
        var source = BreakerTraceSource(seed: seed, configuration)
        return BreakerTrace((0..<max(0, count)).map { _ in Line(source.next()) })
    }
}

private struct BreakerTraceSource {
    private var random: SplitMix64
    private let limits: [Duration]
    private var failurePercent = 50

    init(seed: UInt64, _ configuration: Breaker.Configuration) {
        random = SplitMix64(seed: seed)
        var limits = [configuration.openTime.base, configuration.recovery.probeLease]
        limits += [configuration.hangThreshold, configuration.trip.overdue?.limit, configuration.recovery.ramp?.step].compactMap { $0 }
        for share in configuration.trip.shares {
            if case .time(let length, let buckets) = share.window { limits += [length, length / buckets] }
            if let slow = share.slowThreshold { limits.append(slow) }
        }
        self.limits = limits
    }

    mutating func next() -> BreakerTrace.Step {
        switch Int.random(in: 0..<100, using: &random) {
        case 0: return .reset
        case 1: return operatorStep()
        case 2..<5: return .release
        case 5: return .stepWallClock(.seconds(Int.random(in: -7_200...7_200, using: &random)))
        case 6:
            failurePercent = [0, 20, 50, 80, 100].randomElement(using: &random) ?? 50
            return .advance(.zero)
        case 7..<20: return .advance(time())
        case 20..<60: return .acquire(label())
        default: return settling(label())
        }
    }

    private mutating func operatorStep() -> BreakerTrace.Step {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .isolate(nil)
        case 1: .isolate(time())
        case 2: .disable
        default: .measure
        }
    }

    private mutating func settling(_ call: String) -> BreakerTrace.Step {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return .ignore(call)
        case 1: return .cancel(call)
        case 2: return .drop(call)
        default:
            if Int.random(in: 0..<100, using: &random) >= failurePercent { return .succeed(call) }
            return .fail(call, retryAfter: Int.random(in: 0..<3, using: &random) == 0 ? time() : nil)
        }
    }

    private mutating func label() -> String { ["a", "b", "c", "d", "e", "f"].randomElement(using: &random) ?? "a" }

    private mutating func time() -> Duration {
        let limit = (limits.randomElement(using: &random) ?? .seconds(1)).saturatingNanoseconds
        let time =
            switch Int.random(in: 0..<5, using: &random) {
            case 0: limit.subtractingSaturating(1)
            case 1: limit
            case 2: limit.addingSaturating(1)
            case 3: limit / 2
            default: Int64.random(in: 0...max(0, limit), using: &random)
            }
        return .nanoseconds(time)
    }
}
