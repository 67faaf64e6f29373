/// The list prices of one model for the days they are in effect: one row of a ``PriceTable``.
///
/// Immutable and shared: holds and ledger entries refer to the row they were priced with, so a newer
/// table never changes what an entry says.
public final class ModelPrice: Sendable {
    /// The rates of each service tier.
    ///
    /// Nil: the provider lists none.
    struct Cards: Sendable {
        var standard: TokenRates
        /// Standard rates once the whole prompt exceeds the threshold; they replace all others.
        var longContext: TokenRates?
        var batch: TokenRates?
        var priority: TokenRates?
        var flex: TokenRates?
    }

    public let provider: String
    public let model: String
    /// The first day in effect, counted in days since 1970-01-01 UTC; nil for ever before.
    public let effectiveFromDay: Int64?
    /// The last day in effect; nil for no end.
    public let effectiveToDay: Int64?
    /// Prompts longer than this, cache included, are priced with the long-context rates as a whole.
    public let longContextThreshold: Int64?
    /// The longest prompt the model takes, in tokens, where the table says.
    public let maxInputTokens: Int64?
    /// The longest answer the model gives, in tokens, where the table says.
    public let maxOutputTokens: Int64?
    /// The content hash of the table this row stands in.
    public let tableHash: ContentHash

    let cards: Cards
    let regionalCards: [String: Cards]

    init(
        provider: String, model: String, effectiveDays: (from: Int64?, to: Int64?), longContextThreshold: Int64?,
        maxTokens: (input: Int64?, output: Int64?), tableHash: ContentHash, cards: Cards, regionalCards: [String: Cards]
    ) {
        self.provider = provider
        self.model = model
        (effectiveFromDay, effectiveToDay) = effectiveDays
        self.longContextThreshold = longContextThreshold
        (maxInputTokens, maxOutputTokens) = maxTokens
        self.tableHash = tableHash
        self.cards = cards
        self.regionalCards = regionalCards
    }

    /// Whether the row names a day at all.
    ///
    /// A row without days holds whenever no dated row of the model does.
    var isDated: Bool { effectiveFromDay != nil || effectiveToDay != nil }

    /// Whether the row is in effect on a day, counted since 1970-01-01 UTC.
    ///
    /// Both ends are included.
    public func isInEffect(onDay day: Int64) -> Bool {
        (effectiveFromDay ?? .min) <= day && day <= (effectiveToDay ?? .max)
    }

    /// The rates that apply to a prompt of that length.
    ///
    /// - Throws: ``PricingError``: `rateNotListed`, `regionNotListed`.
    @inline(__always)  // or all eight rates are copied to use two
    public func rates(promptTokens: Int64, terms: PriceTerms = .standard) throws(PricingError) -> TokenRates {
        guard let region = terms.region else { return try rates(promptTokens: promptTokens, tier: terms.tier, cards: cards) }
        guard let regional = regionalCards[region] else {
            throw PricingError(code: .regionNotListed, message: "\(model) has no multiplier for the region \(region.prefix(32))")
        }
        return try rates(promptTokens: promptTokens, tier: terms.tier, cards: regional)
    }

    @inline(__always)
    private func rates(promptTokens: Int64, tier: PriceTerms.Tier, cards: Cards) throws(PricingError) -> TokenRates {
        let isLong = longContextThreshold.map { promptTokens > $0 } ?? false
        if tier == .standard, !isLong { return cards.standard }
        let rates: TokenRates? =
            switch (tier, isLong) {
            case (.standard, true): cards.longContext
            case (.batch, false): cards.batch
            case (.priority, false): cards.priority
            case (.flex, false): cards.flex
            default: nil
            }
        guard let rates else {
            let length = isLong ? " beyond \(longContextThreshold ?? 0) prompt tokens" : ""
            throw PricingError(code: .rateNotListed, message: "\(model) lists no \(tier.rawValue) rates\(length)")
        }
        return rates
    }

    /// What the usage costs, exactly.
    ///
    /// A dozen checked multiplications and additions, no allocation.
    ///
    /// - Throws: ``PricingError``: `rateNotListed`, `regionNotListed`, `overflow`.
    public func cost(of usage: TokenUsage, terms: PriceTerms = .standard) throws(PricingError) -> Money {
        let rates = try rates(promptTokens: usage.promptTokens, terms: terms)
        var total: Int64 = 0
        try add(usage.input, rates.input, .input, to: &total)
        try add(usage.cacheRead, rates.cacheRead, .cacheRead, to: &total)
        try add(usage.cacheWrite5m, rates.cacheWrite5m, .cacheWrite5m, to: &total)
        try add(usage.cacheWrite1h, rates.cacheWrite1h, .cacheWrite1h, to: &total)
        try add(usage.cacheWrite12h, rates.cacheWrite12h, .cacheWrite12h, to: &total)
        try add(usage.output, rates.output, .output, to: &total)
        try add(usage.reasoning, rates.reasoning ?? rates.output, .reasoning, to: &total)
        try add(usage.toolRequests, rates.toolRequest, .toolRequests, to: &total)
        return Money(picoUSD: total)
    }

    @inline(__always)
    private func add(_ count: Int64, _ rate: Int64?, _ part: PriceLine.Part, to total: inout Int64) throws(PricingError) {
        if count == 0 { return }
        guard let rate else {
            throw PricingError(code: .rateNotListed, message: "\(model) lists no rate for \(part.rawValue)")
        }
        let (product, first) = count.multipliedReportingOverflow(by: rate)
        let (sum, second) = total.addingReportingOverflow(product)
        guard !first, !second else {
            throw PricingError(code: .overflow, message: "\(count) \(part.rawValue) of \(model) cost more than can be counted")
        }
        total = sum
    }

    /// The cost line by line; the lines of an answer add up to ``cost(of:terms:)``.
    ///
    /// - Throws: as ``cost(of:terms:)``.
    public func lines(of usage: TokenUsage, terms: PriceTerms = .standard) throws(PricingError) -> [PriceLine] {
        _ = try cost(of: usage, terms: terms)
        let rates = try rates(promptTokens: usage.promptTokens, terms: terms)
        let parts: [(PriceLine.Part, Int64, Int64?)] = [
            (.input, usage.input, rates.input), (.cacheRead, usage.cacheRead, rates.cacheRead),
            (.cacheWrite5m, usage.cacheWrite5m, rates.cacheWrite5m), (.cacheWrite1h, usage.cacheWrite1h, rates.cacheWrite1h),
            (.cacheWrite12h, usage.cacheWrite12h, rates.cacheWrite12h), (.output, usage.output, rates.output),
            (.reasoning, usage.reasoning, rates.reasoning ?? rates.output), (.toolRequests, usage.toolRequests, rates.toolRequest),
        ]
        return parts.compactMap { part, count, rate in
            guard count > 0, let rate else { return nil }
            return PriceLine(part: part, count: count, rate: Money(picoUSD: rate), amount: Money(picoUSD: count &* rate))
        }
    }
}

extension ModelPrice: Equatable {
    /// The same row of the same table.
    public static func == (left: ModelPrice, right: ModelPrice) -> Bool {
        left === right
            || (left.tableHash == right.tableHash && left.provider == right.provider && left.model == right.model
                && left.effectiveFromDay == right.effectiveFromDay)
    }
}
