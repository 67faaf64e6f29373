import HardeningCore

/// Correcting a charge once its real cost is known; see ``RateLimiter/commit(_:actual:)``.
///
/// A stamp is how a charge is found again: the moment on the shard's clock; for a GCRA, which keeps no moments, the
/// client's progress after the charge.
extension Shard {
    /// What to remember of a charge that was just made.
    func stamp(_ policy: RateLimitPolicy, _ key: Fingerprint, now: Int64) -> Int64 {
        guard policy.rule.algorithm == .gcra else { return now }
        // In the sketch there is nothing to give back: a progress before all progress says that all was used since.
        return table.find(key).map { table[$0].pointee.progress } ?? .min
    }

    /// Takes units back from what was charged under a stamp, if the state still knows it and its windows are the same.
    mutating func takeBack(_ units: Int, chargedAt stamp: Int64, _ policy: RateLimitPolicy, _ key: Fingerprint, now: Int64) {
        guard let slot = table.find(key) else { return }
        let record = table[slot]
        guard record.pointee.signature == policy.rule.signature, record.pointee.expiry > now else { return }
        switch policy.rule.algorithm {
        case .gcra: takeBack(units, policy.rule.gcra, record, progress: stamp, now: now)
        case .slidingWindow:
            guard now - stamp < policy.rule.longest else { return }
            let log = SlidingLog(record)
            for window in 0..<policy.rule.count { _ = log.use(of: window, policy.rule, now: now) }
            log.remove(units, chargedAt: stamp, policy.rule.format, now: now)
        default:
            guard let counters = ClientCounters(record) else { return }
            for window in 0..<policy.rule.count {
                let span = SlidingCounter.span(for: policy.rule.lengths[window])
                counters[window].pointee.remove(units, from: stamp / span)
            }
        }
    }

    /// Takes as much from a GCRA as is safe without knowing when later units were used.
    ///
    /// What came later advanced the client's progress by at least its own steps. At worst all of it was used right
    /// now, so without the units taken back the arrival time would be no later than now + that advance, or than
    /// the arrival time less the units, whichever is later.
    private func takeBack(_ units: Int, _ rule: GCRA, _ record: UnsafeMutablePointer<ClientRecord>, progress: Int64, now: Int64) {
        let arrival = record.pointee.arrival
        let advance = record.pointee.progress.subtractingSaturating(progress)
        // Whole nanoseconds hide less than one, in which units of a nanosecond or more cannot hide.
        let later = advance == 0 && rule.period >= rule.divisor ? 0 : advance.addingSaturating(1)
        let earliest = GCRA.Arrival(moment: now.addingSaturating(max(0, later)))
        guard let refund = rule.refunding(units, to: arrival, now: now) else { return }
        let left = refund.arrival.moment >= earliest.moment ? refund.arrival : earliest
        guard left.moment < arrival.moment else { return }
        record.pointee.moveBack(to: left)
    }

    /// Charges what has already happened, room or not; a count that would not fit keeps what it can hold.
    mutating func chargeUnasked(
        _ units: Int, _ policy: RateLimitPolicy, _ key: Fingerprint, now: Int64, events: EventChannel<RateLimitEvent>
    ) {
        let units = min(units, Int(policy.rule.largestCharge))
        guard let slot = table.find(key) else {
            let standing = judgeUntracked(policy, key, cost: 0, now: now).standing
            return chargeUntracked(policy, key, cost: units, now: now, standing: standing, events: events)
        }
        let record = table[slot]
        if policy.rule.algorithm != .slidingWindow {
            add(units, to: open(record, policy, now: now), policy.rule, now: now)
            if policy.rule.algorithm == .gcra { record.pointee.arrival = policy.rule.gcra.capped(record.pointee.arrival, now: now) }
            return
        }
        // Beside other windows of the same log, the log stays theirs: the new ones might see less.
        let isOther = record.pointee.algorithm != .slidingWindow || record.pointee.expiry <= now
        let log = isOther ? openLog(record, policy, now: now) : SlidingLog(record)
        let format = LogFormat(unitBits: record.pointee.unitBits)
        let longest = log.suits(policy.rule) ? policy.rule.longest : format.longestPossible
        log.forget(asOldAs: longest, format, now: now)
        log.makeRoom(for: units, format)
        append(min(units, Int(format.unitMask)), to: record, log, format, now: now)
        record.pointee.expiry = max(record.pointee.expiry, now &+ longest)
    }
}

extension WindowRule {
    /// The most units that one charge may add without asking.
    fileprivate var largestCharge: Int64 {
        switch algorithm {
        case .slidingWindow: Int64(format.unitMask)
        case .gcra: gcra.burst
        default: Int64(UInt32.max)
        }
    }
}

extension LogFormat {
    /// No window of a log in this format is longer; see ``init(longest:)``.
    fileprivate var longestPossible: Int64 { 1 &<< (63 &- Int64(unitBits)) }
}
