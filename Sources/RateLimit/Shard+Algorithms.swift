import HardeningCore

/// The counters and GCRAs of a shard, and the change from one algorithm to another.
///
/// The exact window, whose way is the shortest, is in `Shard.swift`.
extension Shard {
    /// As ``judge(_:_:cost:now:)``, for a policy that is not an exact window.
    @inline(never)
    mutating func judgeOtherwise(_ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64) -> Finding {
        guard let slot = table.find(key) else { return judgeUntracked(policy, key, cost: cost, now: now) }
        let record = open(table[slot], policy, now: now)
        var finding = Finding()
        finding.standing = Standing(trackedOtherwise: slot)
        if policy.rule.algorithm == .gcra {
            Self.weigh(record, policy.rule.gcra, cost: cost, now: now, &finding)
        } else if let counters = ClientCounters(record) {
            for window in 0..<policy.rule.count {
                let length = policy.rule.lengths[window]
                let limit = Int(policy.rule.limits[window])
                let use = counters[window].pointee.use(
                    length, span: SlidingCounter.span(for: length), now: now, limit: limit, cost: cost)
                finding.weigh(window, use, limit: limit, cost: cost)
            }
            finding.foreseeFirst(policy.rule, cost: cost, now: now)
        }
        return finding
    }

    @inline(__always)
    private static func weigh(
        _ record: UnsafeMutablePointer<ClientRecord>, _ rule: GCRA, cost: Int, now: Int64, _ finding: inout Finding
    ) {
        let arrival = record.pointee.arrival
        let debt = rule.debt(arrival, now: now)
        let isPossible = cost <= rule.burst
        let use = SlidingCounter.Use(
            used: rule.used(debt), reset: rule.reset(arrival, now: now), wait: isPossible ? rule.wait(for: cost, debt: debt) : 0)
        finding.weigh(0, use, limit: Int(rule.burst), cost: cost)
        if use.wait == 0 && isPossible {
            finding.foresee(rule.charging(cost, to: arrival, now: now).ceiling &- now)
        }
    }

    /// As ``charge(_:_:cost:now:standing:isFresh:events:)``, for a policy that is not an exact window.
    ///
    /// - Returns: false when the client has no record.
    @inline(never)
    mutating func chargeOtherwise(
        _ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64, standing: Standing, isFresh: Bool
    ) -> Bool {
        guard let slot = isFresh ? standing.otherSlot : table.find(key) else { return false }
        let record = isFresh ? table[slot] : open(table[slot], policy, now: now)
        add(cost, to: record, policy.rule, now: now)
        return true
    }

    @inline(__always)
    func add(_ cost: Int, to record: UnsafeMutablePointer<ClientRecord>, _ rule: WindowRule, now: Int64) {
        if rule.algorithm == .gcra {
            record.pointee.arrival = rule.gcra.charging(cost, to: record.pointee.arrival, now: now)
        } else {
            ClientCounters(record)?.add(cost, rule, at: now)
            record.pointee.expiry = Self.expiry(ofCounters: rule, chargedAt: now)
        }
    }

    /// A span of the longest window is the longest span, so by then the shorter windows are empty as well.
    @inline(__always)
    private static func expiry(ofCounters rule: WindowRule, chargedAt now: Int64) -> Int64 {
        now &+ rule.longest &+ SlidingCounter.span(for: rule.longest)
    }

    /// As ``refund(_:_:cost:now:)``, for a policy that is not an exact window.
    mutating func refundOtherwise(
        _ record: UnsafeMutablePointer<ClientRecord>, _ policy: RateLimitPolicy, cost: Int, now: Int64
    ) -> Int {
        let record = open(record, policy, now: now)
        if policy.rule.algorithm == .gcra {
            guard let refund = policy.rule.gcra.refunding(cost, to: record.pointee.arrival, now: now) else { return 0 }
            record.pointee.moveBack(to: refund.arrival)
            return refund.units
        }
        var returned = 0
        for window in 0..<policy.rule.count {
            let length = policy.rule.lengths[window]
            returned =
                ClientCounters(record)?[window].pointee.removeNewest(
                    cost, length, span: SlidingCounter.span(for: length), now: now) ?? 0
        }
        return returned  // by the longest window, which saw everything the others did
    }
}

// MARK: - Resets

extension Shard.Finding {
    /// For a GCRA, which is one window and leaves the others free: what its reset becomes if the request is charged.
    fileprivate mutating func foresee(_ resetAfterCharging: Int64) { self[1].reset = resetAfterCharging }

    /// The same for a client who has used nothing; for a counter, whose first unit stays to the end of its span, as a negative reset.
    @inline(__always)
    mutating func foreseeFirst(_ rule: WindowRule, cost: Int, now: Int64) {
        if rule.algorithm == .gcra { return foresee(max(self[0].reset, rule.gcra.reset(afterFirst: cost))) }
        if rule.algorithm == .slidingWindow { return }
        for window in 0..<rule.count where self[window].reset == 0 {
            let span = SlidingCounter.span(for: rule.lengths[window])
            self[window].reset = now &- (now / span &+ 1) &* span &+ 1 &- rule.lengths[window]
        }
    }

    /// What the answer says, for a policy that is not an exact window.
    func reset(_ window: Int, _ algorithm: RateLimitWindow.Algorithm, isCharged: Bool) -> Int64 {
        if algorithm == .gcra { return isCharged ? self[1].reset : self[0].reset }
        return self[window].reset < 0 ? (isCharged ? -self[window].reset : 0) : self[window].reset
    }
}

// MARK: - Beginning

extension Shard {
    /// Charges the first request of a client to its new record.
    mutating func begin(_ record: UnsafeMutablePointer<ClientRecord>, _ policy: RateLimitPolicy, cost: Int, now: Int64) {
        if policy.rule.algorithm == .slidingWindow {
            record.pointee.expiry = now &+ policy.rule.longest
            return SlidingLog(record).append(cost, policy.rule.format, now: now)
        }
        makeEmpty(record, policy)
        add(cost, to: record, policy.rule, now: now)
    }

    /// Nothing used, in the form of the policy's algorithm; the record must hold no block.
    private mutating func makeEmpty(_ record: UnsafeMutablePointer<ClientRecord>, _ policy: RateLimitPolicy) {
        record.pointee = ClientRecord(key: record.pointee.key, policy.rule)
        switch policy.rule.algorithm {
        case .slidingWindow: break
        case .gcra: record.pointee.arrivalRule = policy.rule.gcra
        default:
            let sizeClass = ClientCounters.sizeClass(policy.rule.count)
            let block = pool.block(sizeClass)
            block.initializeMemory(as: SlidingCounter.self, repeating: SlidingCounter(), count: policy.rule.count)
            record.pointee.ring = UInt64(UInt(bitPattern: block))
            record.pointee.sizeClass = sizeClass
            record.pointee.units = UInt32(policy.ruleNumber ?? .max)
        }
    }
}

// MARK: - Changing

extension Shard {
    /// The record of a client, made fit for reading under the policy's algorithm and lengths.
    @inline(__always)
    mutating func open(_ record: UnsafeMutablePointer<ClientRecord>, _ policy: RateLimitPolicy, now: Int64)
        -> UnsafeMutablePointer<ClientRecord>
    {
        if record.pointee.signature != policy.rule.signature { rewrite(record, for: policy, now: now) }
        return record
    }

    /// Reads what was used out of one algorithm's state and starts another with it.
    @inline(never)
    mutating func rewrite(_ record: UnsafeMutablePointer<ClientRecord>, for policy: RateLimitPolicy, now: Int64) {
        let history = ClientHistory(of: record, now: now)
        pool.release(SlidingLog(record))
        makeEmpty(record, policy)
        replay(history, into: record, policy, now: now)
    }

    private mutating func replay(
        _ history: ClientHistory, into record: UnsafeMutablePointer<ClientRecord>, _ policy: RateLimitPolicy, now: Int64
    ) {
        let rule = policy.rule
        guard let last = history.entries.last else { return }
        switch rule.algorithm {
        case .gcra: record.pointee.arrival = rule.gcra.arrival(after: history, now: now)
        case .slidingWindow:
            record.pointee.expiry = last.moment &+ rule.longest
            for entry in history.newest(Int(rule.format.unitMask), after: now &- rule.longest) {
                append(entry.units, to: record, SlidingLog(record), rule.format, now: entry.moment)
            }
        default:
            for entry in history.entries { ClientCounters(record)?.add(entry.units, rule, at: entry.moment) }
            record.pointee.expiry = Self.expiry(ofCounters: rule, chargedAt: last.moment)
        }
    }
}
