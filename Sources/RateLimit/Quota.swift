extension RateLimitDecision {
    /// How every window of the decision stands, the request itself included if it was admitted.
    ///
    /// A collection of ``Window``s in the order of the checks, the windows of each policy shortest first. Shadow
    /// policies are left out: clients are not told of limits that do not bind them.
    ///
    /// Six windows are held inline; a decision over more of them makes one allocation.
    public struct Quota: Sendable, RandomAccessCollection {
        /// One window of one policy.
        public struct Window: Sendable, Hashable {
            public let policy: String
            /// The window as the policy has it.
            public let window: RateLimitWindow
            /// What ``used`` is measured against: the window's limit; the burst of a GCRA.
            public let limit: Int
            /// The window's length; for a GCRA the time in which a used burst is back.
            public let length: Duration
            /// Units in the window now; more than ``limit`` only after the limit was lowered, or when clients share an over-counting cell.
            public let used: Int
            /// How long until the oldest unit leaves the window and ``remaining`` grows; zero when nothing was used.
            ///
            /// For a GCRA it is the time until everything is back.
            public let reset: Duration
            /// Whether this window is a reason for the refusal.
            public let isViolated: Bool

            /// What is left: limit − used, at least 0.
            public var remaining: Int { Swift.max(0, limit - used) }
        }

        /// How one window stands, in two words that are written and copied as one.
        struct Entry: BitwiseCopyable {
            private let words: SIMD2<UInt64>

            @inline(__always)

            init(used: UInt32, reset: Int64, rule: UInt16, window: Int, isViolated: Bool) {
                let place = UInt64(rule) | UInt64(truncatingIfNeeded: window) &<< 16 | (isViolated ? 1 &<< 24 : 0)
                words = SIMD2(UInt64(bitPattern: reset), UInt64(used) | place &<< 32)
            }

            var reset: Int64 { Int64(bitPattern: words[0]) }
            var used: UInt32 { UInt32(truncatingIfNeeded: words[1]) }
            /// The number of the policy's rule and which of its windows this is.
            var rule: UInt16 { UInt16(truncatingIfNeeded: words[1] >> 32) }
            var window: Int { Int(UInt8(truncatingIfNeeded: words[1] >> 48)) }
            var isViolated: Bool { words[1] >> 56 != 0 }
        }

        /// What does not fit inline.
        ///
        /// Made by one decision and never changed once that is answered.
        final class Overflow: Sendable {
            let windows: [(entry: Entry, rule: RuleRegistry.Rule)]
            init(_ windows: [(entry: Entry, rule: RuleRegistry.Rule)]) { self.windows = windows }
        }

        static let inlineWindows = 6
        private static let nothing = Entry(used: 0, reset: 0, rule: 0, window: 0, isViolated: false)

        private var entries: (Entry, Entry, Entry, Entry, Entry, Entry)
        private var overflow: Overflow?
        private var inlineCount: UInt8 = 0

        init() { entries = (Self.nothing, Self.nothing, Self.nothing, Self.nothing, Self.nothing, Self.nothing) }

        public var startIndex: Int { 0 }
        public var endIndex: Int { Int(inlineCount) + (overflow?.windows.count ?? 0) }

        /// - Parameter position: an index of the collection; anything else is, as for any collection, a programmer's error.
        public subscript(position: Int) -> Window {
            if position < Int(inlineCount) {
                let entry = withUnsafeBytes(of: entries) { $0.load(fromByteOffset: position * MemoryLayout<Entry>.stride, as: Entry.self) }
                return Self.window(entry, RuleRegistry.rule(entry.rule))
            }
            guard let (entry, rule) = overflow?.windows[position - Int(inlineCount)] else { return Self.window(Self.nothing, nil) }
            return Self.window(entry, rule)
        }

        private static func window(_ entry: Entry, _ rule: RuleRegistry.Rule?) -> Window {
            Window(
                policy: rule?.label.text ?? "", window: rule?.windows.window(entry.window) ?? .slidingWindow(0, per: .zero),
                limit: Int(rule?.windows.limits[entry.window] ?? 0),
                length: .nanoseconds(rule?.windows.lengths[entry.window] ?? 0), used: Int(entry.used), reset: .nanoseconds(entry.reset),
                isViolated: entry.isViolated)
        }

        /// The window that binds: the one with the least remaining, and of several such the one that resets last.
        ///
        /// Nil when no policy was asked.
        public var binding: Window? { self.min { left, right in (left.remaining, right.reset) < (right.remaining, left.reset) } }
    }
}

// MARK: - Filling

extension RateLimitDecision.Quota {
    /// The windows of one policy.
    ///
    /// - Parameter charged: what the request added to them; 0 if it was refused, or only asked.
    @inline(__always)
    init(_ policy: RateLimitPolicy, _ finding: Shard.Finding, charged: Int) {
        guard policy.enforcement == .enforced, policy.rule.isPlain, let number = policy.ruleNumber else {
            self = Self.general(policy, finding, charged: charged)
            return
        }
        // Written as one value, not filled in place: this is the common case, and it stays in registers.
        let nothing = Entry(used: 0, reset: 0, rule: 0, window: 0, isViolated: false)
        let first = Self.entry(0, number, policy.rule, finding, charged: charged)
        let second = policy.rule.count > 1 ? Self.entry(1, number, policy.rule, finding, charged: charged) : nothing
        entries = (first, second, nothing, nothing, nothing, nothing)
        overflow = nil
        inlineCount = UInt8(truncatingIfNeeded: policy.rule.count)
    }

    @inline(never)

    private static func general(_ policy: RateLimitPolicy, _ finding: Shard.Finding, charged: Int) -> Self {
        var quota = Self()
        quota.append(policy, finding, charged: charged)
        return quota
    }

    @inline(__always)

    private static func entry(_ window: Int, _ number: UInt16, _ rule: WindowRule, _ finding: Shard.Finding, charged: Int)
        -> Entry
    {
        let use = finding[window]
        return Entry(
            used: UInt32(clamping: use.used &+ charged), reset: charged > 0 && use.reset == 0 ? rule.lengths[window] : use.reset,
            rule: number, window: window, isViolated: (finding.violated &>> UInt(bitPattern: window)) & 1 != 0)
    }

    /// Adds the windows of a policy, unless it is a shadow.
    ///
    /// - Parameter charged: what the request added to them; 0 if it was refused, or only asked.
    mutating func append(_ policy: RateLimitPolicy, _ finding: Shard.Finding, charged: Int) {
        if policy.enforcement == .shadow { return }
        for window in 0..<policy.rule.count {
            var finding = finding
            if policy.rule.algorithm != .slidingWindow {
                finding[window].reset = finding.reset(window, policy.rule.algorithm, isCharged: charged > 0)
            }
            let entry = Self.entry(window, policy.ruleNumber ?? 0, policy.rule, finding, charged: charged)
            let position = Int(inlineCount)
            guard position < Self.inlineWindows && overflow == nil && policy.ruleNumber != nil else {
                appendToOverflow(entry, policy)
                continue
            }
            withUnsafeMutableBytes(of: &entries) {
                $0.storeBytes(of: entry, toByteOffset: position &* MemoryLayout<Entry>.stride, as: Entry.self)
            }
            inlineCount &+= 1
        }
    }

    @inline(never)

    private mutating func appendToOverflow(_ entry: Entry, _ policy: RateLimitPolicy) {
        overflow = Overflow((overflow?.windows ?? []) + [(entry, RuleRegistry.Rule(label: policy.label, windows: policy.rule))])
    }
}

extension RateLimitDecision.Quota: CustomStringConvertible {
    /// `chat 29/30 in 60.0 seconds, …`, for logs and tests.
    public var description: String { map { "\($0.policy) \($0.used)/\($0.limit) in \($0.length)" }.joined(separator: ", ") }
}
