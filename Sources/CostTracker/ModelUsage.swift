/// A model and what a finished request used of it, for ``CostLedger/track(_:session:user:key:)``.
public struct ModelUsage: Sendable, Hashable {
    public var model: String
    public var usage: TokenUsage
    public var terms: PriceTerms

    public init(model: String, usage: TokenUsage, terms: PriceTerms = .standard) {
        self.model = model
        self.usage = usage
        self.terms = terms
    }

    /// Usage in Anthropic's convention: `inputTokens` excludes cached tokens.
    public static func claude(
        _ model: String = "claude-3-5-sonnet", inputTokens: Int64, outputTokens: Int64, cacheReadTokens: Int64 = 0
    ) throws(UsageError) -> ModelUsage {
        ModelUsage(model: model, usage: try TokenUsage(input: inputTokens, cacheRead: cacheReadTokens, output: outputTokens))
    }

    /// Usage in OpenAI's convention: `promptTokens` includes `cachedTokens`.
    public static func openAI(
        _ model: String = "gpt-4o", promptTokens: Int64, completionTokens: Int64, cachedTokens: Int64 = 0
    ) throws(UsageError) -> ModelUsage {
        let wire = OpenAIUsage(
            promptTokens: promptTokens, completionTokens: completionTokens, promptDetails: .init(cachedTokens: cachedTokens))
        return ModelUsage(model: model, usage: try TokenUsage(openAI: wire))
    }

    public static func embedding(_ model: String = "text-embedding-3-large", tokens: Int64) throws(UsageError) -> ModelUsage {
        ModelUsage(model: model, usage: try TokenUsage(input: tokens))
    }
}
