public import HardeningCore

/// One line of the ledger's journal: what moved, between which pockets of which accounts, chained to the line before.
///
/// The journal is append-only and keeps double entry: money moves between four pockets of each account, `budget` → `held` →
/// `spent`, by way of `suspense` where a provider never answered, and back to `budget` when it was released, expired or refunded.
/// The four changes of a line add up to zero, so all lines of all accounts do.
public struct JournalEntry: Sendable, Hashable {
    /// What happened.
    public struct Kind: Sendable, Hashable, BitwiseCopyable {
        package let code: UInt8

        /// An account was used for the first time; it moves nothing.
        public static let opened = Kind(code: 0)
        public static let reserved = Kind(code: 1)
        /// The request has left; it moves nothing, but from here on only ``charged`` or ``suspended`` follow.
        public static let dispatched = Kind(code: 2)
        public static let released = Kind(code: 3)
        public static let expired = Kind(code: 4)
        public static let suspended = Kind(code: 5)
        /// A settlement, a charge without a hold, or a hold written off in suspense.
        public static let charged = Kind(code: 6)
        public static let refunded = Kind(code: 7)
        /// The difference that a corrected price or a provider's report makes.
        public static let adjusted = Kind(code: 8)

        private static let names = [
            "opened", "reserved", "dispatched", "released", "expired", "suspended", "charged", "refunded", "adjusted",
        ]

        private init(code: UInt8) { self.code = code }

        package init?(validating code: UInt8) {
            guard Int(code) < Self.names.count else { return nil }
            self.code = code
        }

        public var rawValue: String { Self.names[Int(code)] }
    }

    /// What the pockets of every account of the line gained, in pico-USD.
    public struct Moves: Sendable, Hashable, BitwiseCopyable {
        public var budget: Int64
        public var held: Int64
        public var suspense: Int64
        public var spent: Int64

        public static let none = Moves()

        /// The budget takes what the others leave.
        ///
        /// Amounts are at least zero in the ledger, so no difference of two wraps.
        package init(held: Int64 = 0, suspense: Int64 = 0, spent: Int64 = 0) {
            (self.held, self.suspense, self.spent) = (held, suspense, spent)
            budget = 0 &- held &- suspense &- spent
        }

        init(budget: Int64, held: Int64, suspense: Int64, spent: Int64) {
            (self.budget, self.held, self.suspense, self.spent) = (budget, held, suspense, spent)
        }

        /// Whether the line is balanced.
        public var isBalanced: Bool { [budget, held, suspense, spent].reduce(Int128(0)) { $0 + Int128($1) } == 0 }
    }

    /// 1, 2, 3… in the order of the decisions.
    public let sequence: UInt64
    public let at: Timestamp
    public let kind: Kind
    /// The hold; a charge without one and a refund have one of their own, an opened account has 0.
    public let hold: HoldID
    /// The entry that was posted, for charges and refunds.
    public let posted: EntryID?
    /// The numbers of the accounts, each of which has a line of kind ``Kind/opened``.
    public let accounts: [UInt64]
    public let moves: Moves
    /// Of charges whose usage is known.
    public let usage: TokenUsage?
    /// The digest of the call that reserved, charged, refunded or adjusted.
    public let digest: Fingerprint?
    /// The account, in a line of kind ``Kind/opened``.
    public let opened: Account?

    package init(
        sequence: UInt64, at: Timestamp, kind: Kind, hold: HoldID, posted: EntryID? = nil, accounts: [UInt64], moves: Moves,
        usage: TokenUsage? = nil, digest: Fingerprint? = nil, opened: Account? = nil
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.hold = hold
        self.posted = posted
        self.accounts = accounts
        self.moves = moves
        self.usage = usage
        self.digest = digest
        self.opened = opened
    }
}

/// A line of the journal with the link that chains it.
public struct JournalLine: Sendable, Hashable {
    public let entry: JournalEntry
    /// SHA-256 over the hash of the line before and the bytes of this one; the first follows 32 zero bytes.
    public let hash: ContentHash

    package init(entry: JournalEntry, hash: ContentHash) {
        self.entry = entry
        self.hash = hash
    }
}
