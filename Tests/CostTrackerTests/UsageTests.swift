import CostTracker
import Foundation
import Testing

@Suite struct UsageTests {
    private func anthropic(_ json: String) throws -> TokenUsage {
        try TokenUsage(anthropic: JSONDecoder().decode(AnthropicUsage.self, from: Data(json.utf8)))
    }

    private func openAI(_ json: String) throws -> TokenUsage {
        try TokenUsage(openAI: JSONDecoder().decode(OpenAIUsage.self, from: Data(json.utf8)))
    }

    @Test func `Anthropic's input excludes cached tokens and its writes have lifetimes`() throws {
        let usage = try anthropic(
            """
            {"input_tokens":2048,"cache_read_input_tokens":1800,"cache_creation_input_tokens":248,"output_tokens":503,
             "cache_creation":{"ephemeral_5m_input_tokens":148,"ephemeral_1h_input_tokens":100},"service_tier":"standard",
             "server_tool_use":{"web_search_requests":2}}
            """)
        #expect(
            try usage
                == TokenUsage(input: 2048, cacheRead: 1800, cacheWrite5m: 148, cacheWrite1h: 100, output: 503, toolRequests: 2))
        #expect(usage.promptTokens == 4096)
    }

    @Test func `Anthropic's nulls and absent fields are nothing, and writes without lifetimes live five minutes`() throws {
        let usage = try anthropic(
            #"{"input_tokens":5,"output_tokens":7,"cache_read_input_tokens":null,"cache_creation_input_tokens":11,"cache_creation":null}"#)
        #expect(try usage == TokenUsage(input: 5, cacheWrite5m: 11, output: 7))
    }

    @Test func `OpenAI's prompt includes cached tokens and its completion includes reasoning`() throws {
        let usage = try openAI(
            """
            {"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,
             "prompt_tokens_details":{"cached_tokens":1920,"audio_tokens":0},
             "completion_tokens_details":{"reasoning_tokens":200,"audio_tokens":0,"accepted_prediction_tokens":0}}
            """)
        #expect(try usage == TokenUsage(input: 86, cacheRead: 1920, output: 100, reasoning: 200))
        #expect(usage.promptTokens == 2006)
        #expect(usage.completionTokens == 300)
    }

    @Test func `OpenAI's embeddings report a prompt only`() throws {
        #expect(try openAI(#"{"prompt_tokens":8,"total_tokens":8}"#) == TokenUsage(input: 8))
    }

    @Test(arguments: [
        (OpenAIUsage(promptTokens: 10, completionTokens: 5, totalTokens: 16), UsageError.Code.mismatch),
        (OpenAIUsage(promptTokens: 10, promptDetails: .init(cachedTokens: 11)), .mismatch),
        (OpenAIUsage(promptTokens: 10, completionTokens: 5, completionDetails: .init(reasoningTokens: 6)), .mismatch),
        (OpenAIUsage(promptTokens: -1), .negative), (OpenAIUsage(promptTokens: 1, promptDetails: .init(cachedTokens: -1)), .negative),
        (OpenAIUsage(promptTokens: 1, promptDetails: .init(audioTokens: 1)), .unpriced),
        (OpenAIUsage(promptTokens: 1, completionTokens: 1, completionDetails: .init(audioTokens: 1)), .unpriced),
        (OpenAIUsage(promptTokens: .max, completionTokens: .max, totalTokens: -2), .mismatch),
        (OpenAIUsage(promptTokens: .max, completionTokens: .max), .overflow),
    ])
    func `OpenAI's parts must add up`(usage: OpenAIUsage, code: UsageError.Code) async {
        #expect(await failure { () throws(UsageError) in try TokenUsage(openAI: usage) }?.code == code)
    }

    @Test(arguments: [
        (AnthropicUsage(inputTokens: -1, outputTokens: 0), UsageError.Code.negative),
        (AnthropicUsage(inputTokens: 0, outputTokens: -1), .negative),
        (AnthropicUsage(inputTokens: 0, outputTokens: 0, cacheReadInputTokens: .min), .negative),
        (
            AnthropicUsage(
                inputTokens: 0, outputTokens: 0, cacheCreationInputTokens: 10, cacheCreation: .init(fiveMinutes: 4, oneHour: 5)), .mismatch
        ), (AnthropicUsage(inputTokens: .max, outputTokens: 1), .overflow),
        (
            AnthropicUsage(
                inputTokens: 0, outputTokens: 0, cacheCreationInputTokens: 1, cacheCreation: .init(fiveMinutes: -1, oneHour: 2)), .negative
        ),
    ])
    func `Anthropic's parts must add up`(usage: AnthropicUsage, code: UsageError.Code) async {
        #expect(await failure { () throws(UsageError) in try TokenUsage(anthropic: usage) }?.code == code)
    }

    @Test func `a usage object without its counts does not decode, so it cannot pass as zero`() {
        #expect(throws: (any Error).self) { try anthropic("{}") }
        #expect(throws: (any Error).self) { try openAI(#"{"completion_tokens":3}"#) }
        #expect(throws: (any Error).self) { try openAI(#"{"prompt_tokens":"3"}"#) }
    }
}
