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
        /// Until when the episode that was reported lasts at least; nil outside of one.
        case metricsOnly(episodeUntil: MonotonicTime?)
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
    let seed: UInt64
    /// The shortest duration that is slow, in nanoseconds.
    let slowThreshold: Int64?

    package internal(set) var phase: Phase = .closed
    package internal(set) var generation: UInt64
    package internal(set) var streak = FailureStreak()
    /// One for every rule about a share, in the order of the configuration.
    package internal(set) var meters: [ShareMeter]
    /// Only watched when a rule asks for it.
    package internal(set) var inFlight = InFlightCalls()
    /// The latest failure since the breaker was last closed.
    package internal(set) var lastFailure: Breaker.Failure?
    /// Set while a closed breaker that recovered admits a share of the calls.
    package internal(set) var ramp: RampProgress?
    /// Times the breaker reopened since it was last closed: the exponent of the backoff.
    package internal(set) var failedRecoveries = 0
    package internal(set) var totals = Breaker.Totals()
    var calls = Breaker.CallTotals()
    private var lastProbe: UInt64 = 0
    var transitions: [Transition] = []

    /// - Parameters:
    ///   - seed: of the jitter.
    ///   - generation: where to begin, modulo 2⁴⁰.
    package init(_ configuration: Breaker.Configuration, seed: UInt64, generation: UInt64 = 0) {
        self.configuration = configuration
        self.seed = seed
        slowThreshold = configuration.trip.slowThreshold?.saturatingNanoseconds
        meters = configuration.trip.shares.map(ShareMeter.init)
        self.generation = generation & StateWord.generationMask
    }

    /// Answers the next caller, after everything that time alone has brought about.
    package mutating func admit(at now: MonotonicTime) -> Decision {
        advance(to: now)
        switch phase {
        case .closed:
            if let stage = rampStage(at: now), ramp?.admits(percent: stage.percent) == false {
                return .refused(.recovering, until: stage.until)
            }
            return .admitted(Admission(generation: generation, startedAt: now, ticket: watch(at: now)))
        case .metricsOnly:
            return .admitted(Admission(generation: generation, startedAt: now, ticket: watch(at: now)))
        case .disabled:
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
        if let overdue = configuration.trip.overdue, let moment = inFlight.overdue(overdue.calls, limit: overdue.limit, at: now) {
            trip(.callsOverdue, at: moment)
        }
        if case .open(let opening) = phase, now >= opening.until {
            move(to: .halfOpen(ProbeTrial()), .openTimeOver)
        }
        if ramp != nil && rampStage(at: now) == nil { ramp = nil }
    }

    /// Records a success that changes nothing but the windows: the common case of rules about shares.
    ///
    /// - Parameter now: only looked at when a rule is about time.
    /// - Returns: false if it was not recorded, because there is more to decide.
    package mutating func noteSuccess(_ admission: Admission, at now: MonotonicTime) -> Bool {
        guard case .closed = phase, admission.generation == generation, streak.count == 0, admission.ticket == 0 else { return false }
        if let slowThreshold, now.nanoseconds.subtractingSaturating(admission.startedAt.nanoseconds) >= slowThreshold { return false }
        for index in meters.indices {
            meters[index].advance(to: now)
            if meters[index].mayBeMetBySuccess { return false }
        }
        for index in meters.indices { meters[index].record(isFailure: false, duration: 0, at: now) }
        calls.succeeded &+= 1
        return true
    }

    private mutating func watch(at now: MonotonicTime) -> Int32 {
        configuration.trip.overdue == nil ? 0 : inFlight.begin(at: now)
    }

    /// Hands over the transitions made since the last call, oldest first.
    package mutating func takeTransitions() -> [Transition] {
        if transitions.isEmpty { return [] }
        defer { transitions = [] }
        return transitions
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
        case .metricsOnly: .metricsOnly
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
        case .closed, .disabled, .metricsOnly: nil
        case .open(let opening): opening.until
        case .isolated(_, let until): until
        case .halfOpen(let trial): trial.leases.count < configuration.recovery.maxProbes ? nil : trial.nextExpiry
        }
    }

    /// The step of a ramp the breaker is in at `now`.
    func rampStage(at now: MonotonicTime) -> (percent: Int, until: MonotonicTime)? {
        guard let ramp, let rules = configuration.recovery.ramp else { return nil }
        return ramp.stage(of: rules, at: now)
    }

    package var word: StateWord {
        StateWord(state: phase.state, generation: generation, failures: streak.count, probes: phase.probes, closed: closedKind)
    }

    private var closedKind: StateWord.Closed {
        if ramp != nil || configuration.trip.overdue != nil { return .deciding }
        return configuration.recordsSuccesses ? .recording : .silent
    }

    /// Moves time windows on, which otherwise happens with the next outcome.
    mutating func forgetOldCalls(at now: MonotonicTime) {
        for index in meters.indices { meters[index].advance(to: now) }
    }

    /// Closed without anything that forgetting it would lose.
    func isIdle(at now: MonotonicTime) -> Bool {
        var machine = self
        machine.advance(to: now)
        machine.forgetOldCalls(at: now)
        return machine.phase == .closed && machine.streak.count == 0 && machine.ramp == nil && machine.inFlight.count == 0
            && machine.meters.allSatisfy { $0.hits == 0 }
    }
}
