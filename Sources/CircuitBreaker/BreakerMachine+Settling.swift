package import HardeningCore

extension BreakerMachine {
    private enum Verdict {
        case success
        case failure(Breaker.Failure)
        case neutral
    }

    /// Records how a call ended; one that began in another generation changes nothing but `late`.
    package mutating func settle(_ admission: Admission, _ outcome: Breaker.Outcome, at now: MonotonicTime) {
        guard admission.generation == generation else {
            totals.late &+= 1
            return
        }
        let duration = admission.startedAt == .distantFuture ? 0 : max(0, now.duration(since: admission.startedAt).saturatingNanoseconds)
        let isSlow = slowThreshold.map { duration >= $0 } ?? false
        let verdict = verdict(on: outcome, of: admission, isSlow: isSlow, at: now)
        switch phase {
        case .closed, .metricsOnly:
            inFlight.end(admission.ticket)
            count(outcome, isSlow: isSlow)
            settleClosed(verdict, duration: duration, at: now)
        case .halfOpen(let trial):
            settleProbe(admission.probe, of: trial, verdict, outcome, isSlow: isSlow, at: now)
        case .disabled: break
        case .open, .isolated: totals.late &+= 1  // nobody is admitted in these generations
        }
    }

    private func verdict(on outcome: Breaker.Outcome, of admission: Admission, isSlow: Bool, at now: MonotonicTime) -> Verdict {
        switch outcome {
        case .success: return admission.isProbe && isSlow ? .failure(Breaker.Failure(.slow)) : .success
        case .failure(let failure): return .failure(failure)
        case .ignored: return .neutral
        case .cancelled:
            guard let hangThreshold = configuration.hangThreshold, now.duration(since: admission.startedAt) > hangThreshold
            else { return .neutral }
            return .failure(Breaker.Failure(.hung))
        }
    }

    private mutating func count(_ outcome: Breaker.Outcome, isSlow: Bool) {
        switch outcome {
        case .success: calls.succeeded &+= 1
        case .failure: break
        case .ignored: calls.ignored &+= 1
        case .cancelled: calls.cancelled &+= 1
        }
        if isSlow { calls.slow &+= 1 }
    }

    private mutating func settleClosed(_ verdict: Verdict, duration: Int64, at now: MonotonicTime) {
        var isFailure = false
        switch verdict {
        case .neutral: return advance(to: now)
        case .success:
            if streak.count > 0 { streak = FailureStreak() }
        case .failure(let failure):
            isFailure = true
            totals.failures &+= 1
            lastFailure = failure
            streak.add(failure, at: now)
        }
        for index in meters.indices { meters[index].record(isFailure: isFailure, duration: duration, at: now) }
        if let cause = ruleMet {
            trip(cause, at: now)
        } else if case .metricsOnly(let until?) = phase, now >= until {
            phase = .metricsOnly(episodeUntil: nil)
        }
        if configuration.trip.overdue != nil { advance(to: now) }
    }

    private var ruleMet: Breaker.Cause? {
        if let threshold = configuration.trip.consecutiveFailures, streak.count >= threshold { return .consecutiveFailures }
        for index in meters.indices where meters[index].isMet { return meters[index].cause }
        return nil
    }

    /// Opens a closed breaker; one that only measures says once an episode that it would have opened.
    mutating func trip(_ cause: Breaker.Cause, at moment: MonotonicTime) {
        switch phase {
        case .closed: open(cause, at: moment)
        case .metricsOnly(episodeUntil: nil):
            let wait = openTime(at: moment).nanoseconds
            phase = .metricsOnly(episodeUntil: moment.advanced(by: .nanoseconds(wait)))
            totals.hypotheticalOpenings &+= 1
            transitions.append(
                Transition(
                    from: .metricsOnly, to: .metricsOnly, cause: cause, generation: generation, openFor: .nanoseconds(wait),
                    failure: failure(behind: cause), isAlert: true
                )
            )
        case .metricsOnly, .open, .halfOpen, .isolated, .disabled: break
        }
    }

    private mutating func settleProbe(
        _ probe: UInt64, of current: ProbeTrial, _ verdict: Verdict, _ outcome: Breaker.Outcome, isSlow: Bool, at now: MonotonicTime
    ) {
        var trial = current
        guard trial.handBack(probe) else {
            totals.late &+= 1
            return
        }
        switch verdict {
        case .neutral:
            count(outcome, isSlow: isSlow)
            phase = .halfOpen(trial)
        case .success:
            count(outcome, isSlow: isSlow)
            trial.successes += 1
            streak = FailureStreak()
            phase = .halfOpen(trial)
            if trial.successes >= configuration.recovery.successThreshold { recover(at: now) }
        case .failure(let failure):
            if isSlow { calls.slow &+= 1 }
            failProbe(of: trial, failure, .probeFailed, at: now)
        }
    }

    mutating func failProbe(
        of current: ProbeTrial, _ failure: Breaker.Failure, _ cause: Breaker.Cause, at moment: MonotonicTime
    ) {
        var trial = current
        trial.failures += 1
        totals.failures &+= 1
        lastFailure = failure
        streak.add(failure, at: moment)
        phase = .halfOpen(trial)
        if trial.failures > configuration.recovery.toleratedFailures {
            failedRecoveries = failedRecoveries == .max ? .max : failedRecoveries + 1
            open(cause, at: moment)
        }
    }
}
