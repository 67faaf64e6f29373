import HardeningCore

/// The sentence behind ``Breaker/explain()``.
struct Explanation: CustomStringConvertible {
    let name: String
    let machine: BreakerMachine
    let now: MonotonicTime

    var description: String {
        switch machine.phase {
        case .closed: "\(name) is closed: \(closed)."
        case .open(let opening): "\(name) is open: \(why(opening)); \(waits(until: opening.until)), then \(probes) let through."
        case .halfOpen(let trial): "\(name) is half-open: \(progress(of: trial))."
        case .isolated(let reason, let until):
            "\(name) is isolated by an operator (\(reason)): calls are refused "
                + (until.map { "for another \(DurationWords($0.duration(since: now)))" } ?? "until it is released") + "."
        case .disabled: "\(name) is disabled by an operator: calls pass and nothing is recorded."
        case .metricsOnly(nil): "\(name) only measures: \(closed)."
        case .metricsOnly: "\(name) only measures, and would have opened: \(closed)."
        }
    }

    private var closed: String {
        var parts = [pass]
        if machine.streak.count > 0 {
            let threshold = machine.configuration.trip.consecutiveFailures.map { " of \($0)" } ?? ""
            parts.append("\(machine.streak.count)\(threshold) failures in a row\(lastFailure)")
        }
        parts += machine.meters.map(share)
        if let overdue = machine.configuration.trip.overdue {
            parts.append("\(machine.inFlight.count) in flight (\(overdue.calls) longer than \(DurationWords(overdue.limit)) open it)")
        }
        return parts.count == 1 ? "\(pass) and the last one did not fail" : parts.joined(separator: ", ")
    }

    private var pass: String {
        guard let stage = machine.rampStage(at: now) else { return "calls pass" }
        return "\(stage.percent) % of calls pass for another \(DurationWords(stage.until.duration(since: now)))"
    }

    private func share(_ meter: ShareMeter) -> String {
        let kind = meter.cause == .slowShare ? "were slow" : "failed"
        let wanted = meter.count < meter.minCalls ? "counts from \(meter.minCalls) calls" : "opens at \(meter.percent) %"
        return "\(meter.hits) of \(meter.count) calls \(kind) (\(wanted))"
    }

    private func why(_ opening: BreakerMachine.Opening) -> String {
        let ago = DurationWords(now.duration(since: opening.since))
        let event =
            switch opening.cause {
            case .probeFailed: "a probe failed \(ago) ago\(lastFailure)"
            case .probeLost: "a probe did not answer within \(DurationWords(machine.configuration.recovery.probeLease))"
            case .failureShare, .slowShare:
                "opened \(ago) ago because "
                    + machine.meters.filter { $0.cause == opening.cause && $0.isMet }.map(share).joined(separator: ", ")
                    + (opening.cause == .slowShare ? "" : lastFailure)
            case .callsOverdue: "opened \(ago) ago because \(overdue)"
            case .restored: "it was open before the restart\(lastFailure)"
            default: "opened \(ago) ago after \(machine.streak.count) failures in a row\(lastFailure)"
            }
        let backoff = machine.failedRecoveries > 0 ? ", failed recovery number \(machine.failedRecoveries)" : ""
        return event + backoff + (opening.isServersWish ? "; the server asked to wait" : "")
    }

    private func waits(until: MonotonicTime) -> String {
        "calls are refused for another \(DurationWords(until.duration(since: now)))"
    }

    private var probes: String {
        let count = machine.configuration.recovery.maxProbes
        return count == 1 ? "one probe at a time is" : "\(count) probes at a time are"
    }

    private func progress(of trial: ProbeTrial) -> String {
        let recovery = machine.configuration.recovery
        let score = "\(trial.successes) of \(recovery.successThreshold) probes succeeded, \(trial.leases.count) in flight"
        guard let until = machine.refusedUntil else { return score + ", the next caller is a probe" }
        return score + "; \(waits(until: until)) at most, unless a probe answers"
    }

    private var overdue: String {
        guard let rule = machine.configuration.trip.overdue else { return "calls hung" }
        return "\(rule.calls) calls in flight took longer than \(DurationWords(rule.limit))"
    }

    private var lastFailure: String {
        (machine.streak.last ?? machine.lastFailure).map { " (last: \($0.failureClass))" } ?? ""
    }
}
