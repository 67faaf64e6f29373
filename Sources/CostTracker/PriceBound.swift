extension ModelPrice {
    /// The most a request within these bounds can cost: worst input rate × input bound + worst output
    /// rate × output bound, over every context length the bound allows.
    ///
    /// Tool requests are not bounded by tokens and not part of it.
    ///
    /// - Throws: ``PricingError``: `boundInvalid`, `rateNotListed`, `regionNotListed`, `overflow`.
    public func upperBound(input: InputBound, maxOutput: Int64, terms: PriceTerms = .standard) throws(PricingError) -> Money {
        let worst = try worstRates(input: input, terms: terms)
        guard maxOutput >= 0 else {
            throw PricingError(code: .boundInvalid, message: "an output bound of \(maxOutput) tokens")
        }
        let (inputCost, first) = input.tokens.multipliedReportingOverflow(by: worst.input)
        let (outputCost, second) = maxOutput.multipliedReportingOverflow(by: maxOutput == 0 ? 0 : try worst.requiredOutput(of: model))
        let (sum, third) = inputCost.addingReportingOverflow(outputCost)
        guard !first, !second, !third else {
            throw PricingError(code: .overflow, message: "the bound for \(model) costs more than can be counted")
        }
        return Money(picoUSD: sum)
    }

    /// The largest output bound whose ``upperBound(input:maxOutput:terms:)`` is at most `money`.
    ///
    /// - Returns: 0 when the input alone costs more; never more than ``maxOutputTokens``.
    /// - Throws: ``PricingError``: `boundInvalid`, `rateNotListed`, `regionNotListed`.
    public func affordableOutput(within money: Money, input: InputBound, terms: PriceTerms = .standard) throws(PricingError) -> Int64 {
        let worst = try worstRates(input: input, terms: terms)
        let (inputCost, overflow) = input.tokens.multipliedReportingOverflow(by: worst.input)
        guard !overflow, inputCost <= money.picoUSD else { return 0 }
        let ceiling = maxOutputTokens ?? .max
        let rate = try worst.requiredOutput(of: model)
        return rate == 0 ? ceiling : min(ceiling, (money.picoUSD - inputCost) / rate)
    }

    private struct WorstRates {
        var input: Int64 = 0
        var output: Int64?

        func requiredOutput(of model: String) throws(PricingError) -> Int64 {
            guard let output else {
                throw PricingError(code: .rateNotListed, message: "\(model) lists no rate for output tokens")
            }
            return output
        }
    }

    private func worstRates(input: InputBound, terms: PriceTerms) throws(PricingError) -> WorstRates {
        guard input.tokens >= 0 else {
            throw PricingError(code: .boundInvalid, message: "an input bound of \(input.tokens) tokens")
        }
        var worst = WorstRates()
        try include(try rates(promptTokens: 0, terms: terms), input, in: &worst)
        if let threshold = longContextThreshold, input.tokens > threshold {
            try include(try rates(promptTokens: input.tokens, terms: terms), input, in: &worst)
        }
        return worst
    }

    @inline(__always)
    private func include(_ rates: TokenRates, _ input: InputBound, in worst: inout WorstRates) throws(PricingError) {
        let rate = rates.worstInput(cacheWrites: input.mayWriteCache)
        guard let rate = rate ?? (input.tokens == 0 ? 0 : nil) else {
            throw PricingError(code: .rateNotListed, message: "\(model) lists no rate for input tokens")
        }
        worst.input = max(worst.input, rate)
        if let output = rates.worstOutput { worst.output = max(worst.output ?? 0, output) }
    }
}
