import HardeningCore

extension CostLedger {
    /// Compares a provider's cost report with the entries of its days, and posts the differences as adjusting entries.
    ///
    /// An adjustment is charged to everyone's day and month and to the model, at noon UTC of the day it belongs to;
    /// no session or user is charged for it. Importing a report again posts nothing, and importing a corrected one posts
    /// what is left.
    ///
    /// - Parameter entries: all entries of the report's days, from a journal; nil: those the store remembers.
    /// - Throws: ``LedgerError``: `entriesIncomplete` when the store no longer remembers all of those days,
    ///   `adjustmentUnsupported`, `overflow`, or when the store fails; repeating the call posts the rest.
    @discardableResult
    public func reconcile(_ report: ProviderCostReport, entries: [LedgerEntry]? = nil) async throws(LedgerError) -> ReconciliationReport {
        var result = try await previewReconciliation(of: report, entries: entries)
        let store = try adjustingStore
        for position in result.items.indices where result.items[position].difference != .zero {
            let item = result.items[position]
            guard let day = CivilDate.day(of: item.day) else { continue }
            let noon = Timestamp(secondsSince1970: day.multipliedSaturating(by: 86_400).addingSaturating(43_200))
            do {
                let request = try request(CostScope(), model: item.model, terms: .standard, at: noon)
                let name = ContentHash(of: "\(report.contentHash) \(item.day) \(item.model) \(item.recorded)".utf8)
                result.items[position].posted = try await store.correct(
                    CorrectionCommand(
                        key: "cost-report:\(name)", amount: item.difference,
                        accounts: AccountSelection(plan, request: request, now: noon), spentAt: noon, now: time.timestamp))
            } catch {
                guard error.concernsOneEntry else { throw error }
                result.items[position].refusal = error
            }
        }
        return result
    }

    /// What ``reconcile(_:entries:)`` would post.
    public func previewReconciliation(
        of report: ProviderCostReport, entries: [LedgerEntry]? = nil
    ) async throws(LedgerError) -> ReconciliationReport {
        let days = Set(report.rows.map(\.day))
        let all: [LedgerEntry]
        if let entries { all = entries } else { all = try await rememberedEntries(from: days.min()) }
        var result = ReconciliationReport()
        do {
            let recorded = try CostBreakdown(of: all.filter { days.contains($0.spentDay) }, by: [.day, .provider, .model])
            var rest = Dictionary(uniqueKeysWithValues: recorded.rows.map { ($0.values, $0) })
            var order: [[String]] = []
            var billed: [[String]: Money] = [:]
            for row in report.rows {
                let noon = Timestamp(secondsSince1970: row.day.multipliedSaturating(by: 86_400).addingSaturating(43_200))
                guard let price = try? prices.price(of: row.model, at: noon) else {
                    result.skipped.append(row)
                    continue
                }
                let values = [CivilDate.text(ofDay: row.day), price.provider, price.model]
                if billed[values] == nil { order.append(values) }
                billed[values] = try (billed[values] ?? .zero) + row.cost
            }
            for values in order {
                let (reported, total) = (billed[values] ?? .zero, rest.removeValue(forKey: values)?.total ?? .zero)
                result.items.append(
                    .init(
                        day: values[0], model: "\(values[1])/\(values[2])", reported: reported, recorded: total,
                        difference: try reported - total))
            }
            result.unreported = recorded.rows.filter { rest[$0.values] != nil }
        } catch {
            throw LedgerError(.overflow, error.message)
        }
        return result
    }

    /// Every entry of a day and later, provided that the store still knows them all.
    private func rememberedEntries(from day: Int64?) async throws(LedgerError) -> [LedgerEntry] {
        let entries = try await recentEntries(limit: .max)
        guard let day, let oldest = entries.last else { return entries }
        // Money is spent before it is posted: what was forgotten was posted before the oldest that is remembered.
        guard oldest.id.rawValue == 1 || oldest.postedAt.utcDay < day else {
            throw LedgerError(.entriesIncomplete, "entries are remembered from #\(oldest.id.rawValue), \(oldest.postedAt), on")
        }
        return entries
    }
}
