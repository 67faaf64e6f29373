import HardeningCore

/// The sums of one account: what a store counts live, and what a replay of the journal must arrive at.
package struct AccountTotals: Sendable, Hashable, BitwiseCopyable {
    package var used: Int64 = 0
    package var held: Int64 = 0
    package var suspense: Int64 = 0
    package var refunded: Int64 = 0
    package var requests: Int64 = 0
    package var inputTokens: Int64 = 0
    package var outputTokens: Int64 = 0

    package init() {}

    package init(
        used: Int64, held: Int64, suspense: Int64, refunded: Int64, requests: Int64, inputTokens: Int64, outputTokens: Int64
    ) {
        (self.used, self.held, self.suspense, self.refunded) = (used, held, suspense, refunded)
        (self.requests, self.inputTokens, self.outputTokens) = (requests, inputTokens, outputTokens)
    }

    /// Applies what an entry moved.
    ///
    /// - Returns: false when a part would be below zero or beyond 64 bits: no correct ledger writes such an entry.
    package mutating func apply(_ entry: JournalEntry) -> Bool {
        var fits = add(entry.moves.held, to: \.held) && add(entry.moves.suspense, to: \.suspense) && add(entry.moves.spent, to: \.used)
        switch entry.kind {
        case .charged:
            fits = fits && add(1, to: \.requests)
            // Tokens are for reports and saturate, as the live counters do.
            inputTokens = inputTokens.addingSaturating(entry.usage?.promptTokens ?? 0)
            outputTokens = outputTokens.addingSaturating(entry.usage?.completionTokens ?? 0)
        case .refunded:
            refunded = refunded.addingSaturating(entry.moves.budget)
        default: break
        }
        return fits
    }

    private mutating func add(_ change: Int64, to part: WritableKeyPath<AccountTotals, Int64>) -> Bool {
        let (sum, overflow) = self[keyPath: part].addingReportingOverflow(change)
        guard !overflow, sum >= 0 else { return false }
        self[keyPath: part] = sum
        return true
    }
}
