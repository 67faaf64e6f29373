/// Reads the usage objects of ``UsageFormat`` from JSON without a decoder.
enum UsageJSON {
    /// Far above any answer: the largest ones carry images as base64.
    static let maximumBytes = 16 << 20

    static var tooLarge: UsageError { UsageError(code: .tooLarge, message: "more than 16 MiB without an end") }

    /// - Throws: ``UsageError``: `malformed` unless the bytes are one JSON object.
    static func document(_ bytes: some Sequence<UInt8>) throws(UsageError) -> JSONValue {
        let value: JSONValue
        do {
            value = try JSONReader.value(in: bytes)
        } catch {
            throw UsageError(code: .malformed, message: "not JSON at byte \(error.offset), \(error.path): \(error.message)")
        }
        guard case .object = value.content else { throw UsageError(code: .malformed, message: "an answer is a JSON object") }
        return value
    }

    static func usage(_ value: JSONValue, as format: UsageFormat) throws(UsageError) -> TokenUsage {
        switch format {
        case .anthropicMessages:
            try TokenUsage(anthropic: AnthropicUsage(value))
        case .openAIResponses:
            try TokenUsage(openAIResponses: OpenAIResponsesUsage(value))
        case .openAIEmbeddings:
            try TokenUsage(openAI: OpenAIUsage(value, requiresCompletion: false))
        default:
            try TokenUsage(openAI: OpenAIUsage(value, requiresCompletion: true))
        }
    }
}

extension JSONValue {
    /// The integer of that name; nil when it is absent or null.
    ///
    /// - Throws: ``UsageError``: `malformed` for what is not an integer, `overflow` beyond 64 bits.
    fileprivate func count(_ name: String) throws(UsageError) -> Int64? {
        guard let value = self[name] else { return nil }
        guard case .number(let text) = value.content, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "-") }) else {
            throw UsageError(code: .malformed, message: "\(name) at byte \(value.offset) is not an integer")
        }
        guard let count = Int64(text) else {
            throw UsageError(code: .overflow, message: "\(name) at byte \(value.offset) does not fit in 64 bits")
        }
        return count
    }

    fileprivate func required(_ name: String) throws(UsageError) -> Int64 {
        guard let count = try count(name) else {
            throw UsageError(code: .malformed, message: "the usage at byte \(offset) has no \(name)")
        }
        return count
    }
}

extension AnthropicUsage {
    init(_ value: JSONValue) throws(UsageError) {
        self.init(inputTokens: try value.required("input_tokens"), outputTokens: try value.required("output_tokens"))
        try update(from: value)
    }

    /// Replaces what `value` states: the counts of a stream are cumulative.
    mutating func update(from value: JSONValue) throws(UsageError) {
        inputTokens = try value.count("input_tokens") ?? inputTokens
        outputTokens = try value.count("output_tokens") ?? outputTokens
        cacheReadInputTokens = try value.count("cache_read_input_tokens") ?? cacheReadInputTokens
        cacheCreationInputTokens = try value.count("cache_creation_input_tokens") ?? cacheCreationInputTokens
        if let split = value["cache_creation"] {
            cacheCreation = CacheCreation(
                fiveMinutes: try split.count("ephemeral_5m_input_tokens"), oneHour: try split.count("ephemeral_1h_input_tokens"))
        }
        if let tools = value["server_tool_use"] {
            serverToolUse = ServerToolUse(webSearchRequests: try tools.count("web_search_requests"))
        }
        if let value = value["speed"] {
            guard let text = value.string else {
                throw UsageError(code: .malformed, message: "speed at byte \(value.offset) is not a text")
            }
            speed = text
        }
    }
}

extension OpenAIUsage {
    /// - Parameter requiresCompletion: whether an answer without a completion count is malformed.
    init(_ value: JSONValue, requiresCompletion: Bool) throws(UsageError) {
        let completion = requiresCompletion ? try value.required("completion_tokens") : try value.count("completion_tokens")
        self.init(
            promptTokens: try value.required("prompt_tokens"), completionTokens: completion, totalTokens: try value.count("total_tokens"))
        if let details = value["prompt_tokens_details"] {
            promptDetails = PromptDetails(
                cachedTokens: try details.count("cached_tokens"), audioTokens: try details.count("audio_tokens"),
                cacheWriteTokens: try details.count("cache_write_tokens"))
        }
        if let details = value["completion_tokens_details"] {
            completionDetails = CompletionDetails(
                reasoningTokens: try details.count("reasoning_tokens"), audioTokens: try details.count("audio_tokens"))
        }
    }
}

extension OpenAIResponsesUsage {
    init(_ value: JSONValue) throws(UsageError) {
        self.init(
            inputTokens: try value.required("input_tokens"), outputTokens: try value.required("output_tokens"),
            totalTokens: try value.count("total_tokens"))
        if let details = value["input_tokens_details"] {
            inputDetails = InputDetails(
                cachedTokens: try details.count("cached_tokens"), cacheWriteTokens: try details.count("cache_write_tokens"))
        }
        if let details = value["output_tokens_details"] {
            outputDetails = OutputDetails(reasoningTokens: try details.count("reasoning_tokens"))
        }
    }
}
