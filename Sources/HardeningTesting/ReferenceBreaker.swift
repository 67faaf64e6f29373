package import CircuitBreaker
import HardeningCore

/// The rules of a breaker, written a second time in the plainest way: time is a number, and every call that has not
/// settled is remembered.
///
/// Shares no code and no representation with the library, only the names of states and causes, so that an error would
/// have to be made twice. Compare a breaker with it through ``BreakerTrace/firstDifference(of:from:)``. Not for use as
/// a breaker: every step takes time and memory in proportion to the calls it remembers.
public struct ReferenceBreaker: Sendable, Hashable {
    package struct Call: Sendable, Hashable {
        package let epoch: Int
        package let leaseEnd: Int?
        package let began: Int
        package var isForfeit = false
    }

    package struct Recorded: Sendable, Hashable {
        package let tick: Int
        package let failed: Bool
        let duration: Int
    }

    package enum Ending: Sendable, Hashable {
        case success, ignored, cancelled
        /// In ticks from now; 0 when the server asks for nothing.
        case failure(retryAfter: Int)
    }

    package enum Admission: Sendable, Hashable {
        case admitted(isProbe: Bool)
        /// nil when only an operator ends it.
        case refused(until: Int?)
    }

    package let rules: Rules
    package var now: Int
    package var mode = Breaker.State.closed
    package var epoch = 0
    package var failuresInARow = 0
    package var serverSays = Int.min
    package var opensAt = 0
    package var won = 0
    package var lost = 0
    package var late = 0
    package var calls: [Call] = []
    /// Outcomes since the breaker was closed, as far as a rule looks back.
    package var history: [Recorded] = []
    /// Events of the latest step.
    package var log: [BreakerTrace.Event] = []
    private var failedRecoveries = 0
    private var isolatedUntil: Int?
    private var episodeUntil: Int?
    private var rampBegan: Int?
    private var rampCredit = 0

    package init(rules: Rules, now: Int = 0) {
        self.rules = rules
        self.now = now
    }

    package var probesOut: Int { calls.filter { isOutstandingProbe($0) }.count }

    private func isOutstandingProbe(_ call: Call) -> Bool { call.epoch == epoch && call.leaseEnd != nil && !call.isForfeit }

    private var firstLeaseEnd: Int? { calls.filter { isOutstandingProbe($0) }.compactMap(\.leaseEnd).min() }

    /// A call that is admitted is the last of ``calls``.
    package mutating func acquire() -> Admission {
        log = []
        letTimeAct()
        switch mode {
        case .open: return .refused(until: opensAt)
        case .isolated: return .refused(until: isolatedUntil)
        case .halfOpen:
            if probesOut >= rules.maxProbes { return .refused(until: firstLeaseEnd) }
            calls.append(Call(epoch: epoch, leaseEnd: now.plus(rules.leaseTicks), began: now))
            return .admitted(isProbe: true)
        case .closed:
            if let (percent, end) = rampStage {
                rampCredit += percent
                if rampCredit < 100 { return .refused(until: end) }
                rampCredit -= 100
            }
        case .disabled, .metricsOnly: break
        }
        calls.append(Call(epoch: epoch, leaseEnd: nil, began: now))
        return .admitted(isProbe: false)
    }

    package mutating func settle(_ index: Int, _ ending: Ending) {
        log = []
        let call = calls.remove(at: index)
        if call.epoch != epoch || call.isForfeit {
            late += 1
            return
        }
        if mode == .disabled { return }
        let duration = now - call.began
        switch ending {
        case .cancelled where rules.hangTicks.map { duration > $0 } ?? false: failed(call, retryAfter: 0, duration)
        case .ignored, .cancelled: break
        case .failure(let retryAfter): failed(call, retryAfter: retryAfter, duration)
        case .success:
            let isSlow = rules.shares.contains { $0.slowTicks.map { duration >= $0 } ?? false }
            isSlow && call.leaseEnd != nil ? failed(call, retryAfter: 0, duration) : succeeded(call, duration)
        }
        if call.leaseEnd == nil && rules.overdue != nil { letTimeAct() }
    }

    private mutating func succeeded(_ call: Call, _ duration: Int) {
        failuresInARow = 0
        serverSays = .min
        guard mode == .halfOpen else { return note(Recorded(tick: now, failed: false, duration: duration)) }
        won += 1
        if won == rules.successes {
            go(.closed, .recovered)
            if rules.ramp != nil { (rampBegan, rampCredit) = (now, 0) }
        }
    }

    private mutating func failed(_ call: Call, retryAfter: Int, _ duration: Int) {
        if retryAfter > 0 { serverSays = max(serverSays, now.plus(retryAfter)) }
        if mode == .halfOpen { return probeFailed(.probeFailed, at: now) }
        failuresInARow += 1
        note(Recorded(tick: now, failed: true, duration: duration))
    }

    private mutating func note(_ recorded: Recorded) {
        history.append(recorded)
        let (now, count) = (now, history.count)
        history = history.enumerated().filter { index, old in
            rules.shares.contains { $0.sees(old, callsSince: count - index, at: now) }
        }.map(\.element)
        if let cause = ruleMet {
            trip(cause, at: now)
        } else if mode == .metricsOnly, let until = episodeUntil, now >= until {
            episodeUntil = nil
        }
    }

    private var ruleMet: Breaker.Cause? {
        if rules.countsStreak && failuresInARow >= rules.threshold { return .consecutiveFailures }
        for share in rules.shares {
            let (calls, hits) = counts(of: share)
            if calls >= share.minCalls && 100 * hits >= share.percent * calls { return share.slowTicks == nil ? .failureShare : .slowShare }
        }
        return nil
    }

    private func counts(of share: Share) -> (calls: Int, hits: Int) {
        let seen = history.enumerated().filter { share.sees($1, callsSince: history.count - $0, at: now) }.map(\.element)
        return (seen.count, seen.filter { old in share.slowTicks.map { old.duration >= $0 } ?? old.failed }.count)
    }

    package mutating func advance(by ticks: Int = 1) {
        log = []
        now = now.plus(ticks)
    }
}

// MARK: - Transitions

extension ReferenceBreaker {
    /// What time alone brings about, when somebody comes to see it.
    private mutating func letTimeAct() {
        if mode == .isolated, let until = isolatedUntil, now >= until { go(.closed, .isolationOver) }
        while mode == .halfOpen, let end = firstLeaseEnd, end <= now,
            let index = calls.firstIndex(where: { isOutstandingProbe($0) && $0.leaseEnd == end })
        {
            calls[index].isForfeit = true
            probeFailed(.probeLost, at: end)
        }
        if mode == .closed || mode == .metricsOnly, let overdue = rules.overdue {
            let began = calls.filter { $0.epoch == epoch }.map(\.began).sorted()
            if began.count >= overdue.calls, began[overdue.calls - 1].plus(overdue.ticks) < now {
                trip(.callsOverdue, at: began[overdue.calls - 1].plus(overdue.ticks))
            }
        }
        if mode == .open && now >= opensAt { go(.halfOpen, .openTimeOver) }
    }

    private mutating func probeFailed(_ cause: Breaker.Cause, at moment: Int) {
        failuresInARow += 1
        lost += 1
        if lost > rules.tolerated {
            failedRecoveries += 1
            open(cause, at: moment)
        }
    }

    private mutating func trip(_ cause: Breaker.Cause, at moment: Int) {
        if mode == .closed { return open(cause, at: moment) }
        guard mode == .metricsOnly && episodeUntil == nil else { return }
        episodeUntil = openEnd(from: moment)
        log.append(BreakerTrace.Event(from: .metricsOnly, to: .metricsOnly, cause: cause, isAlert: true))
    }

    private func openEnd(from moment: Int) -> Int {
        var wait = rules.openTicks
        for _ in 0..<failedRecoveries where wait < rules.openCap { wait = wait.times(rules.backoffFactor) }
        if serverSays > moment { wait = max(wait, serverSays - moment) }
        return moment.plus(min(wait, rules.openCap))
    }

    private mutating func open(_ cause: Breaker.Cause, at moment: Int) {
        opensAt = openEnd(from: moment)
        go(.open, cause)
    }

    private mutating func go(_ next: Breaker.State, _ cause: Breaker.Cause) {
        let isAlert = mode == .closed && next == .open
        if mode != next { log.append(BreakerTrace.Event(from: mode, to: next, cause: cause, isAlert: isAlert)) }
        mode = next
        epoch += 1
        (won, lost, history, isolatedUntil, episodeUntil, rampBegan) = (0, 0, [], nil, nil, nil)
        if next == .closed || next == .metricsOnly { (failuresInARow, serverSays, failedRecoveries) = (0, .min, 0) }
    }

    package mutating func reset() {
        log = []
        go(.closed, .reset)
    }

    package mutating func isolate(for ticks: Int?) {
        log = []
        go(.isolated, .isolated)
        isolatedUntil = ticks.map { now.plus($0) }
    }

    package mutating func disable() {
        log = []
        if mode != .disabled { go(.disabled, .disabled) }
    }

    package mutating func measureOnly() {
        log = []
        if mode != .metricsOnly { go(.metricsOnly, .metricsOnly) }
    }

    package mutating func release() {
        log = []
        if [.isolated, .disabled, .metricsOnly].contains(mode) { go(.closed, .released) }
    }
}

// MARK: - Reading

extension ReferenceBreaker {
    private var rampStage: (percent: Int, end: Int)? {
        guard let ramp = rules.ramp, let rampBegan else { return nil }
        let index = (now - rampBegan) / ramp.ticks
        return index < ramp.percents.count ? (ramp.percents[index], rampBegan.plus((index + 1).times(ramp.ticks))) : nil
    }

    /// What somebody who looks would see, without changing it.
    var view: (state: Breaker.State, refusedUntil: Int?, rampPercent: Int?) {
        var later = self
        later.letTimeAct()
        let until: Int? =
            switch later.mode {
            case .open: later.opensAt
            case .isolated: later.isolatedUntil
            case .halfOpen: later.probesOut < rules.maxProbes ? nil : later.firstLeaseEnd
            case .closed, .disabled, .metricsOnly: nil
            }
        return (later.mode, until, later.mode == .closed ? later.rampStage?.percent : nil)
    }
}

extension Int {
    fileprivate func plus(_ other: Int) -> Int { Int(Int64(self).addingSaturating(Int64(other))) }

    fileprivate func times(_ other: Int) -> Int { Int(Int64(self).multipliedSaturating(by: Int64(other))) }
}
