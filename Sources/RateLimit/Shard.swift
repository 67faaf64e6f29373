import HardeningCore

/// A share of the clients: their logs, the sketch for those who found no room, a clock and counters.
///
/// The rules are here and in ``SlidingLog`` and ``PressureSketch``; `now` comes from the shard's own
/// ``ForwardClock``. Whoever calls holds the shard's lock. Judging changes nothing that a decision can see, so a
/// decision over several shards judges everywhere first and charges only if all agree.
struct Shard: BitwiseCopyable {
    enum Standing: BitwiseCopyable {
        /// The client has a log, in this slot of the table.
        case tracked(Int)
        /// The client has used nothing.
        case absent
        /// The client has no log, and may have been charged in the sketch.
        case sketched
    }

    struct Finding: BitwiseCopyable {
        static let never: Int64 = -1

        var standing: Standing = .absent
        /// 0 when there is room; nanoseconds until there is; or ``never``.
        var wait: Int64 = 0
        /// The window that decides ``wait``, and what it has seen.
        var window = 0
        var used = 0
        /// A bit for each window that this request would take past 80 %.
        var nearLimit: UInt8 = 0
    }

    private static let sketchCount = 64

    var clock: ForwardClock
    let counters = CounterTable()
    private var table: KeyTable
    private var pool = LogPool()
    private let sketches: UnsafeMutablePointer<PressureSketch?>
    private let sketchWidth: Int
    /// From this moment on no sketch counts anything.
    private var quietFrom: Int64 = 0
    private var hand = 0
    private(set) var evictions: UInt64 = 0
    private(set) var pressured: UInt64 = 0

    init(limit: Int, sketchWidth: Int, time: MonotonicTime) {
        clock = ForwardClock(time)
        table = KeyTable(limit: limit)
        self.sketchWidth = sketchWidth
        sketches = .allocate(capacity: Self.sketchCount)
        sketches.initialize(repeating: nil, count: Self.sketchCount)
    }

    mutating func deallocate() {
        for index in 0..<table.slotCount {
            if let block = table[index].block { pool.release(SlidingLog(block: block)) }
        }
        pool.deallocate()
        for index in 0..<Self.sketchCount { sketches[index]?.deallocate() }
        sketches.deallocate()
        table.deallocate()
        counters.deallocate()
    }

    var trackedCount: Int { table.count }

    /// Bytes allocated for tables, logs and sketches.
    var byteCount: Int {
        let sketched = (0..<Self.sketchCount).reduce(0) { $0 + (sketches[$1] == nil ? 0 : PressureSketch.byteCount(width: sketchWidth)) }
        return table.byteCount + pool.byteCount + sketched
    }
}

// MARK: - Judging

extension Shard {
    /// Whether every window of the policy has room for the cost, and how each stands.
    ///
    /// - Parameter quota: gets the windows of the policy, unless it is a shadow.
    @inline(__always)
    mutating func judge(
        _ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64, quota: inout RateLimitDecision.Quota
    ) -> Finding {
        guard let index = table.find(key) else { return judgeUntracked(policy, key, cost: cost, now: now, quota: &quota) }
        var finding = Finding(standing: .tracked(index))
        let log = openLog(at: index, policy.rule, now: now)
        for window in 0..<policy.rule.count {
            let use = log.use(of: window, policy.rule, now: now)
            weigh(policy, window, use, cost: cost, into: &finding, &quota) { excess in
                log.wait(for: excess, in: window, policy.rule, now: now)
            }
        }
        return finding
    }

    /// The log of an occupied slot, made fit for reading: empty if it has expired, rewritten if the policy's windows have changed.
    @inline(__always)
    private func openLog(at index: Int, _ rule: WindowRule, now: Int64) -> SlidingLog {
        let slot = table[index]
        let log = SlidingLog(block: slot.block.unsafelyUnwrapped)  // occupied slots have a block
        if slot.expiry <= now { log.clear() }
        if !log.suits(rule) {
            let newestAge = log.reshape(to: rule, now: now)
            table.setExpiry(newestAge.map { now &- $0 &+ rule.longest } ?? now, at: index)
        }
        return log
    }

    @inline(never)
    private mutating func judgeUntracked(
        _ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64, quota: inout RateLimitDecision.Quota
    ) -> Finding {
        var finding = Finding(standing: .absent)
        for window in 0..<policy.rule.count {
            let length = policy.rule.lengths[window]
            let limit = Int(policy.rule.limits[window])
            var use = PressureSketch.Use(used: 0, reset: 0, wait: 0)
            if now < quietFrom, let sketch = sketches[PressureSketch.spanBits(for: length)] {
                use = sketch.use(key, length, now: now, limit: limit, cost: cost)
                if use.used > 0 { finding.standing = .sketched }
            }
            weigh(policy, window, SlidingLog.Use(used: use.used, reset: use.reset), cost: cost, into: &finding, &quota) { _ in use.wait }
        }
        return finding
    }

    /// The rule itself: admit iff used + cost ≤ limit.
    ///
    /// A limit of 0 admits nothing, not even a peek.
    @inline(__always)
    private func weigh(
        _ policy: RateLimitPolicy, _ window: Int, _ use: SlidingLog.Use, cost: Int, into finding: inout Finding,
        _ quota: inout RateLimitDecision.Quota, wait: (_ excess: Int) -> Int64
    ) {
        let limit = Int(policy.rule.limits[window])
        let room = limit &- use.used
        let isViolated = cost > room || limit == 0
        if isViolated {
            let thisWait = cost > limit || limit == 0 ? Finding.never : wait(cost &- room)
            let isWorse = finding.wait != Finding.never && (thisWait == Finding.never || thisWait > finding.wait)
            if isWorse { (finding.wait, finding.window, finding.used) = (thisWait, window, use.used) }
        } else if use.used &* 5 < limit &* 4 && (use.used &+ cost) &* 5 >= limit &* 4 {
            finding.nearLimit |= 1 << UInt8(truncatingIfNeeded: window)
        }
        if policy.enforcement == .enforced {
            let entry = RateLimitDecision.Quota.Entry(
                length: policy.rule.lengths[window], reset: use.reset, limit: UInt32(truncatingIfNeeded: limit),
                used: UInt32(clamping: use.used)
            )
            quota.append(policy.label, entry, isViolated: isViolated)
        }
    }
}

// MARK: - Charging

extension Shard {
    /// Charges a request that was judged to have room, at the same `now`.
    ///
    /// - Parameter finding: what the judgement found, if nothing was charged in this shard since; nil to look again.
    @inline(__always)
    mutating func charge(
        _ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64, finding: Finding,
        isFresh: Bool, events: EventChannel<RateLimitEvent>
    ) {
        let tracked: Int? = if isFresh, case .tracked(let index) = finding.standing { index } else { table.find(key) }
        guard let index = tracked else { return chargeUntracked(policy, key, cost: cost, now: now, finding: finding, events: events) }
        var log = openLog(at: index, policy.rule, now: now)
        if log.isFull {
            log = pool.grow(log, policy.rule)
            table.setBlock(log.block, at: index)
        }
        log.append(cost, policy.rule.format, now: now)
        table.setExpiry(now &+ policy.rule.longest, at: index)
    }

    @inline(never)
    private mutating func chargeUntracked(
        _ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64, finding: Finding,
        events: EventChannel<RateLimitEvent>
    ) {
        // A client the sketch may know keeps counting there: a fresh log would forget what it used. One that had a
        // log lost it to another check of this decision, because it had expired.
        if case .sketched = finding.standing {
        } else {
            makeRoom(now: now, events: events)
            if !table.isFull {
                let log = pool.take(0, policy.rule)
                log.append(cost, policy.rule.format, now: now)
                _ = table.insert(KeyTable.Slot(key: key, expiry: now &+ policy.rule.longest, block: log.block))
                return
            }
        }
        pressured &+= 1
        for window in 0..<policy.rule.count {
            let length = policy.rule.lengths[window]
            let bits = PressureSketch.spanBits(for: length)
            let sketch = sketches[bits] ?? PressureSketch(width: sketchWidth)
            sketches[bits] = sketch
            sketch.charge(key, length, now: now, units: cost)
            quietFrom = max(quietFrom, PressureSketch.quiet(after: now, length: length))
        }
    }

    /// Moves the hand over a few slots and empties those whose client cannot be told from a new one.
    ///
    /// Two slots for every newcomer keep the dead from piling up; a full table is searched 32 slots at a time, so
    /// that the worst newcomer costs a few cache lines. What is not found this time is found a few newcomers later.
    private mutating func makeRoom(now: Int64, events: EventChannel<RateLimitEvent>) {
        for _ in 0..<(table.isFull ? 32 : 2) {
            let slot = table[hand]
            if let block = slot.block, slot.expiry <= now {
                pool.release(SlidingLog(block: block))
                table.remove(at: hand)  // may move another slot under the hand
                evictions &+= 1
                events.record(RateLimitEvent(kind: .evicted, policy: nil, client: slot.key, window: nil, used: 0))
            } else {
                hand = hand + 1 == table.slotCount ? 0 : hand + 1
            }
        }
    }

    /// Gives back the newest units of a client that has a log.
    ///
    /// - Returns: how many; 0 for a client in the sketch, whose cells are shared and must not count too little.
    mutating func refund(_ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64) -> Int {
        guard let index = table.find(key) else { return 0 }
        let log = openLog(at: index, policy.rule, now: now)
        for window in 0..<policy.rule.count { _ = log.use(of: window, policy.rule, now: now) }
        return log.removeNewest(cost, policy.rule.format)
    }
}
