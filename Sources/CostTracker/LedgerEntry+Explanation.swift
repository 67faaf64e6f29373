extension LedgerEntry {
    /// The entry in sentences, for a bill or a support ticket: what was asked, what each part cost and why.
    ///
    /// ``lines`` has the same as data.
    public var explanation: String {
        let price = request.price
        var sentences: [String] = []
        switch kind {
        case .refund:
            sentences.append(
                "Entry \(id.rawValue) gives back \(Money(picoUSD: 0 &- amount.picoUSD)) USD of entry \(refundOf?.rawValue ?? 0).")
        case .adjustment:
            let what = refundOf.map { "entry \($0.rawValue)" } ?? "a provider's report for \(request.model)"
            sentences.append("Entry \(id.rawValue) corrects \(what) by \(amount) USD.")
        default:
            sentences.append("Entry \(id.rawValue) charges \(amount) USD for a request to \(price.provider)'s \(price.model)\(termsText).")
            guard let usage else {
                sentences.append("The provider never reported usage, so all that was held is charged.")
                break
            }
            for line in lines { sentences.append(line.sentence) }
            if let threshold = price.longContextThreshold, usage.promptTokens > threshold {
                sentences.append(
                    "The prompt of \(usage.promptTokens) tokens exceeds \(threshold), so the long-context rates apply to the whole request."
                )
            }
            if let held {
                sentences.append(
                    overrun > .zero
                        ? "\(held) USD were held for it; the request cost \(overrun) USD more."
                        : "\(held) USD were held for it; the rest of the hold was freed.")
            }
        }
        sentences.append("Prices are those of table \(tableHash.description.prefix(12)).")
        return sentences.joined(separator: "\n")
    }

    private var termsText: String {
        let tier = request.terms.tier == .standard ? "" : " in the \(request.terms.tier.rawValue) tier"
        return tier + (request.terms.region.map { ", processed in the region \($0)" } ?? "")
    }
}

extension PriceLine {
    /// One sentence: "1500 input tokens at 3 USD per million are 0.0045 USD".
    fileprivate var sentence: String {
        // Exact: a rate counts whole pico-dollars per token, which are millionths of a dollar per million.
        let perMillion = (try? rate * 1_000_000).map { "\($0) USD per million" } ?? "\(rate) USD each"
        return "\(count) \(part.rawValue) at \(perMillion) are \(amount) USD."
    }
}
