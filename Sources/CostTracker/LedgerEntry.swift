public import HardeningCore

/// The number of a ledger entry: 1, 2, 3… in the order of posting.
public struct EntryID: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static func < (left: EntryID, right: EntryID) -> Bool { left.rawValue < right.rawValue }
}

/// One posted amount, with everything needed to explain it: raw usage, terms, and the price row.
///
/// Entries are never changed. A refund is an entry of its own with a negative amount; a corrected price adds an
/// adjustment.
public struct LedgerEntry: Sendable, Equatable {
    public struct Kind: Sendable, Hashable, BitwiseCopyable {
        private let code: UInt8

        public static let charge = Kind(code: 0)
        public static let refund = Kind(code: 1)
        /// The difference that a corrected price or a provider's report makes: a debit above zero, or a credit below.
        public static let adjustment = Kind(code: 2)

        private static let names = ["charge", "refund", "adjustment"]

        private init(code: UInt8) { self.code = code }

        public var rawValue: String { Self.names[Int(code)] }
    }

    public let id: EntryID
    public let kind: Kind
    public let postedAt: Timestamp
    /// What the amount was held for; a charge without a hold and a refund have one of amount zero.
    public let hold: Hold
    /// Nil when the provider never said (the hold was charged in full), and for refunds.
    public let usage: TokenUsage?
    /// What was posted: at least zero for a charge, below zero for a refund, either for an adjustment.
    public let amount: Money
    /// What had been held for it; nil when it was tracked without a hold, and for refunds.
    public let held: Money?
    /// The charge that a refund gives back or an adjustment corrects; nil for an adjustment to a provider's report.
    public let refundOf: EntryID?

    public init(
        id: EntryID, kind: Kind, postedAt: Timestamp, hold: Hold, usage: TokenUsage?, amount: Money, held: Money?, refundOf: EntryID?
    ) {
        self.id = id
        self.kind = kind
        self.postedAt = postedAt
        self.hold = hold
        self.usage = usage
        self.amount = amount
        self.held = held
        self.refundOf = refundOf
    }

    /// Who asked for what, at which list price.
    public var request: PricedRequest { hold.request }

    /// The idempotency key of the call that held or posted it.
    public var key: String? { hold.key }

    /// The hash of the price table that was used.
    public var tableHash: ContentHash { hold.request.price.tableHash }

    /// How much the charge exceeded its hold; zero when it did not, or when there was none.
    public var overrun: Money {
        guard let held, amount > held else { return .zero }
        return Money(picoUSD: amount.picoUSD.subtractingSaturating(held.picoUSD))
    }

    /// The amount line by line; the lines add up to ``amount``.
    public var lines: [PriceLine] {
        if kind == .refund { return [PriceLine(part: .refund, count: 1, rate: amount, amount: amount)] }
        if kind == .adjustment { return [PriceLine(part: .adjustment, count: 1, rate: amount, amount: amount)] }
        guard let usage else { return [PriceLine(part: .unknownUsage, count: 1, rate: amount, amount: amount)] }
        return (try? request.price.lines(of: usage, terms: request.terms)) ?? []
    }
}

extension LedgerEntry: CustomStringConvertible {
    /// The entry explained for people, one line per rate.
    public var description: String {
        var text =
            "#\(id.rawValue) \(kind.rawValue) \(amount) USD, \(request.model), \(postedAt), prices \(tableHash.description.prefix(12))"
        for line in lines { text += "\n  \(line)" }
        if overrun > .zero { text += "\n  overrun: \(overrun) USD above the hold" }
        return text
    }
}
