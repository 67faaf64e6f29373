import HardeningCore

extension CostLedger {
    /// Prices charges again with another table and posts the differences as adjusting entries.
    ///
    /// For prices that were wrong or negotiated later. Nothing is overwritten: an entry keeps its raw usage and
    /// the hash of its table, and a debit or credit is added in the windows that were charged. Each charge is
    /// priced at the moment it was reserved. Running it again with the same table posts nothing.
    ///
    /// Debits are posted even where they exceed a budget: the money is spent.
    ///
    /// - Parameter entries: from ``recentEntries(limit:)`` or a journal; refunds and adjustments are passed over.
    /// - Returns: what changed. A charge that cannot be adjusted is listed with its refusal, and the rest is posted.
    /// - Throws: ``LedgerError``: `adjustmentUnsupported`, or when the store fails; what was posted before stays
    ///   posted, and repeating the call posts the rest.
    @discardableResult
    public func rerate(_ entries: [LedgerEntry], with table: PriceTable) async throws(LedgerError) -> RerateReport {
        var report = try await previewRerate(entries, with: table)
        let store = try adjustingStore
        for position in report.items.indices {
            let item = report.items[position]
            do {
                let price = try priced { () throws(PricingError) in
                    try table.price(of: item.entry.request.model, at: item.entry.hold.reservedAt)
                }
                report.items[position].posted = try await store.adjust(
                    AdjustCommand(entry: item.entry.id, target: item.new, price: price, now: time.timestamp))
            } catch {
                guard error.concernsOneEntry else { throw error }
                report.items[position].refusal = error
            }
        }
        return report
    }

    /// Prices the charges of a range of entries again; see ``rerate(_:with:)-([LedgerEntry],_)``.
    ///
    /// - Throws: also `entriesIncomplete` when the store no longer remembers the beginning of the range.
    @discardableResult
    public func rerate(_ range: ClosedRange<EntryID>, with table: PriceTable) async throws(LedgerError) -> RerateReport {
        let entries = try await recentEntries(limit: .max).reversed()
        guard let first = entries.first, first.id <= range.lowerBound || first.id.rawValue == 1 else {
            throw LedgerError(.entriesIncomplete, "entries are remembered from #\(entries.first?.id.rawValue ?? 0) on")
        }
        return try await rerate(entries.filter { range.contains($0.id) }, with: table)
    }

    /// What ``rerate(_:with:)-([LedgerEntry],_)`` would post.
    public func previewRerate(_ entries: [LedgerEntry], with table: PriceTable) async throws(LedgerError) -> RerateReport {
        let store = try adjustingStore
        var report = RerateReport(tableHash: table.contentHash)
        for entry in entries where entry.kind == .charge {
            guard let usage = entry.usage else {
                report.skipped.append(.init(entry: entry, reason: nil))
                continue
            }
            let standing = try await store.standing(of: entry.id) ?? ChargeStanding(amount: entry.amount, price: entry.request.price)
            do {
                let price = try table.price(of: entry.request.model, at: entry.hold.reservedAt)
                let new = try price.cost(of: usage, terms: entry.request.terms)
                guard new != standing.amount else {
                    report.unchangedCount += 1
                    continue
                }
                let lines = RerateReport.Line.changes(
                    from: try standing.price.lines(of: usage, terms: entry.request.terms),
                    to: try price.lines(of: usage, terms: entry.request.terms))
                report.items.append(
                    .init(
                        entry: entry, old: standing.amount, new: new,
                        difference: Money(picoUSD: new.picoUSD - standing.amount.picoUSD), lines: lines))
            } catch {
                report.skipped.append(.init(entry: entry, reason: error))
            }
        }
        return report
    }

    var adjustingStore: any LedgerAdjusting {
        get throws(LedgerError) {
            guard let store = store as? any LedgerAdjusting else {
                throw LedgerError(.adjustmentUnsupported, "this store posts no adjustments")
            }
            return store
        }
    }
}

extension LedgerError {
    /// Whether the next entry may fare better; otherwise the store fails, and so would the rest.
    var concernsOneEntry: Bool {
        pricing != nil || [.entryNotFound, .adjustmentInvalid, .overflow, .keyConflict, .ledgerFull].contains(code)
    }
}
