import HardeningCore

/// A share of the clients: their logs, the sketch for those who found no room, a clock and counters.
///
/// The rules are here and in ``SlidingLog`` and ``PressureSketch``; `now` comes from the shard's own
/// ``ForwardClock``. Whoever calls holds the shard's lock. Judging changes nothing that a decision can see, so a
/// decision over several shards judges everywhere first and charges only if all agree.
struct Shard: BitwiseCopyable {
    /// Where a client is counted: the slot of its record in the table, or one of two other answers.
    ///
    /// A slot whose record is no log is told apart, so that the exact window's way asks no more than it needs.
    struct Standing: Sendable, BitwiseCopyable {
        /// The client has used nothing.
        static var absent: Standing { Standing(word: -1) }
        /// The client has no log, and may have been charged in the sketch.
        static var sketched: Standing { Standing(word: -2) }

        private let word: Int

        private init(word: Int) { self.word = word }

        init(tracked slot: Int) { word = slot }
        init(trackedOtherwise slot: Int) { word = -3 - slot }

        var isSketched: Bool { word == -2 }
        /// Nil when the client has no log.
        var slot: Int? { word >= 0 ? word : nil }
        /// The slot of a client whose record is no log.
        var otherSlot: Int? { word <= -3 ? -3 - word : nil }
        /// Whether the client has no record.
        var isUntracked: Bool { word == -1 || word == -2 }
    }

    // Words without gaps: a finding travels in registers, and gaps would be copied bytewise.
    struct Finding: Sendable, BitwiseCopyable {
        static let never: Int64 = -1

        var standing: Standing = .absent
        /// How the windows stand, before the request: most policies have one or two, which stay in registers.
        private var first = SlidingLog.Use()
        private var second = SlidingLog.Use()
        private var third = SlidingLog.Use()
        private var fourth = SlidingLog.Use()
        /// 0 when there is room; nanoseconds until there is; or ``never``.
        var wait: Int64 = 0
        /// The window that decides ``wait``.
        var window = 0
        /// A bit for each window that has no room.
        var violated: UInt = 0
        /// A bit for each window that this request would take past 80 %.
        var nearLimit: UInt = 0

        /// Whether counting and charging this may record events.
        var mayHaveEvents: Bool { standing.isUntracked || wait != 0 || nearLimit != 0 }

        subscript(window: Int) -> SlidingLog.Use {
            @inline(__always)
            get {
                switch window {
                case 0: first
                case 1: second
                case 2: third
                default: fourth
                }
            }
            @inline(__always)
            set {
                switch window {
                case 0: first = newValue
                case 1: second = newValue
                case 2: third = newValue
                default: fourth = newValue
                }
            }
        }
    }

    static let sketchCount = 64

    // What every decision reads comes first, beside the lock.
    var clock: ForwardClock
    var table: KeyTable
    let counters = CounterTable()
    let refusals = RefusalTable()
    var pool = LogPool()
    let sketches: UnsafeMutablePointer<PressureSketch?>
    let sketchWidth: Int
    /// From this moment on no sketch counts anything.
    var quietFrom: Int64 = 0
    private var hand = 0
    private(set) var evictions: UInt64 = 0
    private(set) var pressured: UInt64 = 0

    init(limit: Int, sketchWidth: Int, time: MonotonicTime, wall: Timestamp) {
        clock = ForwardClock(time, wall: wall)
        table = KeyTable(limit: limit)
        self.sketchWidth = sketchWidth
        sketches = .allocate(capacity: Self.sketchCount)
        sketches.initialize(repeating: nil, count: Self.sketchCount)
    }

    mutating func deallocate() {
        for slot in 0..<table.slotCount where !table[slot].pointee.isVacant { pool.release(SlidingLog(table[slot])) }
        pool.deallocate()
        for index in 0..<Self.sketchCount { sketches[index]?.deallocate() }
        sketches.deallocate()
        table.deallocate()
        counters.deallocate()
        refusals.deallocate()
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
    @inline(__always)
    mutating func judge(_ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64) -> Finding {
        if policy.rule.algorithm != .slidingWindow { return judgeOtherwise(policy, key, cost: cost, now: now) }
        guard let slot = table.find(key) else { return judgeUntracked(policy, key, cost: cost, now: now) }
        let log = openLog(table[slot], policy, now: now)
        var finding = Finding()
        finding.standing = Standing(tracked: slot)
        Self.weigh(0, log, policy.rule, cost: cost, now: now, &finding)
        if policy.rule.count > 1 { Self.weigh(1, log, policy.rule, cost: cost, now: now, &finding) }
        if policy.rule.count > 2 { finding = Self.weighFurther(log, policy.rule, cost: cost, now: now, finding) }
        return finding
    }

    @inline(never)

    private static func weighFurther(_ log: SlidingLog, _ rule: WindowRule, cost: Int, now: Int64, _ finding: Finding)
        -> Finding
    {
        var finding = finding
        for window in 2..<rule.count { weigh(window, log, rule, cost: cost, now: now, &finding) }
        return finding
    }

    @inline(__always)

    private static func weigh(
        _ window: Int, _ log: SlidingLog, _ rule: WindowRule, cost: Int, now: Int64, _ finding: inout Finding
    ) {
        let use = log.use(of: window, rule, now: now)
        let limit = Int(rule.limits[window])
        finding[window] = use
        if hasRoom(use, limit: limit, cost: cost) {
            if isNearLimit(use, limit: limit, cost: cost) { finding.nearLimit |= 1 &<< UInt(bitPattern: window) }
        } else {
            let isHopeless = cost > limit || limit == 0
            finding.refuse(window, isHopeless ? Finding.never : log.wait(for: cost &- (limit &- use.used), in: window, rule, now: now))
        }
    }

    /// The log of a client, made fit for reading: empty if it has expired, rewritten if the policy's windows have changed.
    @inline(__always)
    mutating func openLog(_ record: UnsafeMutablePointer<ClientRecord>, _ policy: RateLimitPolicy, now: Int64)
        -> SlidingLog
    {
        let log = SlidingLog(record)
        if record.pointee.expiry <= now { log.clear() }
        return log.suits(policy.rule) ? log : reopenLog(record, policy, now: now)
    }

    @inline(never)
    private mutating func reopenLog(_ record: UnsafeMutablePointer<ClientRecord>, _ policy: RateLimitPolicy, now: Int64) -> SlidingLog {
        if record.pointee.algorithm == .slidingWindow {
            record.pointee.expiry = SlidingLog(record).reshape(to: policy.rule, now: now)
        } else {
            rewrite(record, for: policy, now: now)
        }
        return SlidingLog(record)
    }

    @inline(never)

    mutating func judgeUntracked(_ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64) -> Finding {
        var finding = Finding()
        for window in 0..<policy.rule.count {
            let length = policy.rule.lengths[window]
            let limit = Int(policy.rule.limits[window])
            var use = SlidingCounter.Use(used: 0, reset: 0, wait: 0)
            if now < quietFrom, let sketch = sketches[PressureSketch.spanBits(for: length)] {
                use = sketch.use(key, length, now: now, limit: limit, cost: cost)
                if use.used > 0 { finding.standing = .sketched }
            }
            finding.weigh(window, use, limit: limit, cost: cost)
        }
        finding.foreseeFirst(policy.rule, cost: cost, now: now)
        return finding
    }

    /// The rule itself: admit iff used + cost ≤ limit.
    ///
    /// A limit of 0 admits nothing, not even a peek.
    @inline(__always)
    fileprivate static func hasRoom(_ use: SlidingLog.Use, limit: Int, cost: Int) -> Bool {
        cost <= limit &- use.used && limit != 0
    }

    @inline(__always)

    fileprivate static func isNearLimit(_ use: SlidingLog.Use, limit: Int, cost: Int) -> Bool {
        use.used &* 5 < limit &* 4 && (use.used &+ cost) &* 5 >= limit &* 4
    }
}

extension Shard.Finding {
    @inline(__always)
    mutating func weigh(_ window: Int, _ use: SlidingCounter.Use, limit: Int, cost: Int) {
        let standing = SlidingLog.Use(used: use.used, reset: use.reset)
        self[window] = standing
        if !Shard.hasRoom(standing, limit: limit, cost: cost) {
            refuse(window, cost > limit || limit == 0 ? Self.never : use.wait)
        } else if Shard.isNearLimit(standing, limit: limit, cost: cost) {
            nearLimit |= 1 &<< UInt(bitPattern: window)
        }
    }

    @inline(__always)
    fileprivate mutating func refuse(_ window: Int, _ thisWait: Int64) {
        violated |= 1 &<< UInt(bitPattern: window)
        if wait != Self.never && (thisWait == Self.never || thisWait > wait) { (wait, self.window) = (thisWait, window) }
    }
}

// MARK: - Charging

extension Shard {
    /// Charges a request that was judged to have room, at the same `now`.
    ///
    /// - Parameter finding: what the judgement found, if nothing was charged in this shard since; nil to look again.
    @inline(__always)
    mutating func charge(
        _ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64, standing: Standing, isFresh: Bool,
        events: EventChannel<RateLimitEvent>
    ) {
        if isFresh, let slot = standing.slot {
            let record = table[slot]
            append(cost, to: record, SlidingLog(record), policy.rule, now: now)
        } else if !isFresh, policy.rule.algorithm == .slidingWindow, let slot = table.find(key) {
            let record = table[slot]
            append(cost, to: record, openLog(record, policy, now: now), policy.rule, now: now)
        } else if !chargeOtherwise(policy, key, cost: cost, now: now, standing: standing, isFresh: isFresh) {
            chargeUntracked(policy, key, cost: cost, now: now, standing: standing, events: events)
        }
    }

    @inline(__always)

    private mutating func append(
        _ cost: Int, to record: UnsafeMutablePointer<ClientRecord>, _ log: SlidingLog, _ rule: WindowRule, now: Int64
    ) {
        append(cost, to: record, log, rule.format, now: now)
        record.pointee.expiry = now &+ rule.longest
    }

    /// Adds an entry to a log, which gets more room when it is full.
    @inline(__always)
    mutating func append(_ units: Int, to record: UnsafeMutablePointer<ClientRecord>, _ log: SlidingLog, _ format: LogFormat, now: Int64) {
        var log = log
        if log.isFull {
            pool.grow(log)
            log = SlidingLog(record)
        }
        log.append(units, format, now: now)
    }

    @inline(never)

    mutating func chargeUntracked(
        _ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64, standing: Standing, events: EventChannel<RateLimitEvent>
    ) {
        // A client the sketch may know keeps counting there: a fresh log would forget what it used. One that had a
        // log lost it to another check of this decision, because it had expired.
        if !standing.isSketched {
            makeRoom(now: now, events: events)
            if !table.isFull {
                let record = table.insert(ClientRecord(key: key, policy.rule))
                return begin(record, policy, cost: cost, now: now)
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
            let record = table[hand]
            if !record.pointee.isVacant && record.pointee.expiry <= now {
                let key = record.pointee.key
                pool.release(SlidingLog(record))
                table.remove(at: hand)  // may move another record under the hand
                evictions &+= 1
                events.record(RateLimitEvent(kind: .evicted, policy: nil, client: key, window: nil, used: 0))
            } else {
                hand = hand + 1 == table.slotCount ? 0 : hand + 1
            }
        }
    }

    /// Gives back the newest units of a client that has a log.
    ///
    /// - Returns: how many; 0 for a client in the sketch, whose cells are shared and must not count too little.
    mutating func refund(_ policy: RateLimitPolicy, _ key: Fingerprint, cost: Int, now: Int64) -> Int {
        guard let slot = table.find(key) else { return 0 }
        if policy.rule.algorithm != .slidingWindow { return refundOtherwise(table[slot], policy, cost: cost, now: now) }
        let log = openLog(table[slot], policy, now: now)
        for window in 0..<policy.rule.count { _ = log.use(of: window, policy.rule, now: now) }
        return log.removeNewest(cost, policy.rule.format)
    }
}
