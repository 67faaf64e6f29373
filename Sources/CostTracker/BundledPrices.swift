extension PriceTable {
    /// List prices of Anthropic, OpenAI, Google, Voyage AI, Cohere and Mistral, as of November 2026.
    ///
    /// `prices.csv` beside this file is compiled into the library, so no bundle has to be found at
    /// run time; a test pins its SHA-256. Parsed once, at first use.
    public static let bundled: PriceTable =
        // The embedded table cannot fail to parse, a test proves it; if it ever did, every model
        // would be unknown, which refuses and never undercharges.
        (try? PriceTable(
            csv: PackageResources.prices_csv, aliases: bundledAliases, refusedSnapshots: bundledSnapshots,
            disputedLengths: bundledDisputes)) ?? .empty

    /// Anthropic's names of the two models whose alias ends in `-0` (platform.claude.com, "Models overview").
    private static let bundledAliases = [
        "claude-opus-4": "claude-opus-4-0",
        "claude-sonnet-4": "claude-sonnet-4-0",
    ]

    /// $5/$15, not the $2.50/$10 of later snapshots (platform.openai.com, "Pricing").
    private static let bundledSnapshots: Set = ["gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13"]

    /// One source has $6/$22.50 for longer prompts and the other no such tier (the row's note): refused rather than guessed.
    private static let bundledDisputes: [String: Int64] = ["anthropic/claude-sonnet-4-5": 200_000]
}

extension ModelPrice {
    /// This row without a price for prompts longer than `length` tokens.
    func refusingPrompts(beyond length: Int64) -> ModelPrice {
        ModelPrice(
            provider: provider, model: model, effectiveDays: (effectiveFromDay, effectiveToDay), longContextThreshold: length,
            maxTokens: (maxInputTokens, maxOutputTokens), tableHash: tableHash, cards: cards, regionalCards: regionalCards)
    }
}
