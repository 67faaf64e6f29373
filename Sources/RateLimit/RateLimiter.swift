public import HardeningCore

/// Counts requests per client in memory and refuses what is over the limit.
///
/// ```swift
/// let limiter = RateLimiter(capacity: 100_000)
/// let chat = try RateLimitPolicy("chat", parsing: "30/minute; 500/hour")
/// switch limiter.admit(chat, key: user) {
/// case .admitted(let quota): …
/// case .refused(let refusal): …
/// }
/// ```
///
/// **What it promises.** Never more than the limit in any window, whatever the threads do. A refused request is
/// charged nowhere. A decision over several policies is one step: all are charged or none. Retry-After is exact.
/// A clock that steps back admits nothing extra.
///
/// **Memory.** Room for `capacity` entries, one for every pair of policy and client that used something within the
/// longest window of the policy, is taken at once: about 90 bytes each, the first request included. A second one in
/// its longest window adds 32 bytes for up to four, then 8 × the next power of two. Only entries that
/// cannot be told from new ones are evicted. When every entry is in use, newcomers are counted in a fixed-size sketch
/// that may count too much and never too little; it takes another 32 bytes per entry of capacity for each power of
/// two among the window lengths, once that happens.
///
/// **Cost.** One lock, one clock reading, no allocation after warm-up. O(1) in the limits, amortised; O(log limit) for
/// refusals of weighted requests.
///
/// For one process. Processes that share limits need a shared store behind ``RateLimiting``.
public final class RateLimiter: RateLimiting {
    /// What becomes visible of decisions, in order, outside the locks.
    public let events = EventChannel<RateLimitEvent>()
    /// Entries that are certain to find room when keys fall at random.
    public let capacity: Int
    /// What turns client keys into fingerprints here.
    public let fingerprintKey: FingerprintKey

    let time: TimeSource
    let shards: ShardSet

    /// - Parameters:
    ///   - capacity: pairs of policy and client that may be in use at once, 1…67,108,864; what is outside becomes the nearest of these.
    ///   - time: the clocks; only the monotonic one decides.
    ///   - key: random unless fingerprints must agree with those made elsewhere.
    public convenience init(capacity: Int, time: TimeSource = .system, key: FingerprintKey = FingerprintKey()) {
        self.init(capacity: capacity, time: time, key: key, shardCount: nil)
    }

    package init(capacity: Int, time: TimeSource, key: FingerprintKey, shardCount: Int?) {
        let capacity = min(max(1, capacity), 1 << 26)
        // Enough shards that threads rarely meet, enough entries in each that they fill evenly: about a thousand, fewer in
        // small limiters; the smallest have one, which is exactly as large as asked for.
        let natural = capacity <= 1024 ? 1 : max(min(16, capacity / 128), min(256, capacity / 1024))
        let count = shardCount ?? 1 << (Int.bitWidth - 1 - natural.leadingZeroBitCount)
        let share = (capacity + count - 1) / count
        // Keys fall at random, so shards differ: four standard deviations more than the mean.
        let limit = count == 1 ? share : share + 4 * Int(Double(share).squareRoot()) + 4
        self.capacity = capacity
        self.time = time
        fingerprintKey = key
        let (start, wall) = (time.monotonic, time.timestamp)
        shards = ShardSet(count: count) { Shard(limit: limit, sketchWidth: max(1024 / count, share / 4, 16), time: start, wall: wall) }
    }
}

// MARK: - Deciding

extension RateLimiter {
    /// Decides about one request under one policy.
    ///
    /// - Parameters:
    ///   - key: who is counted; see ``RateLimitCheck``.
    ///   - cost: units to charge; 0 asks without charging; negative is refused.
    public func admit(_ policy: RateLimitPolicy, key: String, cost: Int = 1) -> RateLimitDecision {
        decide(policy, fingerprintKey.fingerprint(of: key), cost)
    }

    /// Decides about one request under one check.
    public func admit(_ check: RateLimitCheck, cost: Int = 1) -> RateLimitDecision {
        decide(check.policy, check.fingerprint(with: fingerprintKey), cost)
    }

    /// Decides about one request under several checks, as one step: charged under all, or under none.
    ///
    /// The order of the checks never changes the outcome. Without checks everything is admitted. A policy and
    /// client that occur twice are charged once.
    ///
    /// - Complexity: O(n log n) in the checks; up to eight take no allocation of our own.
    public func admit(_ checks: [RateLimitCheck], cost: Int = 1) -> RateLimitDecision {
        if checks.count == 1 { return admit(checks[0], cost: cost) }
        return checks.withUnsafeBufferPointer { decide($0, cost, stamps: nil) }
    }

    /// How the windows stand, without charging.
    public func peek(_ checks: [RateLimitCheck]) -> RateLimitDecision.Quota { admit(checks, cost: 0).quota }

    /// Inlined into its callers: a call would copy the answer once more.
    @inline(__always)
    private func decide(_ policy: RateLimitPolicy, _ client: Fingerprint, _ cost: Int) -> RateLimitDecision {
        guard cost >= 0 else { return Self.negativeCost }
        let key = policy.key(of: client)
        let finding = shards.withShard(shards.index(of: client)) { shard in
            let now = shard.pointee.clock.advance(to: time.monotonic)
            let finding = shard.pointee.judge(policy, key, cost: cost, now: now)
            if cost > 0 {
                count(policy, client, finding, in: shard)
                if finding.wait == 0 {
                    shard.pointee.charge(policy, key, cost: cost, now: now, standing: finding.standing, isFresh: true, events: events)
                }
            }
            return finding
        }
        if finding.mayHaveEvents { events.deliver() }
        let quota = RateLimitDecision.Quota(policy, finding, charged: finding.wait == 0 ? cost : 0)
        if finding.wait == 0 || policy.enforcement == .shadow { return .admitted(quota) }
        return Self.refusal(finding.wait, quota)
    }

    /// - Parameter stamps: receives the moment at which each check's log was charged, or ``RateLimitReservation/unlogged``.
    func decide(
        _ checks: UnsafeBufferPointer<RateLimitCheck>, _ cost: Int, stamps: UnsafeMutableBufferPointer<Int64>?
    ) -> RateLimitDecision {
        guard cost >= 0 else { return Self.negativeCost }
        return withUnsafeTemporaryAllocation(of: Inquiry.self, capacity: checks.count) { inquiries in
            for index in checks.indices {
                let client = checks[index].fingerprint(with: fingerprintKey)
                let key = checks[index].policy.key(of: client)
                let isRepeated = inquiries[..<index].contains { $0.key == key }
                inquiries.initializeElement(
                    at: index, to: Inquiry(client: client, key: key, shard: shards.index(of: client), isRepeated: isRepeated))
            }
            let wait = withUnsafeTemporaryAllocation(of: Int.self, capacity: checks.count) { indices in
                let count = Inquiry.collectShards(of: inquiries, into: indices)
                return shards.withShards(UnsafeBufferPointer(rebasing: indices[..<count])) { decide(checks, inquiries, cost, $0) }
            }
            events.deliver()
            if let stamps { for index in checks.indices { stamps[index] = inquiries[index].stamp } }
            var quota = RateLimitDecision.Quota()
            for index in checks.indices { quota.append(checks[index].policy, inquiries[index].finding, charged: wait == 0 ? cost : 0) }
            return wait == 0 ? .admitted(consume quota) : Self.refusal(wait, consume quota)
        }
    }

    /// Judges everywhere, then charges everywhere or nowhere.
    ///
    /// All locks are held.
    ///
    /// - Returns: the longest wait, as ``Shard/Finding/wait``.
    private func decide(
        _ checks: UnsafeBufferPointer<RateLimitCheck>, _ inquiries: UnsafeMutableBufferPointer<Inquiry>, _ cost: Int,
        _ shard: (Int) -> UnsafeMutablePointer<Shard>
    ) -> Int64 {
        let reading = time.monotonic
        var wait: Int64 = 0
        for index in checks.indices {
            let shard = shard(inquiries[index].shard)
            let now = shard.pointee.clock.advance(to: reading)
            inquiries[index].now = now
            let finding = shard.pointee.judge(checks[index].policy, inquiries[index].key, cost: cost, now: now)
            inquiries[index].finding = finding
            let thisWait = finding.wait
            if thisWait != 0 && checks[index].policy.enforcement == .enforced {
                wait = wait == Shard.Finding.never || thisWait == Shard.Finding.never ? Shard.Finding.never : max(wait, thisWait)
            }
        }
        guard cost > 0 else {
            // Nothing was charged, but a reservation may be.
            for index in checks.indices where !inquiries[index].isRepeated { inquiries[index].stamp = inquiries[index].now }
            return wait
        }
        for index in checks.indices {
            let policy = checks[index].policy
            guard let inquiry = inquiries.baseAddress.map({ $0 + index }) else { break }
            let shard = shard(inquiry.pointee.shard)
            let hasRoom = inquiry.pointee.finding.wait == 0
            // A refusal is counted by those who refused; what a shadow would have done to it does not matter.
            if wait == 0 || (!hasRoom && policy.enforcement == .enforced) {
                count(policy, inquiry.pointee.client, inquiry.pointee.finding, in: shard)
            }
            if wait == 0 && hasRoom && !inquiry.pointee.isRepeated {
                shard.pointee.charge(
                    policy, inquiry.pointee.key, cost: cost, now: inquiry.pointee.now, standing: inquiry.pointee.finding.standing,
                    isFresh: false, events: events)
                inquiry.pointee.stamp = shard.pointee.stamp(policy, inquiry.pointee.key, now: inquiry.pointee.now)
            }
        }
        return wait
    }

    @inline(__always)

    private static func refusal(_ wait: Int64, _ quota: consuming RateLimitDecision.Quota) -> RateLimitDecision {
        .refused(
            RateLimitDecision.Refusal(reason: wait == Shard.Finding.never ? .costExceedsLimit : .limitReached, wait: wait, quota: quota))
    }

    private static let negativeCost = RateLimitDecision.refused(
        RateLimitDecision.Refusal(reason: .negativeCost, wait: Shard.Finding.never, quota: RateLimitDecision.Quota()))
}

// MARK: - Giving back

extension RateLimiter {
    /// Gives the newest `cost` units back, never below nothing used.
    ///
    /// For a request that was charged and then did not happen. It takes back what was charged last: call it soon
    /// after, because units that others of the same client used since would seem older than they are.
    /// When the real cost comes later, a ``RateLimitReservation`` is exact.
    /// A client that is counted in the sketch gets nothing back; its cells are shared.
    ///
    /// - Returns: how many units each check got back; 0 when `cost` is not positive.
    @discardableResult
    public func refund(_ check: RateLimitCheck, cost: Int = 1) -> Int {
        guard cost > 0 else { return 0 }
        let client = check.fingerprint(with: fingerprintKey)
        let key = check.policy.key(of: client)
        return shards.withShard(shards.index(of: client)) { shard in
            let now = shard.pointee.clock.advance(to: time.monotonic)
            return shard.pointee.refund(check.policy, key, cost: cost, now: now)
        }
    }

    /// ``refund(_:cost:)-(RateLimitCheck,_)`` for every check.
    public func refund(_ checks: [RateLimitCheck], cost: Int) { for check in checks { refund(check, cost: cost) } }
}

// MARK: - Counting and reporting

extension RateLimiter {
    @inline(__always)
    private func count(
        _ policy: RateLimitPolicy, _ client: Fingerprint, _ finding: Shard.Finding, in shard: UnsafeMutablePointer<Shard>
    ) {
        let line = shard.pointee.counters.line(policy.identity)
        if finding.wait == 0 {
            line.pointee.admitted &+= 1
            if finding.nearLimit != 0 { reportNearLimit(policy, client, finding) }
        } else if policy.enforcement == .shadow {
            line.pointee.shadowRefused &+= 1
            report(.shadowRefused, policy, client, finding.window, finding[finding.window].used)
        } else {
            line.pointee.refused &+= 1
            shard.pointee.refusals.add(policy.identity, client)
            report(.refused, policy, client, finding.window, finding[finding.window].used)
        }
    }

    @inline(never)

    private func reportNearLimit(_ policy: RateLimitPolicy, _ client: Fingerprint, _ finding: Shard.Finding) {
        for window in 0..<policy.rule.count where finding.nearLimit & (1 << UInt(window)) != 0 {
            report(.nearLimit, policy, client, window, Int((policy.rule.limits[window] * 4 + 4) / 5))
        }
    }

    @inline(never)

    private func report(
        _ kind: RateLimitEvent.Kind, _ policy: RateLimitPolicy, _ client: Fingerprint, _ window: Int, _ used: Int
    ) { events.record(RateLimitEvent(kind: kind, policy: policy.name, client: client, window: policy.rule.window(window), used: used)) }

    /// What became of requests, policy by policy, by name.
    ///
    /// Up to 63 policies are told apart; all others are one, named `(other)`.
    public var counters: [RateLimitCounters] {
        var totals: [String: RateLimitCounters] = [:]
        for index in 0..<shards.count {
            let lines = shards.withShard(index) { shard in (0..<CounterTable.lineCount).map { shard.pointee.counters[$0] } }
            for line in lines where line.admitted | line.refused | line.shadowRefused != 0 {
                let name = line.policy?.text ?? "(other)"
                totals[name, default: RateLimitCounters(policy: name)].admitted &+= line.admitted
                totals[name, default: RateLimitCounters(policy: name)].refused &+= line.refused
                totals[name, default: RateLimitCounters(policy: name)].shadowRefused &+= line.shadowRefused
            }
        }
        return totals.values.sorted { $0.policy < $1.policy }
    }

    /// How full the limiter is.
    public var snapshot: Snapshot {
        var snapshot = Snapshot(capacity: capacity)
        for index in 0..<shards.count {
            let part = shards.withShard(index) { shard in
                Snapshot(
                    capacity: capacity, entries: shard.pointee.trackedCount, bytes: shard.pointee.byteCount,
                    evictions: shard.pointee.evictions, overCounted: shard.pointee.pressured)
            }
            snapshot.entries += part.entries
            snapshot.bytes += part.bytes
            snapshot.evictions &+= part.evictions
            snapshot.overCounted &+= part.overCounted
        }
        return snapshot
    }

    /// How full a limiter is.
    ///
    /// Shards are read one after the other.
    public struct Snapshot: Sendable, Hashable {
        public let capacity: Int
        /// Pairs of policy and client that have a log, expired ones included until a newcomer needs the room.
        public internal(set) var entries = 0
        /// Bytes held for tables, logs and sketches.
        public internal(set) var bytes = 0
        /// Entries that made room because they could not be told from new ones.
        public internal(set) var evictions: UInt64 = 0
        /// Charges that found the table full and were counted in the sketch.
        ///
        /// When this grows, capacity is too small.
        public internal(set) var overCounted: UInt64 = 0
    }
}

/// One check of a decision while its locks are held.
private struct Inquiry: BitwiseCopyable {
    let client: Fingerprint
    let key: Fingerprint
    let shard: Int
    /// Whether an earlier check is about the same policy and client.
    let isRepeated: Bool
    var now: Int64 = 0
    var finding = Shard.Finding()
    /// When it was charged.
    var stamp = RateLimitReservation.unlogged

    /// The shards of all inquiries, ascending and distinct, by insertion: there are a handful.
    static func collectShards(of inquiries: UnsafeMutableBufferPointer<Inquiry>, into indices: UnsafeMutableBufferPointer<Int>) -> Int {
        var count = 0
        for inquiry in inquiries {
            var place = count
            while place > 0 && indices[place - 1] > inquiry.shard { place -= 1 }
            if place > 0 && indices[place - 1] == inquiry.shard { continue }
            for later in stride(from: count, to: place, by: -1) { indices.initializeElement(at: later, to: indices[later - 1]) }
            indices.initializeElement(at: place, to: inquiry.shard)
            count += 1
        }
        return count
    }
}
