import HardeningCore

// Reserving is admitting with a memory for moments; settling is not the hot path.
extension RateLimiter {
    /// Admits like ``admit(_:cost:)-([RateLimitCheck],_)`` and lets the caller correct the cost once it is known.
    ///
    /// - Complexity: as admitting, and one allocation for the reservation and its moments each.
    public func reserve(_ checks: [RateLimitCheck], cost: Int) -> RateLimitReservation.Attempt {
        var decision: RateLimitDecision?
        let stamps = [Int64](unsafeUninitializedCapacity: checks.count) { buffer, count in
            buffer.initialize(repeating: RateLimitReservation.unlogged)
            decision = checks.withUnsafeBufferPointer { decide($0, cost, stamps: buffer) }
            count = checks.count
        }
        let answer = decision ?? admit([], cost: 0)
        let reservation =
            answer.isAdmitted ? RateLimitReservation(issuer: self, checks: checks, cost: max(0, cost), stamps: stamps) : nil
        return RateLimitReservation.Attempt(decision: answer, reservation: reservation)
    }

    /// Reserves under one policy.
    public func reserve(_ policy: RateLimitPolicy, key: String, cost: Int) -> RateLimitReservation.Attempt {
        reserve([RateLimitCheck(policy, key: key)], cost: cost)
    }

    /// Ends a reservation at what was really used, exactly.
    ///
    /// What was held too much is taken from this reservation's own entry; the use of others keeps its age, which
    /// ``refund(_:cost:)-(RateLimitCheck,_)`` cannot promise. What was held too little is charged now without asking:
    /// nothing may be left, or less than nothing. Other clients can decide between one check and the next.
    ///
    /// Nothing is given back of units that have left the windows, that were counted in the sketch, whose cells are
    /// shared, or whose policy has windows of other lengths by now. A shadow policy that had no room was charged
    /// nothing and gets nothing back.
    ///
    /// - Parameter actual: units; below 0 counts as 0.
    /// - Returns: whether this call settled it; false when it was settled before, or another limiter made it.
    /// - Complexity: O(log n + newer) in the entries of each client's log.
    @discardableResult
    public func commit(_ reservation: RateLimitReservation, actual: Int) -> Bool {
        guard reservation.end(by: self) else { return false }
        let actual = max(0, actual)
        for (check, stamp) in zip(reservation.checks, reservation.stamps) where stamp != RateLimitReservation.unlogged {
            let client = check.fingerprint(with: fingerprintKey)
            let key = check.policy.key(of: client)
            shards.withShard(shards.index(of: client)) { shard in
                let now = shard.pointee.clock.advance(to: time.monotonic)
                if actual < reservation.cost {
                    shard.pointee.takeBack(reservation.cost - actual, chargedAt: stamp, check.policy, key, now: now)
                } else if actual > reservation.cost {
                    shard.pointee.chargeUnasked(actual - reservation.cost, check.policy, key, now: now, events: events)
                }
            }
        }
        events.deliver()
        return true
    }

    /// Ends a reservation of which nothing was used; see ``commit(_:actual:)``.
    @discardableResult
    public func cancel(_ reservation: RateLimitReservation) -> Bool { commit(reservation, actual: 0) }
}

extension Shard {
    /// Takes units back from what was charged at a moment, if the log still has it and its windows are the same.
    mutating func takeBack(_ units: Int, chargedAt moment: Int64, _ policy: RateLimitPolicy, _ key: Fingerprint, now: Int64) {
        guard let slot = table.find(key) else { return }
        let log = SlidingLog(table[slot])
        guard log.suits(policy.rule), table[slot].pointee.expiry > now, now - moment < policy.rule.longest else { return }
        for window in 0..<policy.rule.count { _ = log.use(of: window, policy.rule, now: now) }
        log.remove(units, chargedAt: moment, policy.rule.format, now: now)
    }

    /// Charges what has already happened, room or not; a count that would not fit keeps its newest units.
    mutating func chargeUnasked(
        _ units: Int, _ policy: RateLimitPolicy, _ key: Fingerprint, now: Int64, events: EventChannel<RateLimitEvent>
    ) {
        guard let slot = table.find(key) else {
            let standing = judgeUntracked(policy, key, cost: 0, now: now).standing
            let units = min(units, Int(policy.rule.format.unitMask))
            return chargeUntracked(policy, key, cost: units, now: now, standing: standing, events: events)
        }
        let record = table[slot]
        var log = SlidingLog(record)
        if record.pointee.expiry <= now { log = openLog(record, policy.rule, now: now) }
        // A log that other windows have rewritten stays theirs: the old ones might see less.
        let format = LogFormat(unitBits: record.pointee.unitBits)
        let longest = log.suits(policy.rule) ? policy.rule.longest : format.longestPossible
        log.forget(asOldAs: longest, format, now: now)
        log.makeRoom(for: units, format)
        if log.isFull {
            pool.grow(log)
            log = SlidingLog(record)
        }
        log.append(min(units, Int(format.unitMask)), format, now: now)
        record.pointee.expiry = max(record.pointee.expiry, now &+ longest)
    }
}

extension LogFormat {
    /// No window of a log in this format is longer; see ``init(longest:)``.
    fileprivate var longestPossible: Int64 { 1 &<< (63 &- Int64(unitBits)) }
}
