import HardeningCore

/// A provider's report beside what the ledger has recorded for the same days and models.
public struct ReconciliationReport: Sendable {
    /// One model on one day.
    public struct Item: Sendable {
        /// `2026-11-20`.
        public let day: String
        /// The name in the price table.
        public let model: String
        /// What the provider billed.
        public let reported: Money
        /// What the entries come to, refunds and adjustments included.
        public let recorded: Money
        /// Reported less recorded: what was posted.
        public let difference: Money
        /// The adjusting entry; nil when there was no difference, and in a preview.
        public internal(set) var posted: LedgerEntry?
        /// Why nothing could be posted.
        public internal(set) var refusal: LedgerError?
    }

    /// In the order of the report.
    public internal(set) var items: [Item] = []
    /// What the ledger has recorded on days of the report for models that it does not name.
    ///
    /// Nothing is posted for them: reports arrive late and in parts.
    public internal(set) var unreported: [CostBreakdown.Row] = []
    /// Rows whose model no price table row names, so that nobody knows what they compare with.
    public internal(set) var skipped: [ProviderCostReport.Row] = []
}

extension ReconciliationReport: CustomStringConvertible {
    /// The report for people, one line per day and model.
    public var description: String {
        var lines = items.map { item in
            let outcome = item.posted.map { ", posted as #\($0.id.rawValue)" } ?? item.refusal.map { ", not posted: \($0)" } ?? ""
            return
                "\(item.day) \(item.model): billed \(item.reported), recorded \(item.recorded), difference \(item.difference) USD\(outcome)"
        }
        lines += unreported.map { "\($0.values.joined(separator: " ")): recorded \($0.total) USD, not in the report" }
        lines += skipped.map { "\(CivilDate.text(ofDay: $0.day)) \($0.model): billed \($0.cost) USD, an unknown model" }
        return lines.joined(separator: "\n")
    }
}
