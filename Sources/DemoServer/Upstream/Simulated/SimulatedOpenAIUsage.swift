/// The `usage` object of OpenAI's Chat Completions API, as sent.
///
/// The details are parts of the totals: ``promptTokens`` includes the cached ones and
/// ``completionTokens`` the reasoning. A stream carries usage only when it was asked for with
/// `stream_options.include_usage`, in one last chunk without choices.
///
/// Source: OpenAI API reference, "Chat", object `CompletionUsage`.
struct SimulatedOpenAIUsage: Encodable, Sendable, Hashable {
    struct PromptDetails: Encodable, Sendable, Hashable {
        var cachedTokens: Int?

        enum CodingKeys: String, CodingKey {
            case cachedTokens = "cached_tokens"
        }
    }

    struct CompletionDetails: Encodable, Sendable, Hashable {
        var reasoningTokens: Int?

        enum CodingKeys: String, CodingKey {
            case reasoningTokens = "reasoning_tokens"
        }
    }

    var promptTokens: Int
    var completionTokens: Int
    var totalTokens: Int
    var promptTokensDetails: PromptDetails?
    var completionTokensDetails: CompletionDetails?

    enum CodingKeys: String, CodingKey {
        case promptTokens = "prompt_tokens"
        case completionTokens = "completion_tokens"
        case totalTokens = "total_tokens"
        case promptTokensDetails = "prompt_tokens_details"
        case completionTokensDetails = "completion_tokens_details"
    }
}
