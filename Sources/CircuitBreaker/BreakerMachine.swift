package import HardeningCore

/// Decides what a breaker does.
///
/// A pure value: `now` is an argument, nothing is called, nothing waits. Transitions happen only when
/// someone acts and are queued in ``transitions`` for the owner to announce. Because every generation
/// is entered once, a call settles in the generation it began in or not at all.
///
/// Memory: fixed, plus one lease for every probe that is out.
package struct BreakerMachine: Sendable, Hashable {
    package enum Phase: Sendable, Hashable {
        case closed
        case open(Opening)
        case halfOpen(ProbeTrial)
        case isolated(reason: String, until: MonotonicTime?)
        case disabled
    }

    package struct Opening: Sendable, Hashable {
        package let since: MonotonicTime
        package let until: MonotonicTime
        package let cause: Breaker.Cause
        /// Whether the server's wish, not the configuration, decided the length.
        package let isServersWish: Bool
    }

    package struct Transition: Sendable, Hashable {
        package let from: Breaker.State
        package let to: Breaker.State
        package let cause: Breaker.Cause
        package let generation: UInt64
        package let openFor: Duration?
        package let failure: Breaker.Failure?
        package let isAlert: Bool
    }

    package enum Decision: Sendable, Hashable {
        case admitted(Admission)
        case refused(Breaker.Rejection.Reason, until: MonotonicTime?)
    }

    package let configuration: Breaker.Configuration
    /// Makes jitter differ between breakers and repeat within one.
    private let seed: UInt64

    package private(set) var phase: Phase = .closed
    package private(set) var generation: UInt64
    package private(set) var streak = FailureStreak()
    /// Times the breaker reopened since it was last closed: the exponent of the backoff.
    package private(set) var failedRecoveries = 0
    package private(set) var totals = Breaker.Totals()
    private var lastProbe: UInt64 = 0
    private var transitions: [Transition] = []

    /// - Parameters:
    ///   - seed: of the jitter.
    ///   - generation: where to begin, modulo 2⁴⁰.
    package init(_ configuration: Breaker.Configuration, seed: UInt64, generation: UInt64 = 0) {
        self.configuration = configuration
        self.seed = seed
        self.generation = generation & StateWord.generationMask
    }

    /// Answers the next caller, after everything that time alone has brought about.
    package mutating func admit(at now: MonotonicTime) -> Decision {
        advance(to: now)
        switch phase {
        case .closed, .disabled:
            return .admitted(Admission(generation: generation, startedAt: now))
        case .open(let opening):
            return .refused(.open, until: opening.until)
        case .isolated(_, let until):
            return .refused(.isolated, until: until)
        case .halfOpen(var trial):
            guard trial.leases.count < configuration.recovery.maxProbes else {
                return .refused(.probing, until: trial.nextExpiry)
            }
            lastProbe = lastProbe == .max ? 1 : lastProbe + 1
            trial.lend(lastProbe, until: now.advanced(by: configuration.recovery.probeLease))
            phase = .halfOpen(trial)
            totals.probes &+= 1
            return .admitted(Admission(generation: generation, probe: lastProbe, startedAt: now))
        }
    }

    /// Records how a call ended; one that began in another generation changes nothing but `late`.
    package mutating func settle(_ admission: Admission, _ outcome: Breaker.Outcome, at now: MonotonicTime) {
        guard admission.generation == generation else {
            totals.late &+= 1
            return
        }
        let verdict = verdict(on: outcome, of: admission, at: now)
        switch phase {
        case .closed: settleClosed(verdict, at: now)
        case .halfOpen(let trial): settleProbe(admission.probe, of: trial, verdict, at: now)
        case .disabled: break
        case .open, .isolated: totals.late &+= 1  // nobody is admitted in these generations
        }
    }

    /// Makes the transitions that are due because time passed.
    ///
    /// A lost probe counts as failed at the moment its lease ended, not when somebody noticed: a
    /// breaker that nobody used for an hour does not refuse the first caller on account of it.
    package mutating func advance(to now: MonotonicTime) {
        if case .isolated(_, let until?) = phase, now >= until {
            close(.isolationOver)
        }
        while case .halfOpen(var trial) = phase, let expired = trial.reclaim(at: now) {
            totals.lostProbes &+= 1
            failProbe(of: trial, Breaker.Failure(.lostProbe), .probeLost, at: expired)
        }
        if case .open(let opening) = phase, now >= opening.until {
            move(to: .halfOpen(ProbeTrial()), .openTimeOver)
        }
    }

    /// Hands over the transitions made since the last call, oldest first.
    package mutating func takeTransitions() -> [Transition] {
        if transitions.isEmpty { return [] }
        defer { transitions = [] }
        return transitions
    }
}

// MARK: - Settling

extension BreakerMachine {
    private enum Verdict {
        case success
        case failure(Breaker.Failure)
        case neutral
    }

    private func verdict(on outcome: Breaker.Outcome, of admission: Admission, at now: MonotonicTime) -> Verdict {
        switch outcome {
        case .success: return .success
        case .failure(let failure): return .failure(failure)
        case .ignored: return .neutral
        case .cancelled:
            guard let hangThreshold = configuration.hangThreshold, now.duration(since: admission.startedAt) > hangThreshold
            else { return .neutral }
            return .failure(Breaker.Failure(.hung))
        }
    }

    private mutating func settleClosed(_ verdict: Verdict, at now: MonotonicTime) {
        switch verdict {
        case .neutral: break
        case .success: streak = FailureStreak()
        case .failure(let failure):
            totals.failures &+= 1
            streak.add(failure, at: now)
            if let cause = configuration.trip.cause(of: streak) { open(cause, at: now) }
        }
    }

    private mutating func settleProbe(_ probe: UInt64, of current: ProbeTrial, _ verdict: Verdict, at now: MonotonicTime) {
        var trial = current
        guard trial.handBack(probe) else {
            totals.late &+= 1
            return
        }
        switch verdict {
        case .neutral:
            phase = .halfOpen(trial)
        case .success:
            trial.successes += 1
            streak = FailureStreak()
            phase = .halfOpen(trial)
            if trial.successes >= configuration.recovery.successThreshold { close(.recovered) }
        case .failure(let failure):
            failProbe(of: trial, failure, .probeFailed, at: now)
        }
    }

    private mutating func failProbe(
        of current: ProbeTrial, _ failure: Breaker.Failure, _ cause: Breaker.Cause, at moment: MonotonicTime
    ) {
        var trial = current
        trial.failures += 1
        totals.failures &+= 1
        streak.add(failure, at: moment)
        phase = .halfOpen(trial)
        if trial.failures > configuration.recovery.toleratedFailures {
            failedRecoveries = failedRecoveries == .max ? .max : failedRecoveries + 1
            open(cause, at: moment)
        }
    }
}

// MARK: - Operators

extension BreakerMachine {
    /// Closed, as if new; in-flight calls become late even if it was closed already.
    package mutating func reset() {
        close(.reset)
    }

    package mutating func isolate(reason: String, until: MonotonicTime?) {
        move(to: .isolated(reason: reason, until: until), .isolated)
    }

    package mutating func disable() {
        if case .disabled = phase { return }
        move(to: .disabled, .disabled)
    }

    /// - Returns: false if no operator state was in force.
    package mutating func release() -> Bool {
        switch phase {
        case .isolated, .disabled:
            close(.released)
            return true
        case .closed, .open, .halfOpen:
            return false
        }
    }
}

// MARK: - Transitions

extension BreakerMachine {
    private mutating func open(_ cause: Breaker.Cause, at now: MonotonicTime) {
        let serverAsks = streak.serverAsksUntil.map { max(0, $0.duration(since: now).saturatingNanoseconds) } ?? 0
        let times = configuration.openTime
        let wait = times.nanoseconds(attempt: failedRecoveries, serverAsks: serverAsks, random: random(for: generation))
        let isServersWish = serverAsks > times.nanoseconds(attempt: failedRecoveries, serverAsks: 0, random: 0)
        let isAlert = phase == .closed
        totals.openings &+= 1
        move(
            to: .open(Opening(since: now, until: now.advanced(by: .nanoseconds(wait)), cause: cause, isServersWish: isServersWish)),
            cause, openFor: .nanoseconds(wait), isAlert: isAlert
        )
    }

    private mutating func close(_ cause: Breaker.Cause) {
        streak = FailureStreak()
        failedRecoveries = 0
        move(to: .closed, cause)
    }

    private mutating func move(to next: Phase, _ cause: Breaker.Cause, openFor: Duration? = nil, isAlert: Bool = false) {
        let from = phase.state
        phase = next
        generation = (generation + 1) & StateWord.generationMask
        guard next.state != from else { return }
        transitions.append(
            Transition(
                from: from, to: next.state, cause: cause, generation: generation, openFor: openFor,
                failure: openFor == nil ? nil : streak.last, isAlert: isAlert
            )
        )
    }

    /// One step of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014):
    /// the same generation always gets the same jitter, so reading ahead shows what will happen.
    private func random(for generation: UInt64) -> UInt64 {
        var bits = seed &+ (generation &+ 1) &* 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}

extension BreakerMachine.Phase {
    package var state: Breaker.State {
        switch self {
        case .closed: .closed
        case .open: .open
        case .halfOpen: .halfOpen
        case .isolated: .isolated
        case .disabled: .disabled
        }
    }

    package var probes: Int {
        if case .halfOpen(let trial) = self { trial.leases.count } else { 0 }
    }
}

extension BreakerMachine {
    /// What the next caller has to wait for, if it would be refused now.
    package var refusedUntil: MonotonicTime? {
        switch phase {
        case .closed, .disabled: nil
        case .open(let opening): opening.until
        case .isolated(_, let until): until
        case .halfOpen(let trial): trial.leases.count < configuration.recovery.maxProbes ? nil : trial.nextExpiry
        }
    }

    package var word: StateWord {
        StateWord(state: phase.state, generation: generation, failures: streak.count, probes: phase.probes)
    }
}
