public import CircuitBreaker
import HardeningCore

extension BreakerTrace {
    /// Trace in, states and events out: runs a breaker of this configuration through the steps on manual time.
    ///
    /// Pass jitter only when nothing depends on how long it stays open.
    public func answers(of configuration: Breaker.Configuration) -> [Answer] {
        var replay = BreakerReplay(configuration)
        return lines.map { replay.perform($0.step) }
    }

    /// The same steps, with what a breaker of this configuration does now as what is expected.
    public func recorded(of configuration: Breaker.Configuration) -> BreakerTrace {
        BreakerTrace(zip(lines, answers(of: configuration)).map { Line($0.step, expected: $1) })
    }

    /// The first step at which a breaker does not do what is expected.
    public struct Difference: Sendable, Hashable, CustomStringConvertible {
        /// Counted from 1.
        public let step: Int
        /// The step in the textual form.
        public let text: String
        public let expected: Answer
        public let observed: Answer

        public var description: String { "step \(step), “\(text)”: expected “\(expected)”, but it was “\(observed)”" }
    }

    /// Compares a breaker of this configuration with what the lines expect.
    ///
    /// - Returns: nil when all of them agree.
    public func firstDifference(of configuration: Breaker.Configuration) -> Difference? {
        var replay = BreakerReplay(configuration)
        return firstDifference {
            replay.perform($0.step)
        } expected: {
            $0.expected
        }
    }

    /// Compares a breaker of this configuration with a reference, whatever the lines expect.
    ///
    /// - Parameter reference: a new one, made of the same configuration.
    /// - Returns: nil when they agree at every step.
    public func firstDifference(of configuration: Breaker.Configuration, from reference: ReferenceBreaker) -> Difference? {
        var (replay, expected) = (BreakerReplay(configuration), ReferenceReplay(reference))
        return firstDifference {
            replay.perform($0.step)
        } expected: {
            expected.perform($0.step)
        }
    }

    private func firstDifference(observed: (Line) -> Answer, expected: (Line) -> Answer?) -> Difference? {
        for (index, line) in lines.enumerated() {
            let answer = observed(line)
            if let wanted = expected(line), wanted != answer {
                return Difference(step: index + 1, text: line.step.description, expected: wanted, observed: answer)
            }
        }
        return nil
    }
}

/// Performs steps on a breaker.
private struct BreakerReplay {
    private let time = ManualTime()
    private let breaker: Breaker
    private let events: EventSubscription<Breaker.Event>
    private var permits: [String: HeldPermit] = [:]

    init(_ configuration: Breaker.Configuration) {
        breaker = Breaker("trace", configuration, time: .manual(time))
        events = breaker.events.subscribe()
    }

    mutating func perform(_ step: BreakerTrace.Step) -> BreakerTrace.Answer {
        let lateBefore = breaker.snapshot.totals.late
        var verdict = act(step)
        let snapshot = breaker.snapshot
        if snapshot.totals.late != lateBefore { verdict = .late }
        return BreakerTrace.Answer(
            verdict, snapshot.state, wait: snapshot.retryAfter, rampPercent: snapshot.rampPercent,
            events: events.drain().map { BreakerTrace.Event(from: $0.from, to: $0.to, cause: $0.cause, isAlert: $0.isAlert) }
        )
    }

    private mutating func act(_ step: BreakerTrace.Step) -> BreakerTrace.Answer.Verdict {
        switch step {
        case .acquire(let call): return acquire(call)
        case .succeed(let call): return settle(call, .success)
        case .fail(let call, let retryAfter): return settle(call, .failure(.error, retryAfter: retryAfter))
        case .ignore(let call): return settle(call, .ignored)
        case .cancel(let call): return settle(call, .cancelled)
        case .drop(let call): return permits.removeValue(forKey: call) == nil ? .skipped : .done
        case .advance(let duration): time.advance(by: max(.zero, duration))
        case .stepWallClock(let duration): time.stepWallClock(by: duration)
        case .isolate(let duration): breaker.isolate(reason: "trace", for: duration)
        case .disable: breaker.disable()
        case .measure: breaker.measureOnly()
        case .release: breaker.release()
        case .reset: breaker.reset()
        }
        return .done
    }

    private mutating func acquire(_ call: String) -> BreakerTrace.Answer.Verdict {
        if permits[call] != nil { return .skipped }
        do throws(Breaker.Rejection) {
            let permit = HeldPermit(try breaker.acquire())
            permits[call] = permit
            return permit.isProbe ? .probe : .done
        } catch {
            return .refused(retryAfter: error.retryAfter)
        }
    }

    private mutating func settle(_ call: String, _ outcome: Breaker.Outcome) -> BreakerTrace.Answer.Verdict {
        guard let permit = permits.removeValue(forKey: call) else { return .skipped }
        permit.settle(outcome)
        return .done
    }
}

/// Lets a dictionary hold permits; one that is let go of drops its permit.
private final class HeldPermit {
    private var permit: Breaker.Permit?
    let isProbe: Bool

    init(_ permit: consuming Breaker.Permit) {
        isProbe = permit.isProbe
        self.permit = consume permit
    }

    func settle(_ outcome: Breaker.Outcome) {
        if let permit = permit.take() { permit.settle(outcome) }
    }
}

/// Performs steps on a reference.
private struct ReferenceReplay {
    private var reference: ReferenceBreaker
    /// Parallel to the calls of the reference.
    private var labels: [String] = []

    init(_ reference: ReferenceBreaker) {
        self.reference = reference
    }

    mutating func perform(_ step: BreakerTrace.Step) -> BreakerTrace.Answer {
        let lateBefore = reference.late
        reference.log = []
        var verdict = act(step)
        if reference.late != lateBefore { verdict = .late }
        let (state, until, rampPercent) = reference.view
        return BreakerTrace.Answer(verdict, state, wait: until.map(wait), rampPercent: rampPercent, events: reference.log)
    }

    private func wait(until moment: Int) -> Duration { .nanoseconds(max(0, moment - reference.now)) }

    private mutating func act(_ step: BreakerTrace.Step) -> BreakerTrace.Answer.Verdict {
        switch step {
        case .acquire(let call): return acquire(call)
        case .succeed(let call): return settle(call, .success)
        case .fail(let call, let retryAfter):
            return settle(call, .failure(retryAfter: Int(retryAfter?.saturatingNanoseconds ?? 0)))
        case .ignore(let call), .drop(let call): return settle(call, .ignored)
        case .cancel(let call): return settle(call, .cancelled)
        case .advance(let duration): reference.advance(by: max(0, Int(duration.saturatingNanoseconds)))
        case .stepWallClock: break
        case .isolate(let duration): reference.isolate(for: duration.map { Int($0.saturatingNanoseconds) })
        case .disable: reference.disable()
        case .measure: reference.measureOnly()
        case .release: reference.release()
        case .reset: reference.reset()
        }
        return .done
    }

    private mutating func acquire(_ call: String) -> BreakerTrace.Answer.Verdict {
        if labels.contains(call) { return .skipped }
        switch reference.acquire() {
        case .refused(let until): return .refused(retryAfter: until.map(wait))
        case .admitted(let isProbe):
            labels.append(call)
            return isProbe ? .probe : .done
        }
    }

    private mutating func settle(_ call: String, _ ending: ReferenceBreaker.Ending) -> BreakerTrace.Answer.Verdict {
        guard let index = labels.firstIndex(of: call) else { return .skipped }
        labels.remove(at: index)
        reference.settle(index, ending)
        return .done
    }
}
