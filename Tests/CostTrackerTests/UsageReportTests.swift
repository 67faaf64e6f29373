import CostTracker
import Testing

@Suite struct UsageReportTests {
    private func reported(_ body: String, _ format: UsageFormat) throws(UsageError) -> TokenUsage? {
        try TokenUsage.reported(in: body.utf8, as: format)
    }

    @Test func `whole answers report what their API means`() throws {
        #expect(
            try reported(AnthropicFixtures.message, .anthropicMessages)
                == TokenUsage(input: 2095, cacheRead: 2051, cacheWrite5m: 1051, cacheWrite1h: 1000, output: 503, toolRequests: 1))
        #expect(
            try reported(OpenAIFixtures.chat, .openAIChat) == TokenUsage(input: 86, cacheRead: 1920, output: 100, reasoning: 200))
        #expect(
            try reported(OpenAIFixtures.response, .openAIResponses)
                == TokenUsage(input: 200, cacheRead: 100, cacheWrite5m: 28, output: 67, reasoning: 20))
        #expect(try reported(OpenAIFixtures.embeddings, .openAIEmbeddings) == TokenUsage(input: 8))
    }

    @Test(arguments: [UsageFormat.anthropicMessages, .openAIChat, .openAIResponses, .openAIEmbeddings])
    func `an answer without usage is unknown, not zero`(format: UsageFormat) throws {
        #expect(try reported(#"{"id":"x"}"#, format) == nil)
        #expect(try reported(#"{"usage":null}"#, format) == nil)
    }

    @Test(arguments: [
        (#"{"usage":{}}"#, UsageFormat.anthropicMessages, UsageError.Code.malformed),
        (#"{"usage":{"input_tokens":1}}"#, .anthropicMessages, .malformed),
        (#"{"usage":{"input_tokens":1.5,"output_tokens":1}}"#, .anthropicMessages, .malformed),
        (#"{"usage":{"input_tokens":1e3,"output_tokens":1}}"#, .anthropicMessages, .malformed),
        (#"{"usage":{"input_tokens":"1","output_tokens":1}}"#, .anthropicMessages, .malformed),
        (#"{"usage":{"input_tokens":-1,"output_tokens":1}}"#, .anthropicMessages, .negative),
        (#"{"usage":{"input_tokens":9223372036854775808,"output_tokens":1}}"#, .anthropicMessages, .overflow),
        (#"{"usage":{"input_tokens":9223372036854775807,"output_tokens":1}}"#, .anthropicMessages, .overflow),
        (#"{"usage":{"prompt_tokens":1}}"#, .openAIChat, .malformed),
        (#"{"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":3}}"#, .openAIChat, .mismatch),
        (#"{"usage":{"prompt_tokens":1,"prompt_tokens_details":{"cached_tokens":2},"completion_tokens":1}}"#, .openAIChat, .mismatch),
        (#"{"usage":{"input_tokens":3,"output_tokens":1,"total_tokens":5}}"#, .openAIResponses, .mismatch),
        (
            #"{"usage":{"input_tokens":3,"output_tokens":1,"input_tokens_details":{"cached_tokens":2,"cache_write_tokens":2}}}"#,
            .openAIResponses, .mismatch
        ),
        (#"{"usage":{"input_tokens":3,"output_tokens":1,"output_tokens_details":{"reasoning_tokens":2}}}"#, .openAIResponses, .mismatch),
        (#"{"usage":{"prompt_tokens":8,"total_tokens":9}}"#, .openAIEmbeddings, .mismatch),
        (#"{"usage":{"input_tokens":1,"#, .openAIResponses, .malformed), ("[]", .openAIChat, .malformed), ("", .openAIChat, .malformed),
    ])
    func `a report that cannot be trusted is an error`(body: String, format: UsageFormat, code: UsageError.Code) async {
        #expect(await failure { () throws(UsageError) in try reported(body, format) }?.code == code)
    }

    @Test func `an error names the byte`() async {
        let error = await failure { () throws(UsageError) in try reported(#"{"usage": {"prompt_tokens": tru}}"#, .openAIChat) }
        #expect(error?.message == "not JSON at byte 28, $.usage.prompt_tokens: not a value")
    }

    @Test func `an answer of more than 16 MiB is refused`() async {
        let body = [UInt8](repeating: 0x20, count: 16 << 20 + 1)
        #expect(await failure { () throws(UsageError) in try TokenUsage.reported(in: body, as: .openAIChat) }?.code == .tooLarge)
    }

    /// No prefix and no corruption of a real answer may trap.
    @Test(arguments: [AnthropicFixtures.message, OpenAIFixtures.chat, OpenAIFixtures.response])
    func `corrupted answers never trap`(body: String) {
        var bytes = Array(body.utf8)
        for length in stride(from: 0, to: bytes.count, by: 3) { _ = try? TokenUsage.reported(in: bytes[..<length], as: .openAIChat) }
        var random = SeededGenerator(state: 5)
        for _ in 0..<150 {
            let index = Int.random(in: bytes.indices, using: &random)
            let old = bytes[index]
            bytes[index] = UInt8.random(in: .min ... .max, using: &random)
            for format in [UsageFormat.anthropicMessages, .openAIChat, .openAIResponses] {
                _ = try? TokenUsage.reported(in: bytes, as: format)
            }
            bytes[index] = old
        }
    }
}
