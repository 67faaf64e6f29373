/// The `usage` object of Anthropic's Messages API, as it stands on the wire.
///
/// `input_tokens` excludes what was read from or written to the cache; `output_tokens` includes
/// thinking. `cache_creation` splits `cache_creation_input_tokens` by lifetime; answers without it
/// come from the API before one-hour caches and mean five minutes. Source: platform.claude.com,
/// "Messages" and "Prompt caching".
///
/// It is `Decodable`, so any decoder will do; unknown fields are ignored. In a stream the numbers
/// of `message_delta` are cumulative: convert the last one.
public struct AnthropicUsage: Sendable, Hashable, Decodable {
    public struct CacheCreation: Sendable, Hashable, Decodable {
        public var fiveMinutes: Int64?
        public var oneHour: Int64?

        public init(fiveMinutes: Int64? = nil, oneHour: Int64? = nil) {
            self.fiveMinutes = fiveMinutes
            self.oneHour = oneHour
        }

        private enum CodingKeys: String, CodingKey {
            case fiveMinutes = "ephemeral_5m_input_tokens"
            case oneHour = "ephemeral_1h_input_tokens"
        }
    }

    public struct ServerToolUse: Sendable, Hashable, Decodable {
        public var webSearchRequests: Int64?

        public init(webSearchRequests: Int64? = nil) {
            self.webSearchRequests = webSearchRequests
        }

        private enum CodingKeys: String, CodingKey {
            case webSearchRequests = "web_search_requests"
        }
    }

    public var inputTokens: Int64
    public var outputTokens: Int64
    public var cacheReadInputTokens: Int64?
    public var cacheCreationInputTokens: Int64?
    public var cacheCreation: CacheCreation?
    public var serverToolUse: ServerToolUse?
    /// `standard`, or `fast` for the mode that costs twice the listed rates.
    public var speed: String?

    public init(
        inputTokens: Int64, outputTokens: Int64, cacheReadInputTokens: Int64? = nil, cacheCreationInputTokens: Int64? = nil,
        cacheCreation: CacheCreation? = nil, serverToolUse: ServerToolUse? = nil, speed: String? = nil
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cacheReadInputTokens = cacheReadInputTokens
        self.cacheCreationInputTokens = cacheCreationInputTokens
        self.cacheCreation = cacheCreation
        self.serverToolUse = serverToolUse
        self.speed = speed
    }

    private enum CodingKeys: String, CodingKey {
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
        case cacheReadInputTokens = "cache_read_input_tokens"
        case cacheCreationInputTokens = "cache_creation_input_tokens"
        case cacheCreation = "cache_creation"
        case serverToolUse = "server_tool_use"
        case speed
    }
}

extension TokenUsage {
    /// - Throws: ``UsageError``: `negative`, `overflow`, or `mismatch` when the cache writes by
    ///   lifetime do not add up to their total, `unpriced` when the answer came at another speed than standard: the
    ///   table lists standard rates.
    public init(anthropic usage: AnthropicUsage) throws(UsageError) {
        if let speed = usage.speed, speed != "standard" {
            throw UsageError(
                code: .unpriced, message: "an answer at the speed \(speed.prefix(32)) has no rate in a table of standard prices")
        }
        var fiveMinutes = usage.cacheCreationInputTokens ?? 0
        var oneHour: Int64 = 0
        if let split = usage.cacheCreation {
            fiveMinutes = split.fiveMinutes ?? 0
            oneHour = split.oneHour ?? 0
            if let total = usage.cacheCreationInputTokens, [fiveMinutes, oneHour].checkedSum != total {
                throw UsageError(
                    code: .mismatch,
                    message: "cache writes of \(fiveMinutes) (5 m) and \(oneHour) (1 h) are not the reported \(total)")
            }
        }
        try self.init(
            input: usage.inputTokens, cacheRead: usage.cacheReadInputTokens ?? 0, cacheWrite5m: fiveMinutes, cacheWrite1h: oneHour,
            output: usage.outputTokens, toolRequests: usage.serverToolUse?.webSearchRequests ?? 0)
    }
}
