import CostTracker

/// What a provider says an answer used, in the provider's own convention.
enum ProviderUsage: Sendable, Hashable {
    case anthropic(AnthropicUsage)
    case openAI(OpenAIUsage)

    /// The usage in the ledger's terms.
    ///
    /// - Throws: `UsageError` when the parts do not add up.
    var tokens: TokenUsage {
        get throws(UsageError) {
            switch self {
            case .anthropic(let usage): try TokenUsage(anthropic: usage)
            case .openAI(let usage): try TokenUsage(openAI: usage)
            }
        }
    }
}
