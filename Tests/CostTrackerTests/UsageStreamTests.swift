import CostTracker
import Foundation
import Testing

@Suite struct UsageStreamTests {
    struct Recording: Sendable, CustomTestStringConvertible {
        let format: UsageFormat
        let text: String
        let usage: TokenUsage?
        let outputBytes: Int64
        var testDescription: String { "\(format.rawValue), \(usage == nil ? "no usage" : "usage")" }
    }

    private static let recordings: [Recording] = [
        Recording(
            format: .anthropicMessages, text: AnthropicFixtures.stream,
            usage: try? TokenUsage(input: 25, cacheRead: 100, output: 15), outputBytes: 12 + 5 + 4),
        Recording(format: .openAIChat, text: OpenAIFixtures.chatStream, usage: try? TokenUsage(input: 19, output: 10), outputBytes: 5 + 3),
        Recording(format: .openAIChat, text: OpenAIFixtures.chatStreamWithoutUsage, usage: nil, outputBytes: 5),
        Recording(
            format: .openAIResponses, text: OpenAIFixtures.responseStream, usage: try? TokenUsage(input: 37, output: 11), outputBytes: 9),
    ]

    @Test(arguments: recordings, [1, 7, 64, 100_000])
    func `a recorded stream reports its usage however it is cut`(recording: Recording, size: Int) throws {
        var stream = UsageStream(recording.format)
        var rest = Array(recording.text.utf8)[...]
        while !rest.isEmpty {
            #expect(stream.usage == nil)
            try stream.receive(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        #expect(stream.isComplete)
        #expect(stream.usage == recording.usage)
        #expect(stream.outputBytes == recording.outputBytes)
    }

    @Test(arguments: ["\r\n", "\r"])
    func `every line end of the standard is understood`(end: String) throws {
        var stream = UsageStream(.openAIChat)
        let text = "\u{feff}: a comment\nid: 7\n" + OpenAIFixtures.chatStream
        for byte in text.replacing("\n", with: end).utf8 { try stream.receive([byte]) }
        #expect(try stream.usage == TokenUsage(input: 19, output: 10))
    }

    @Test func `Anthropic's counts are cumulative: a dropped stream has used the last of them`() throws {
        var stream = UsageStream(.anthropicMessages)
        let text = AnthropicFixtures.stream
        let cut = try #require(text.range(of: #"{"output_tokens":9}}"#)).upperBound
        try stream.receive((text[..<cut] + "\n\n").utf8)
        #expect(stream.usage == nil)
        #expect(try stream.reported == TokenUsage(input: 25, cacheRead: 100, output: 9))
        #expect(stream.outputBytesAtReport == 21)
    }

    @Test func `a cumulative count that goes down is an error`() async throws {
        var stream = UsageStream(.anthropicMessages)
        try stream.receive(event: #"{"type":"message_start","message":{"usage":{"input_tokens":5,"output_tokens":3}}}"#.utf8)
        let error = await failure { () throws(UsageError) in
            try stream.receive(event: #"{"type":"message_delta","usage":{"output_tokens":2}}"#.utf8)
        }
        #expect(error?.code == .mismatch)
        #expect(try stream.reported == TokenUsage(input: 5, output: 3))
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `data over several lines is one event, and an event that never ends is none`(end: String) throws {
        var stream = UsageStream(.openAIChat)
        let lines = ["data: {\"choices\":[],", "data:\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}", "", "data: [DONE]"]
        try stream.receive(lines.joined(separator: end).utf8)
        #expect(try stream.reported == TokenUsage(input: 1, output: 2))
        #expect(!stream.isComplete)
    }

    @Test func `malformed events are refused and an endless one is not kept`() async {
        var stream = UsageStream(.openAIChat)
        #expect(await failure { () throws(UsageError) in try stream.receive("data: {\n\n".utf8) }?.code == .malformed)
        let endless = [UInt8](repeating: 0x61, count: 1 << 20)
        let error = await failure { () throws(UsageError) in for _ in 0...16 { try stream.receive(endless) } }
        #expect(error?.code == .tooLarge)
    }
}
