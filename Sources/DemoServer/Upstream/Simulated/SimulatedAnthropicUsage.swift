/// The `usage` object of Anthropic's Messages API, as sent.
///
/// The three input counts are disjoint: ``inputTokens`` does *not* include what was written to or
/// read from the prompt cache. In a stream, `message_delta` repeats it cumulatively: the last one
/// counts, they are never added up.
///
/// Source: Anthropic API reference, "Messages", object `Usage`.
struct SimulatedAnthropicUsage: Encodable, Sendable, Hashable {
    /// Cache writes by lifetime; their sum is ``SimulatedAnthropicUsage/cacheCreationInputTokens``.
    struct CacheCreation: Encodable, Sendable, Hashable {
        var ephemeral5mInputTokens: Int
        var ephemeral1hInputTokens: Int

        enum CodingKeys: String, CodingKey {
            case ephemeral5mInputTokens = "ephemeral_5m_input_tokens"
            case ephemeral1hInputTokens = "ephemeral_1h_input_tokens"
        }
    }

    var inputTokens: Int
    var outputTokens: Int
    var cacheCreationInputTokens: Int?
    var cacheReadInputTokens: Int?
    var cacheCreation: CacheCreation?

    enum CodingKeys: String, CodingKey {
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
        case cacheCreationInputTokens = "cache_creation_input_tokens"
        case cacheReadInputTokens = "cache_read_input_tokens"
        case cacheCreation = "cache_creation"
    }
}
