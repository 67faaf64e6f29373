/// The `usage` object of OpenAI's Chat Completions and Embeddings APIs, as it stands on the wire.
///
/// `prompt_tokens` includes cached tokens, `completion_tokens` includes reasoning; embeddings report
/// no completion. Source: platform.openai.com, "Chat completion object", "Embeddings".
///
/// It is `Decodable`, so any decoder will do; unknown fields are ignored. A stream carries usage
/// only when asked with `stream_options.include_usage`; without it, the usage is unknown.
public struct OpenAIUsage: Sendable, Hashable, Decodable {
    public struct PromptDetails: Sendable, Hashable, Decodable {
        public var cachedTokens: Int64?
        public var audioTokens: Int64?
        /// Written to a cache, for models that bill it.
        public var cacheWriteTokens: Int64?

        public init(cachedTokens: Int64? = nil, audioTokens: Int64? = nil, cacheWriteTokens: Int64? = nil) {
            self.cachedTokens = cachedTokens
            self.audioTokens = audioTokens
            self.cacheWriteTokens = cacheWriteTokens
        }

        private enum CodingKeys: String, CodingKey {
            case cachedTokens = "cached_tokens"
            case cacheWriteTokens = "cache_write_tokens"
            case audioTokens = "audio_tokens"
        }
    }

    public struct CompletionDetails: Sendable, Hashable, Decodable {
        public var reasoningTokens: Int64?
        public var audioTokens: Int64?

        public init(reasoningTokens: Int64? = nil, audioTokens: Int64? = nil) {
            self.reasoningTokens = reasoningTokens
            self.audioTokens = audioTokens
        }

        private enum CodingKeys: String, CodingKey {
            case reasoningTokens = "reasoning_tokens"
            case audioTokens = "audio_tokens"
        }
    }

    public var promptTokens: Int64
    public var completionTokens: Int64?
    public var totalTokens: Int64?
    public var promptDetails: PromptDetails?
    public var completionDetails: CompletionDetails?

    public init(
        promptTokens: Int64, completionTokens: Int64? = nil, totalTokens: Int64? = nil, promptDetails: PromptDetails? = nil,
        completionDetails: CompletionDetails? = nil
    ) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.totalTokens = totalTokens
        self.promptDetails = promptDetails
        self.completionDetails = completionDetails
    }

    private enum CodingKeys: String, CodingKey {
        case promptTokens = "prompt_tokens"
        case completionTokens = "completion_tokens"
        case totalTokens = "total_tokens"
        case promptDetails = "prompt_tokens_details"
        case completionDetails = "completion_tokens_details"
    }
}

extension TokenUsage {
    /// - Throws: ``UsageError``: `negative`, `overflow`, `mismatch` when the parts exceed or do not
    ///   add up to their totals, `unpriced` when audio tokens were used: the table lists text rates.
    public init(openAI usage: OpenAIUsage) throws(UsageError) {
        let completion = usage.completionTokens ?? 0
        let (cached, written) = (usage.promptDetails?.cachedTokens ?? 0, usage.promptDetails?.cacheWriteTokens ?? 0)
        let reasoning = usage.completionDetails?.reasoningTokens ?? 0
        let audio = (usage.promptDetails?.audioTokens ?? 0, usage.completionDetails?.audioTokens ?? 0)
        guard usage.promptTokens | completion | cached | written | reasoning | audio.0 | audio.1 >= 0 else {
            throw UsageError(code: .negative, message: "a token count is below zero")
        }
        guard audio == (0, 0) else {
            throw UsageError(code: .unpriced, message: "audio tokens have no rate in a table of text prices")
        }
        guard let fromCache = [cached, written].checkedSum, fromCache <= usage.promptTokens, reasoning <= completion else {
            throw UsageError(code: .mismatch, message: "a part is larger than the total that includes it")
        }
        if let total = usage.totalTokens, [usage.promptTokens, completion].checkedSum != total {
            throw UsageError(
                code: .mismatch, message: "\(usage.promptTokens) prompt and \(completion) completion tokens are not the reported \(total)")
        }
        try self.init(
            input: usage.promptTokens - fromCache, cacheRead: cached, cacheWrite5m: written, output: completion - reasoning,
            reasoning: reasoning)
    }
}
