import CostTracker
import Testing

@testable import DemoServer

/// What the client makes of answers that were not written by the simulated upstream.
@Suite(.timeLimit(.minutes(60))) struct ProviderAnswerTests {
    @Test func `Anthropic's usage is kept as sent, cached tokens beside the input`() async throws {
        let usage =
            #"{"input_tokens":2095,"cache_creation_input_tokens":300,"cache_read_input_tokens":40,"output_tokens":503,"#
            + #""cache_creation":{"ephemeral_5m_input_tokens":200,"ephemeral_1h_input_tokens":100},"service_tier":"standard"}"#
        let answer = try await Self.answer(.claude, Provider.claude.answer(usage: usage))
        #expect(
            answer.usage
                == .anthropic(
                    AnthropicUsage(
                        inputTokens: 2_095, outputTokens: 503, cacheReadInputTokens: 40, cacheCreationInputTokens: 300,
                        cacheCreation: .init(fiveMinutes: 200, oneHour: 100))))
        #expect(try answer.usage?.tokens.promptTokens == 2_435)
        #expect(try answer.usage?.tokens.completionTokens == 503)
    }

    @Test func `OpenAI's usage is kept as sent, cached tokens inside the prompt`() async throws {
        let usage =
            #"{"prompt_tokens":1900,"completion_tokens":10,"total_tokens":1910,"#
            + #""prompt_tokens_details":{"cached_tokens":1800,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":6}}"#
        let answer = try await Self.answer(.openai, Provider.openai.answer(usage: usage))
        #expect(
            answer.usage
                == .openAI(
                    OpenAIUsage(
                        promptTokens: 1_900, completionTokens: 10, totalTokens: 1_910,
                        promptDetails: .init(cachedTokens: 1_800, audioTokens: 0), completionDetails: .init(reasoningTokens: 6))))
        #expect(try answer.usage?.tokens.promptTokens == 1_900)
        #expect(try answer.usage?.tokens.completionTokens == 10)
    }

    @Test(arguments: [
        (Provider.claude, #"{"input_tokens":1,"output_tokens":2}"#),
        (.claude, #"{"input_tokens":1,"output_tokens":2,"cache_read_input_tokens":null,"cache_creation":null}"#),
        (.openai, #"{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}"#),
        (
            .openai,
            #"{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{},"completion_tokens_details":null}"#
        ),
    ])
    func `a compatible server may leave the details out`(provider: Provider, usage: String) async throws {
        let answer = try await Self.answer(provider, provider.answer(usage: usage))
        #expect(try answer.usage?.tokens.promptTokens == 1)
        #expect(try answer.usage?.tokens.completionTokens == 2)
    }

    @Test(arguments: Provider.allCases)
    func `missing usage is unknown, not zero`(provider: Provider) async throws {
        #expect(try await Self.answer(provider, provider.answer(usage: "null")).usage == nil)
    }

    @Test func `usage that does not add up is an error, not a number`() {
        let usage = AnthropicUsage(inputTokens: .max, outputTokens: 1, cacheReadInputTokens: .max)
        #expect(throws: UsageError.self) { try ProviderUsage.anthropic(usage).tokens }
    }

    @Test func `text is what the text blocks say, and a refusal is text`() async throws {
        let blocks =
            #"{"id":"i","model":"m","content":[{"type":"thinking","thinking":"…"},{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#
        #expect(try await Self.answer(.claude, blocks).text == "ab")
        #expect(try await Self.answer(.claude, #"{"id":"i","model":"m","content":[]}"#).text == "")
        let refusal = #"{"id":"i","model":"m","choices":[{"message":{"content":null,"refusal":"No."}}]}"#
        #expect(try await Self.answer(.openai, refusal).text == "No.")
    }

    @Test(
        arguments: Provider.allCases,
        [
            "", "null", "[]", "{}", "<html>busy</html>", #"{"id":"i","model":"m""#, #"{"id":7,"model":"m","content":[],"choices":[]}"#,
            #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            #"{"id":"i","model":"m","content":"text","choices":[]}"#,
            String(repeating: "[", count: 100_000),
        ])
    func `an answer that is not the documented shape is malformed`(provider: Provider, body: String) async throws {
        await #expect(throws: ProviderFailure.malformedAnswer) { try await Self.answer(provider, body) }
    }

    @Test(arguments: Provider.allCases, [#"{"input_tokens":"1"}"#, #"{"prompt_tokens":1.5,"input_tokens":1e99}"#, "7", "[]"])
    func `usage that cannot be read is malformed, not missing`(provider: Provider, usage: String) async throws {
        await #expect(throws: ProviderFailure.malformedAnswer) { try await Self.answer(provider, provider.answer(usage: usage)) }
    }

    private static func answer(_ provider: Provider, _ body: String) async throws -> ChatAnswer {
        try await withStub({ _ in json(body) }) { endpoint in
            try await provider.client(at: endpoint).complete(.hello(provider), timeout: ample)
        }
    }
}
