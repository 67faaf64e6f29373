package import HardeningCore

extension BreakerMachine {
    mutating func open(_ cause: Breaker.Cause, at now: MonotonicTime) {
        let (wait, isServersWish) = openTime(at: now)
        let isAlert = phase == .closed
        totals.openings &+= 1
        move(
            to: .open(Opening(since: now, until: now.advanced(by: .nanoseconds(wait)), cause: cause, isServersWish: isServersWish)),
            cause, openFor: .nanoseconds(wait), isAlert: isAlert
        )
    }

    /// How long it would stay open from `now` on, and whether the server's wish decided that.
    func openTime(at now: MonotonicTime) -> (nanoseconds: Int64, isServersWish: Bool) {
        let serverAsks = streak.serverAsksUntil.map { max(0, $0.duration(since: now).saturatingNanoseconds) } ?? 0
        let times = configuration.openTime
        let wait = times.nanoseconds(attempt: failedRecoveries, serverAsks: serverAsks, random: random(for: generation))
        return (wait, serverAsks > times.nanoseconds(attempt: failedRecoveries, serverAsks: 0, random: 0))
    }

    mutating func close(_ cause: Breaker.Cause) {
        clearEvidence()
        move(to: .closed, cause)
    }

    /// Closes because probes succeeded: the only way that is followed by a ramp.
    mutating func recover(at now: MonotonicTime) {
        close(.recovered)
        if configuration.recovery.ramp != nil { ramp = RampProgress(began: now) }
    }

    mutating func clearEvidence() {
        streak = FailureStreak()
        lastFailure = nil
        failedRecoveries = 0
        if !meters.isEmpty { meters = configuration.trip.shares.map(ShareMeter.init) }
    }

    /// What a transition that opens names as its failure.
    func failure(behind cause: Breaker.Cause) -> Breaker.Failure? {
        switch cause {
        case .slowShare: Breaker.Failure(.slow)
        case .callsOverdue: Breaker.Failure(.overdue)
        default: streak.last ?? lastFailure
        }
    }

    mutating func move(to next: Phase, _ cause: Breaker.Cause, openFor: Duration? = nil, isAlert: Bool = false) {
        let from = phase.state
        phase = next
        ramp = nil
        if inFlight.count > 0 { inFlight.clear() }
        generation = (generation + 1) & StateWord.generationMask
        guard next.state != from else { return }
        transitions.append(
            Transition(
                from: from, to: next.state, cause: cause, generation: generation, openFor: openFor,
                failure: openFor == nil ? nil : failure(behind: cause), isAlert: isAlert
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

    package mutating func measureOnly() {
        if case .metricsOnly = phase { return }
        clearEvidence()
        move(to: .metricsOnly(episodeUntil: nil), .metricsOnly)
    }

    /// - Returns: false if no operator state was in force.
    package mutating func release() -> Bool {
        switch phase {
        case .isolated, .disabled, .metricsOnly:
            close(.released)
            return true
        case .closed, .open, .halfOpen:
            return false
        }
    }
}
