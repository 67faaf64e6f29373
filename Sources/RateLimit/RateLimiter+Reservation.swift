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
    /// nothing and gets nothing back. A GCRA remembers no requests: it gives back all that cannot have mattered to what
    /// the client used since, which is everything when nothing was used since.
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
