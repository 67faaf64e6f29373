public import CircuitBreaker
import HardeningCore

extension ReferenceBreaker {
    /// The configuration as plain numbers; times in ticks.
    package struct Rules: Sendable, Hashable {
        package var threshold = 1
        package var maxProbes = 1
        package var successes = 1
        package var tolerated = 0
        package var openTicks = 2
        package var openCap = Int.max
        package var backoffFactor = 1
        package var leaseTicks = 2
        /// false when other rules are the only ones.
        package var countsStreak = true
        package var shares: [Share] = []
        package var overdue: Overdue?
        package var hangTicks: Int?
        package var ramp: Ramp?

        package init(
            threshold: Int = 1, maxProbes: Int = 1, successes: Int = 1, tolerated: Int = 0, countsStreak: Bool = true,
            share: Share? = nil, overdue: Overdue? = nil
        ) {
            self.threshold = threshold
            self.maxProbes = maxProbes
            self.successes = successes
            self.tolerated = tolerated
            self.countsStreak = countsStreak
            shares = share.map { [$0] } ?? []
            self.overdue = overdue
        }
    }

    package struct Share: Sendable, Hashable {
        /// How many calls are looked at, or how many ticks.
        package var calls: Int?
        package var ticks: Int?
        /// A window of time forgets so many ticks at once.
        var part = 1
        package var percent: Int
        package var minCalls: Int
        /// nil when failures are the hits.
        var slowTicks: Int?

        package init(calls: Int? = nil, ticks: Int? = nil, percent: Int, minCalls: Int) {
            self.calls = calls
            self.ticks = ticks
            self.percent = percent
            self.minCalls = minCalls
        }

        /// - Parameter calls: how many were recorded since, itself included.
        func sees(_ recorded: Recorded, callsSince calls: Int, at now: Int) -> Bool {
            if let limit = self.calls { return calls <= limit }
            guard let ticks else { return false }
            let parts = (ticks + part - 1) / part
            return now / part - recorded.tick / part < parts
        }
    }

    package struct Overdue: Sendable, Hashable {
        package var calls: Int
        package var ticks: Int

        package init(calls: Int, ticks: Int) {
            self.calls = calls
            self.ticks = ticks
        }
    }

    package struct Ramp: Sendable, Hashable {
        var percents: [Int]
        var ticks: Int
    }

    /// The rules of a configuration; a tick is a nanosecond of the monotonic clock.
    ///
    /// - Returns: nil when the configuration asks for jitter, which has no one answer.
    public init?(_ configuration: Breaker.Configuration) {
        guard configuration.openTime.jitterPercent == 0 else { return nil }
        func ticks(_ duration: Duration) -> Int { Int(duration.saturatingNanoseconds) }
        let (trip, recovery) = (configuration.trip, configuration.recovery)
        var rules = Rules(
            threshold: trip.consecutiveFailures ?? 1, maxProbes: recovery.maxProbes, successes: recovery.successThreshold,
            tolerated: recovery.toleratedFailures, countsStreak: trip.consecutiveFailures != nil,
            overdue: trip.overdue.map { Overdue(calls: $0.calls, ticks: ticks($0.limit)) }
        )
        rules.openTicks = ticks(configuration.openTime.base)
        rules.openCap = ticks(configuration.openTime.cap)
        rules.backoffFactor = configuration.openTime.backoffFactor
        rules.leaseTicks = ticks(recovery.probeLease)
        rules.hangTicks = configuration.hangThreshold.map(ticks)
        rules.ramp = recovery.ramp.map { Ramp(percents: $0.percents, ticks: ticks($0.step)) }
        rules.shares = trip.shares.map { share in
            var copy = Share(percent: share.percent, minCalls: share.minCalls)
            switch share.window {
            case .calls(let count): copy.calls = count
            case .time(let length, let buckets):
                let part = max(1, (ticks(length) - 1) / buckets + 1)
                (copy.ticks, copy.part) = (part * buckets, part)
            }
            copy.slowTicks = share.slowThreshold.map(ticks)
            return copy
        }
        self.init(rules: rules, now: Int(ManualTime().monotonic.nanoseconds))
    }
}
