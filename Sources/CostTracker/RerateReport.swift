/// What another price table makes of charges: a difference for each, and what changed in it.
public struct RerateReport: Sendable {
    /// One kind of token whose price differs.
    public struct Line: Sendable, Hashable, CustomStringConvertible {
        public let part: PriceLine.Part
        public let count: Int64
        /// The price of one before and after; zero where the other table bills none.
        public let oldRate: Money
        public let newRate: Money
        /// New less old, for all of them.
        public let difference: Money

        /// `1500 input tokens: 0.000003 → 0.0000025 = -0.00075 USD`.
        public var description: String { "\(count) \(part.rawValue): \(oldRate) → \(newRate) = \(difference) USD" }
    }

    /// A charge that comes to another amount.
    public struct Item: Sendable {
        public let entry: LedgerEntry
        /// What the charge came to, earlier adjustments included.
        public let old: Money
        /// What it comes to with the other table.
        public let new: Money
        /// New less old: a debit above zero, a credit below.
        public let difference: Money
        /// The kinds of tokens that make the difference.
        public let lines: [Line]
        /// The adjusting entry; nil in a preview, and when somebody else had posted it meanwhile.
        public internal(set) var posted: LedgerEntry?
        /// Why nothing could be posted.
        public internal(set) var refusal: LedgerError?
    }

    /// A charge that the other table says nothing about.
    public struct Skipped: Sendable {
        public let entry: LedgerEntry
        /// Why: a ``PricingError``, or nil when the charge has no known usage.
        public let reason: PricingError?
    }

    /// The table that was asked.
    public let tableHash: ContentHash
    /// In the order of the entries.
    public internal(set) var items: [Item] = []
    /// Charges that come to the same amount.
    public internal(set) var unchangedCount = 0
    public internal(set) var skipped: [Skipped] = []

    /// The sum of all differences, posted or not.
    ///
    /// - Throws: ``MoneyError``, `overflow`.
    public func difference() throws(MoneyError) -> Money {
        var sum = Money.zero
        for item in items { sum = try sum + item.difference }
        return sum
    }
}

extension RerateReport: CustomStringConvertible {
    /// The report for people: one line per charge, its changed rates below it.
    public var description: String {
        var text =
            "\(items.count) charges differ, \(unchangedCount) do not, \(skipped.count) were skipped, prices \(tableHash.description.prefix(12))"
        for item in items {
            text += "\n#\(item.entry.id.rawValue) \(item.entry.request.model): \(item.old) → \(item.new) = \(item.difference) USD"
            if let posted = item.posted { text += ", posted as #\(posted.id.rawValue)" }
            if let refusal = item.refusal { text += ", not posted: \(refusal)" }
            for line in item.lines { text += "\n  \(line)" }
        }
        for item in skipped {
            text +=
                "\n#\(item.entry.id.rawValue) \(item.entry.request.model): skipped, \(item.reason?.description ?? "its usage is unknown")"
        }
        return text
    }
}

extension RerateReport.Line {
    /// The lines that differ between two list prices of one usage; they add up to the difference of the costs.
    static func changes(from old: [PriceLine], to new: [PriceLine]) -> [RerateReport.Line] {
        let parts = old.map(\.part) + new.map(\.part).filter { part in !old.contains { $0.part == part } }
        return parts.compactMap { part in
            let (before, after) = (old.first { $0.part == part }, new.first { $0.part == part })
            guard before?.rate != after?.rate, let count = before?.count ?? after?.count else { return nil }
            return RerateReport.Line(
                part: part, count: count, oldRate: before?.rate ?? .zero, newRate: after?.rate ?? .zero,
                difference: Money(picoUSD: (after?.amount ?? .zero).picoUSD - (before?.amount ?? .zero).picoUSD))
        }
    }
}
