public import HardeningCore
import Synchronization

extension AbuseGuard {
    /// What the guard did and holds.
    ///
    /// Looks at every slot: for status pages, not for requests.
    public var snapshot: Snapshot {
        let now = time.monotonic
        let (watched, unwatched, bytes) = watch.withLock { ($0.count(now: now.nanoseconds), $0.unwatched, $0.byteCount) }
        return Snapshot(
            time: now, counts: counters.values, entries: lists.entries, lockout: lockout.snapshot, watched: watched, unwatched: unwatched,
            watchBytes: bytes)
    }

    /// A guard at a moment.
    public struct Snapshot: Sendable, Hashable {
        /// The moment, for ``AccessEntry/remaining(at:)``.
        public let time: MonotonicTime
        /// Every rule with how often it spoke, in the order of the pipeline.
        public let counts: [AbuseRuleCount]
        /// The lists, with reasons and ends, oldest first.
        public let entries: [AccessEntry]
        public let lockout: Lockout.Snapshot
        /// Pairs of client and pattern rule that are counted.
        public let watched: Int
        /// Observations since the start that found no room to be counted.
        ///
        /// When this grows, ``Configuration/watchCapacity`` is too small, or somebody floods.
        public let unwatched: UInt64
        /// Bytes held for pattern rules.
        public let watchBytes: Int
    }
}
