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
            public let limit: Int
            public let length: Duration
            /// Units in the window now; more than ``limit`` only after the limit was lowered, or when clients share an over-counting cell.
            public let used: Int
            /// How long until the oldest unit leaves the window and ``remaining`` grows; zero when nothing was used.
            public let reset: Duration
            /// Whether this window is a reason for the refusal.
            public let isViolated: Bool

            /// What is left: limit − used, at least 0.
            public var remaining: Int { Swift.max(0, limit - used) }
            public var window: RateLimitWindow { RateLimitWindow(limit: limit, length: length) }
        }

        struct Entry: BitwiseCopyable {
            var length: Int64 = 0
            var reset: Int64 = 0
            var limit: UInt32 = 0
            var used: UInt32 = 0
        }

        /// What does not fit inline.
        ///
        /// Made by one decision and never changed once that is answered.
        final class Overflow: Sendable {
            let windows: [(entry: Entry, mark: UInt32)]
            init(_ windows: [(entry: Entry, mark: UInt32)]) { self.windows = windows }
        }

        static let inlineWindows = 6

        private var entries: (Entry, Entry, Entry, Entry, Entry, Entry) = (Entry(), Entry(), Entry(), Entry(), Entry(), Entry())
        /// For each window the number of its policy, and the top bit when it is violated.
        private var marks: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0, 0)
        private var inlineCount: Int = 0
        private var overflow: Overflow?

        init() {}

        public var startIndex: Int { 0 }
        public var endIndex: Int { inlineCount + (overflow?.windows.count ?? 0) }

        /// - Parameter position: an index of the collection; anything else is, as for any collection, a programmer's error.
        public subscript(position: Int) -> Window {
            let (entry, mark) = position < inlineCount ? (entry(position), mark(position)) : overflowing(position - inlineCount)
            return Window(
                policy: PolicyName(number: UInt16(truncatingIfNeeded: mark)).text, limit: Int(entry.limit),
                length: .nanoseconds(entry.length),
                used: Int(entry.used), reset: .nanoseconds(entry.reset), isViolated: mark >> 31 != 0
            )
        }

        /// The window that binds: the one with the least remaining, and of several such the one that resets last.
        ///
        /// Nil when no policy was asked.
        public var binding: Window? {
            self.min { left, right in
                (left.remaining, right.reset) < (right.remaining, left.reset)
            }
        }
    }
}

// MARK: - Filling

extension RateLimitDecision.Quota {
    @inline(__always)
    mutating func append(_ policy: PolicyName, _ entry: Entry, isViolated: Bool) {
        let mark = UInt32(policy.number) | (isViolated ? 1 << 31 : 0)
        guard inlineCount < Self.inlineWindows else { return appendToOverflow(entry, mark) }
        setEntry(inlineCount, entry)
        withUnsafeMutableBytes(of: &marks) { $0.storeBytes(of: mark, toByteOffset: inlineCount &* 4, as: UInt32.self) }
        inlineCount &+= 1
    }

    /// Counts the admitted request in every window.
    @inline(__always)
    mutating func charge(_ cost: Int) {
        let count = inlineCount
        withUnsafeMutableBytes(of: &entries) { bytes in  // in place: a read through the tuple would copy it
            for index in 0..<count {
                let offset = index &* MemoryLayout<Entry>.stride
                bytes.storeBytes(
                    of: Self.charged(bytes.load(fromByteOffset: offset, as: Entry.self), cost), toByteOffset: offset, as: Entry.self)
            }
        }
        if overflow != nil { chargeOverflow(cost) }
    }

    @inline(__always)
    private static func charged(_ entry: Entry, _ cost: Int) -> Entry {
        var entry = entry
        entry.used &+= UInt32(truncatingIfNeeded: cost)
        if entry.reset == 0 { entry.reset = entry.length }
        return entry
    }

    @inline(never)
    private mutating func appendToOverflow(_ entry: Entry, _ mark: UInt32) {
        overflow = Overflow((overflow?.windows ?? []) + [(entry, mark)])
    }

    @inline(never)
    private mutating func chargeOverflow(_ cost: Int) {
        overflow = overflow.map { Overflow($0.windows.map { (Self.charged($0.entry, cost), $0.mark) }) }
    }

    private func overflowing(_ position: Int) -> (entry: Entry, mark: UInt32) {
        overflow?.windows[position] ?? (Entry(), 0)
    }

    private func entry(_ index: Int) -> Entry {
        withUnsafeBytes(of: entries) { $0.load(fromByteOffset: index &* MemoryLayout<Entry>.stride, as: Entry.self) }
    }

    @inline(__always)
    private mutating func setEntry(_ index: Int, _ entry: Entry) {
        withUnsafeMutableBytes(of: &entries) {
            $0.storeBytes(of: entry, toByteOffset: index &* MemoryLayout<Entry>.stride, as: Entry.self)
        }
    }

    private func mark(_ index: Int) -> UInt32 {
        withUnsafeBytes(of: marks) { $0.load(fromByteOffset: index * 4, as: UInt32.self) }
    }
}

extension RateLimitDecision.Quota: CustomStringConvertible {
    /// `chat 29/30 in 60.0 seconds, …`, for logs and tests.
    public var description: String {
        map { "\($0.policy) \($0.used)/\($0.limit) in \($0.length)" }.joined(separator: ", ")
    }
}
