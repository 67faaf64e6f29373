/// The `usage` object of OpenAI's Responses API, as it stands on the wire.
///
/// The same conventions as ``OpenAIUsage`` under other names: `input_tokens` includes cached tokens,
/// `output_tokens` includes reasoning. Source: platform.openai.com, "The response object".
public struct OpenAIResponsesUsage: Sendable, Hashable, Decodable {
    public struct InputDetails: Sendable, Hashable, Decodable {
        public var cachedTokens: Int64?
        /// Written to a cache, for models that bill it.
        public var cacheWriteTokens: Int64?

        public init(cachedTokens: Int64? = nil, cacheWriteTokens: Int64? = nil) {
            self.cachedTokens = cachedTokens
            self.cacheWriteTokens = cacheWriteTokens
        }

        private enum CodingKeys: String, CodingKey {
            case cachedTokens = "cached_tokens"
            case cacheWriteTokens = "cache_write_tokens"
        }
    }

    public struct OutputDetails: Sendable, Hashable, Decodable {
        public var reasoningTokens: Int64?

        public init(reasoningTokens: Int64? = nil) {
            self.reasoningTokens = reasoningTokens
        }

        private enum CodingKeys: String, CodingKey {
            case reasoningTokens = "reasoning_tokens"
        }
    }

    public var inputTokens: Int64
    public var outputTokens: Int64
    public var totalTokens: Int64?
    public var inputDetails: InputDetails?
    public var outputDetails: OutputDetails?

    public init(
        inputTokens: Int64, outputTokens: Int64, totalTokens: Int64? = nil, inputDetails: InputDetails? = nil,
        outputDetails: OutputDetails? = nil
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.totalTokens = totalTokens
        self.inputDetails = inputDetails
        self.outputDetails = outputDetails
    }

    private enum CodingKeys: String, CodingKey {
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
        case totalTokens = "total_tokens"
        case inputDetails = "input_tokens_details"
        case outputDetails = "output_tokens_details"
    }
}

extension TokenUsage {
    /// - Throws: ``UsageError``: `negative`, `overflow`, or `mismatch` when the parts exceed or do not add
    ///   up to their totals.
    public init(openAIResponses usage: OpenAIResponsesUsage) throws(UsageError) {
        try self.init(
            openAI: OpenAIUsage(
                promptTokens: usage.inputTokens, completionTokens: usage.outputTokens, totalTokens: usage.totalTokens,
                promptDetails: .init(
                    cachedTokens: usage.inputDetails?.cachedTokens, cacheWriteTokens: usage.inputDetails?.cacheWriteTokens),
                completionDetails: .init(reasoningTokens: usage.outputDetails?.reasoningTokens)))
    }
}
