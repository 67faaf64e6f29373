import HardeningCore

/// Entries summed by what they have in common: by day, by model, by user and model, as you like.
///
/// ```swift
/// let byDayAndModel = try CostBreakdown(of: entries, by: [.day, .model])
/// ```
///
/// For reports over a journal. What the ledger itself counts, it answers with ``CostLedger/summary(session:)`` and its siblings,
/// without looking at entries.
public struct CostBreakdown: Sendable {
    /// What entries are told apart by.
    public struct Dimension: Sendable, Hashable {
        enum Source: Sendable, Hashable {
            case day
            case provider
            case scope(ScopeKind)
        }

        let source: Source

        /// The UTC day the money was held or spent, as `2026-11-20`: the day that providers bill.
        public static let day = Dimension(source: .day)
        public static let provider = Dimension(source: .provider)
        /// The name in the price table.
        public static let model = Dimension(source: .scope(.model))
        public static let session = Dimension(source: .scope(.session))
        public static let user = Dimension(source: .scope(.user))
        public static let tenant = Dimension(source: .scope(.tenant))
        public static func scope(_ kind: ScopeKind) -> Dimension { Dimension(source: .scope(kind)) }
    }

    /// One group.
    public struct Row: Sendable, Hashable {
        /// One value per dimension; empty where an entry names none.
        public let values: [String]
        /// Charges.
        public internal(set) var charged = Money.zero
        /// Refunds, below zero.
        public internal(set) var refunded = Money.zero
        /// Adjustments, debits less credits.
        public internal(set) var adjusted = Money.zero
        /// Charges counted.
        public internal(set) var requests: Int64 = 0
        /// Of charges whose usage is known.
        public internal(set) var inputTokens: Int64 = 0
        public internal(set) var outputTokens: Int64 = 0
        /// What all entries of the group come to.
        public internal(set) var total = Money.zero
    }

    public let dimensions: [Dimension]
    /// Ordered by their values.
    public let rows: [Row]

    /// - Throws: ``MoneyError``, `overflow`.
    /// - Complexity: O(n) in the entries, O(groups) of memory.
    public init(of entries: some Sequence<LedgerEntry>, by dimensions: [Dimension]) throws(MoneyError) {
        var groups: [[String]: Row] = [:]
        for entry in entries {
            let values = dimensions.map { entry.value(of: $0) }
            var row = groups[values] ?? Row(values: values)
            try row.add(entry)
            groups[values] = row
        }
        self.dimensions = dimensions
        rows = groups.values.sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }
}

extension CostBreakdown.Row {
    fileprivate mutating func add(_ entry: LedgerEntry) throws(MoneyError) {
        total = try total + entry.amount
        switch entry.kind {
        case .refund: refunded = try refunded + entry.amount
        case .adjustment: adjusted = try adjusted + entry.amount
        default:
            charged = try charged + entry.amount
            requests += 1
            inputTokens = inputTokens.addingSaturating(entry.usage?.promptTokens ?? 0)
            outputTokens = outputTokens.addingSaturating(entry.usage?.completionTokens ?? 0)
        }
    }
}

extension LedgerEntry {
    /// Days since 1970-01-01 UTC when the money was held or spent.
    var spentDay: Int64 { hold.reservedAt.utcDay }

    fileprivate func value(of dimension: CostBreakdown.Dimension) -> String {
        switch dimension.source {
        case .day: CivilDate.text(ofDay: spentDay)
        case .provider: request.price.provider
        case .scope(let kind): request.name(in: kind) ?? ""
        }
    }
}

extension CivilDate {
    /// `2026-11-20`.
    static func text(ofDay day: Int64) -> String {
        String(Timestamp(secondsSince1970: day.multipliedSaturating(by: 86_400)).description.prefix(10))
    }
}
