import HardeningCore

extension Breaker {
    /// When a closed breaker opens: as soon as any of its rules is met.
    ///
    /// ```swift
    /// let rules = Breaker.TripRules(
    ///     consecutiveFailures: 10,
    ///     shares: [.failures(percent: 50, of: .calls(200), minCalls: 20)],
    ///     overdue: .init(calls: 3, after: .seconds(60))
    /// )
    /// ```
    ///
    /// Checked by ``Configuration/init(trip:openTime:recovery:hangThreshold:metering:)``.
    public struct TripRules: Sendable, Hashable {
        /// Failures in a row that open the breaker, 1…4095; any success starts the count anew.
        ///
        /// nil when the rule is not used.
        public var consecutiveFailures: Int?
        /// Shares of failed or slow calls that open the breaker, at most 4.
        public var shares: [Share]
        /// Calls that hang; nil when the rule is not used.
        public var overdue: Overdue?

        public init(consecutiveFailures: Int? = nil, shares: [Share] = [], overdue: Overdue? = nil) {
            self.consecutiveFailures = consecutiveFailures
            self.shares = shares
            self.overdue = overdue
        }

        /// Opens at the n-th failure in a row.
        ///
        /// Right for dependencies that are either up or down, and the cheapest rule: a success while the
        /// count is 0 writes nothing. Not for a dependency that fails every other call: it never trips.
        ///
        /// - Parameter count: 1…4095, the width of the count in the state word.
        public static func consecutiveFailures(_ count: Int) -> TripRules {
            TripRules(consecutiveFailures: count)
        }

        /// Opens when `percent` of the calls of a window failed; see ``Share/failures(percent:of:minCalls:)``.
        public static func failureShare(percent: Int, of window: Window, minCalls: Int) -> TripRules {
            TripRules(shares: [.failures(percent: percent, of: window, minCalls: minCalls)])
        }

        /// Opens when `percent` of the calls of a window were slow; see ``Share/slowCalls(percent:threshold:of:minCalls:)``.
        public static func slowShare(percent: Int, threshold: Duration, of window: Window, minCalls: Int) -> TripRules {
            TripRules(shares: [.slowCalls(percent: percent, threshold: threshold, of: window, minCalls: minCalls)])
        }

        /// Opens while `calls` calls hang, before any of them has ended.
        public static func overdue(calls: Int, after limit: Duration) -> TripRules {
            TripRules(overdue: Overdue(calls: calls, after: limit))
        }
    }
}

extension Breaker.TripRules {
    /// Which calls a share is taken of.
    public enum Window: Sendable, Hashable {
        /// The last so many recorded calls, 1…65,536; memory: one bit each.
        case calls(Int)
        /// The calls recorded in the last so long, in `buckets` equal parts (1…3,600).
        ///
        /// A whole part is forgotten at a time, so the window is at most one part shorter than it says.
        case time(Duration, buckets: Int = 10)
    }

    /// A share of calls: met when `calls ≥ minCalls` and `100 · hits ≥ percent · calls`, in integers.
    ///
    /// Evaluated on every recorded outcome, a success included: it may be the one that makes `minCalls`. Ignored and
    /// cancelled calls are not recorded.
    public struct Share: Sendable, Hashable {
        /// 1…100.
        public var percent: Int
        public var window: Window
        /// Below so many calls in the window there is no share; 1 or more, and not more than a count window holds.
        public var minCalls: Int
        /// A call that took as long or longer is a hit, however it ended; nil when failures are the hits.
        public var slowThreshold: Duration?

        /// The share of failures: for dependencies that fail now and then even when they are well.
        public static func failures(percent: Int, of window: Window, minCalls: Int) -> Share {
            Share(percent: percent, window: window, minCalls: minCalls, slowThreshold: nil)
        }

        /// The share of slow calls: for dependencies that slow down before they fail.
        ///
        /// A probe that is slow counts as failed, with class ``Breaker/FailureClass/slow``: it has not shown recovery.
        ///
        /// - Parameter threshold: positive and finite; costs one more clock read a call.
        public static func slowCalls(percent: Int, threshold: Duration, of window: Window, minCalls: Int) -> Share {
            Share(percent: percent, window: window, minCalls: minCalls, slowThreshold: threshold)
        }
    }

    /// So many calls in flight for longer than a limit.
    ///
    /// There is no timer: it is decided when somebody acts, and takes effect from the moment the last of them was overdue.
    /// Every call then takes the lock twice. At most 1,024 calls in flight are watched; further ones are admitted unwatched.
    public struct Overdue: Sendable, Hashable {
        /// 1…255.
        public var calls: Int
        /// Positive and finite.
        public var limit: Duration

        public init(calls: Int, after limit: Duration) {
            self.calls = calls
            self.limit = limit
        }
    }
}

extension Breaker.TripRules {
    /// Whether a success of a breaker without failures changes something.
    var recordsSuccesses: Bool { !shares.isEmpty || overdue != nil }
    /// Whether the start of a call matters.
    var needsStart: Bool { overdue != nil || shares.contains { $0.slowThreshold != nil } }
    /// Whether the end of a call matters.
    var needsEnd: Bool {
        shares.contains { share in
            if case .time = share.window { return true }
            return share.slowThreshold != nil
        }
    }
    /// The shortest duration that counts as slow.
    var slowThreshold: Duration? { shares.compactMap(\.slowThreshold).min() }
}
