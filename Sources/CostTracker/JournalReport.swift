/// What replaying a journal found.
public struct JournalReport: Sendable, Hashable {
    /// Lines that were replayed and found sound.
    public var lines: UInt64
    /// The hash of the last of them; keep it elsewhere to notice later if the end of the journal was cut off.
    public var head: ContentHash
    /// Accounts whose live counters were compared with the replay.
    public var accounts: Int
    /// The first thing that was wrong; nil when everything agrees.
    public var fault: JournalFault?

    public var isSound: Bool { fault == nil }

    package init(lines: UInt64, head: ContentHash, accounts: Int, fault: JournalFault?) {
        self.lines = lines
        self.head = head
        self.accounts = accounts
        self.fault = fault
    }
}

/// The first line that cannot be right, or the counter that does not agree with all of them.
public struct JournalFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable name for tests, metrics and alarms.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Bytes that are not a line.
        public static let malformed = Code(rawValue: "JOURNAL_MALFORMED")
        /// A number is missing, doubled or out of order.
        public static let gap = Code(rawValue: "JOURNAL_GAP")
        /// The line, or one before it, is not the one that was written.
        public static let chainBroken = Code(rawValue: "JOURNAL_CHAIN_BROKEN")
        /// The changes of the line do not add up to zero.
        public static let unbalanced = Code(rawValue: "JOURNAL_UNBALANCED")
        /// A hold does what it cannot do in its state, or with another amount.
        public static let impossibleStep = Code(rawValue: "JOURNAL_IMPOSSIBLE_STEP")
        /// A pocket would hold less than nothing.
        public static let belowZero = Code(rawValue: "JOURNAL_BELOW_ZERO")
        /// A live counter or hold is not what the lines add up to.
        public static let countersDiffer = Code(rawValue: "JOURNAL_COUNTERS_DIFFER")
    }

    public let code: Code
    /// The first bad line; nil when every line is sound and a live counter is not.
    public let sequence: UInt64?
    public let message: String

    package init(_ code: Code, at sequence: UInt64?, _ message: String) {
        self.code = code
        self.sequence = sequence
        self.message = message
    }

    public var description: String {
        sequence.map { "\(code.rawValue) at line \($0): \(message)" } ?? "\(code.rawValue): \(message)"
    }
}
