import CircuitBreaker
import HardeningCore
import HardeningTesting
import Testing

/// Walks every state a machine can reach with a few calls in flight, and compares every step with the
/// reference.
///
/// Two states that differ only in how long ago everything happened are one, so the walk ends although
/// time does not: what is reached is everything there is.
struct ModelChecker {
    struct Pair {
        var machine: BreakerMachine
        var reference: ReferenceBreaker
        /// Parallel to `reference.calls`.
        var admissions: [Admission] = []
    }

    enum Action {
        case acquire
        case settle(Int, ReferenceBreaker.Ending)
        case tick
        case reset
    }

    struct Divergence: Error, CustomStringConvertible {
        let description: String
    }

    let rules: ReferenceBreaker.Rules
    let maxCalls: Int
    private(set) var states = 0
    private(set) var steps = 0
    private(set) var modesSeen: Set<Breaker.State> = []

    init(_ rules: ReferenceBreaker.Rules, maxCalls: Int) {
        self.rules = rules
        self.maxCalls = maxCalls
    }

    static let tick = Duration.seconds(1)
    static let retryAfterTicks = 3
    static let endings: [ReferenceBreaker.Ending] = [
        .success, .failure(retryAfter: 0), .failure(retryAfter: retryAfterTicks), .ignored, .cancelled,
    ]

    static func instant(_ ticks: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: 0).advanced(by: tick * ticks)
    }

    static func outcome(_ ending: ReferenceBreaker.Ending) -> Breaker.Outcome {
        switch ending {
        case .success: .success
        case .failure(0): .failure()
        case .failure(let retryAfter): .failure(.rateLimited, retryAfter: tick * retryAfter)
        case .ignored: .ignored
        case .cancelled: .cancelled
        }
    }

    static func configuration(_ rules: ReferenceBreaker.Rules) throws -> Breaker.Configuration {
        try Breaker.Configuration(
            trip: .init(
                consecutiveFailures: rules.countsStreak ? rules.threshold : nil,
                shares: rules.shares.first.map { share in
                    let window: Breaker.TripRules.Window =
                        share.calls.map { .calls($0) } ?? .time(tick * (share.ticks ?? 1), buckets: share.ticks ?? 1)
                    return [.failures(percent: share.percent, of: window, minCalls: share.minCalls)]
                } ?? [],
                overdue: rules.overdue.map { .init(calls: $0.calls, after: tick * $0.ticks) }
            ),
            openTime: .init(base: tick * rules.openTicks),
            recovery: .init(
                maxProbes: rules.maxProbes, successThreshold: rules.successes, toleratedFailures: rules.tolerated,
                probeLease: tick * rules.leaseTicks
            )
        )
    }

    mutating func run() throws {
        let start = Pair(machine: BreakerMachine(try Self.configuration(rules), seed: 0), reference: ReferenceBreaker(rules: rules))
        var seen: Set<[Int]> = [key(of: start)]
        var pending = [start]
        while states < pending.count {  // breadth first: a divergence is shown by a shortest path
            let pair = pending[states]
            states += 1
            modesSeen.insert(pair.reference.mode)
            try checkRecovery(from: pair)
            for action in actions(in: pair) {
                steps += 1
                let next = try step(pair, action)
                if seen.insert(key(of: next)).inserted { pending.append(next) }
            }
        }
    }

    private func actions(in pair: Pair) -> [Action] {
        var actions: [Action] = [.tick, .reset]
        // A time window holds any number of calls; a few are enough.
        let isFull = rules.shares.first?.ticks != nil && recentHistory(of: pair.reference).count >= 2
        if pair.admissions.count < maxCalls && !isFull { actions.append(.acquire) }
        for index in pair.admissions.indices {
            actions += Self.endings.map { .settle(index, $0) }
        }
        return actions
    }

    private func step(_ pair: Pair, _ action: Action) throws -> Pair {
        var next = pair
        let now = Self.instant(next.reference.now)
        switch action {
        case .tick: next.reference.advance()
        case .reset:
            next.reference.reset()
            next.machine.reset()
        case .settle(let index, let ending):
            next.reference.settle(index, ending)
            next.machine.settle(next.admissions.remove(at: index), Self.outcome(ending), at: now)
        case .acquire:
            switch (next.machine.admit(at: now), next.reference.acquire()) {
            case (.admitted(let admission), .admitted(let isProbe)) where admission.isProbe == isProbe: next.admissions.append(admission)
            case (.refused(_, let until), .refused(let expected?)) where until == Self.instant(expected): break
            case (let decision, _): throw divergence(pair, action, "answered \(decision)")
            }
        }
        try compare(pair, action, &next)
        return next
    }

    private func compare(_ pair: Pair, _ action: Action, _ next: inout Pair) throws {
        let reference = next.reference
        let transitions = next.machine.takeTransitions()
        let word = next.machine.word
        func require(_ holds: Bool, _ what: String) throws {
            if !holds { throw divergence(pair, action, what) }
        }
        try require(
            transitions.map { .init(from: $0.from, to: $0.to, cause: $0.cause, isAlert: $0.isAlert) } == reference.log,
            "announced \(transitions)")
        try require(!reference.log.contains { $0.from == .closed && $0.to == .halfOpen }, "skipped the open state")
        try require(next.machine.phase.state == reference.mode, "is \(next.machine.phase)")
        try require(next.machine.generation == UInt64(reference.epoch), "is in generation \(next.machine.generation)")
        if reference.mode == .closed, rules.shares.first?.calls != nil {
            let (count, hits) = (next.machine.meters.first?.count, next.machine.meters.first?.hits)
            try require(count == reference.history.count, "has \(count ?? -1) calls in its window")
            try require(hits == reference.history.filter(\.failed).count, "has \(hits ?? -1) failures in its window")
        }
        try require(transitions.count <= reference.epoch - pair.reference.epoch, "a transition without a generation")
        try require(next.machine.phase.probes == reference.probesOut, "has \(next.machine.phase.probes) probes out")
        try require(reference.probesOut <= rules.maxProbes, "has more probes out than allowed")
        try require(next.machine.streak.count == reference.failuresInARow, "counts \(next.machine.streak.count) failures")
        try require(next.machine.totals.late == UInt64(reference.late), "counts \(next.machine.totals.late) late")
        try require(word.failures == reference.failuresInARow && word.probes == reference.probesOut, "publishes \(word)")
        if reference.late > pair.reference.late {
            var unchanged = next.machine
            try require(
                unchanged.phase == pair.machine.phase && unchanged.meters == pair.machine.meters && unchanged.streak == pair.machine.streak
                    && unchanged.takeTransitions().isEmpty,
                "a late call changed it"
            )
        }
    }

    /// From everywhere, waiting and a dependency that is well again lead back to closed, whatever is still out.
    private func checkRecovery(from pair: Pair) throws {
        var machine = pair.machine
        var now = Self.instant(pair.reference.now)
        for _ in 0..<(rules.successes + rules.tolerated + 2 + (rules.overdue == nil ? 0 : 4)) {
            now = now.advanced(by: Self.tick * (rules.openTicks + rules.leaseTicks + Self.retryAfterTicks))
            guard case .admitted(let admission) = machine.admit(at: now) else {
                throw divergence(pair, .acquire, "is wedged in \(machine.phase)")
            }
            machine.settle(admission, .success, at: now)
        }
        machine.advance(to: now)
        if machine.phase != .closed { throw divergence(pair, .acquire, "never closes from \(machine.phase)") }
    }

    /// What the future depends on, with all times relative to now.
    private func key(of pair: Pair) -> [Int] {
        let reference = pair.reference
        let horizon = rules.openTicks + rules.leaseTicks + Self.retryAfterTicks + 1
        func relative(_ ticks: Int) -> Int { max(-horizon, ticks <= .min + 1 ? -horizon : ticks - reference.now) }
        func relative(_ instant: MonotonicTime) -> Int { relative(Int(instant.nanoseconds / 1_000_000_000)) }
        var key = [reference.mode == .closed ? 0 : reference.mode == .open ? 1 : 2]
        key.append(rules.countsStreak ? min(reference.failuresInARow, rules.threshold) : 0)  // beyond it, one more makes no difference
        key += [relative(reference.serverSays), reference.mode == .open ? relative(reference.opensAt) : 0, reference.won, reference.lost]
        key.append(pair.machine.streak.serverAsksUntil.map { relative($0) } ?? -horizon)
        switch pair.machine.phase {
        case .open(let opening): key.append(relative(opening.until))
        case .halfOpen(let trial): key += [trial.successes, trial.failures] + trial.leases.map { relative($0.expires) }
        case .closed, .isolated, .disabled, .metricsOnly: break
        }
        if reference.mode == .closed {
            key += recentHistory(of: reference).flatMap { [rules.shares.first?.ticks == nil ? 0 : relative($0.tick), $0.failed ? 1 : 0] }
        }
        key.append(.max)
        // Calls that are late already are all alike.
        return key
            + reference.calls.map { call in
                if call.epoch != reference.epoch || call.isForfeit { return -100 }
                return relative(call.leaseEnd ?? (rules.overdue == nil ? reference.now : max(call.began, reference.now - 4)))
            }
    }

    private func recentHistory(of reference: ReferenceBreaker) -> [ReferenceBreaker.Recorded] {
        reference.history.filter { $0.tick > reference.now - (rules.shares.first?.ticks ?? .max / 2) }
    }

    private func divergence(_ pair: Pair, _ action: Action, _ what: String) -> Divergence {
        Divergence(description: "\(action) after \(pair.reference): the machine \(what)")
    }
}
