/// Follows a streamed answer: what it has produced, and what usage it has reported so far.
///
/// ```swift
/// var stream = UsageStream(.anthropicMessages)
/// for try await chunk in response.body { try stream.receive(chunk) }
/// if let usage = stream.usage { try await ledger.settle(hold, usage: usage) } else { try await ledger.settleAtHold(hold) }
/// ```
///
/// - Anthropic states the prompt in `message_start` and cumulative counts in every `message_delta`: the
///   last one counts, they are not added.
/// - OpenAI Chat reports usage in one chunk before `[DONE]`, and only when the request asked for it with
///   `stream_options: {"include_usage": true}`; without it, usage stays unknown.
/// - OpenAI Responses reports it in `response.completed`, `response.incomplete` or `response.failed`.
///
/// Sources: platform.claude.com, "Streaming Messages"; platform.openai.com, "Chat Completions: streaming",
/// "Responses: streaming events".
public struct UsageStream: Sendable {
    public let format: UsageFormat
    /// Whether the provider has said that the answer is over.
    public private(set) var isComplete = false
    /// The bytes of generated text, reasoning and tool calls that have arrived.
    public private(set) var outputBytes: Int64 = 0
    /// What the provider has reported up to now; cumulative, and final once ``isComplete``.
    public private(set) var reported: TokenUsage?
    /// ``outputBytes`` at the moment of the last report of output.
    public private(set) var outputBytesAtReport: Int64 = 0
    private var anthropic: AnthropicUsage?
    private var events = ServerSentEvents()

    public init(_ format: UsageFormat) {
        self.format = format
    }

    /// The usage of the whole answer; nil while it is not over, and when it was over without a report.
    ///
    /// Nil is unknown, not zero.
    public var usage: TokenUsage? { isComplete ? reported : nil }

    /// Takes bytes as they arrive, cut anywhere.
    ///
    /// - Throws: ``UsageError``: as ``receive(event:)``, and `tooLarge` for an event of more than 16 MiB. What
    ///   was understood before stands; the usage of such an answer cannot be trusted to be complete.
    public mutating func receive(_ bytes: some Sequence<UInt8>) throws(UsageError) {
        for event in try events.receive(bytes) { try receive(event: event) }
    }

    /// Takes the data of one server-sent event, for those who cut the stream themselves.
    ///
    /// - Throws: ``UsageError``: `malformed`, `negative`, `overflow`, `mismatch` (also when a cumulative count goes
    ///   down), `unpriced`.
    public mutating func receive(event data: some Collection<UInt8>) throws(UsageError) {
        if data.elementsEqual("[DONE]".utf8) {
            isComplete = true
            return
        }
        let event = try UsageJSON.document(data)
        switch format {
        case .anthropicMessages: try receiveAnthropic(event)
        case .openAIResponses: try receiveResponses(event)
        default: try receiveChat(event)
        }
    }

    private mutating func receiveAnthropic(_ event: JSONValue) throws(UsageError) {
        switch event["type"]?.string {
        case "message_start":
            guard let usage = event["message"]?["usage"] else { return }
            let counts = try AnthropicUsage(usage)
            try note(TokenUsage(anthropic: counts))
            anthropic = counts
        case "message_delta":
            guard let usage = event["usage"], var counts = anthropic else { return }
            try counts.update(from: usage)
            try note(TokenUsage(anthropic: counts))
            anthropic = counts
        case "message_stop":
            isComplete = true
        case "content_block_delta":
            guard let delta = event["delta"] else { return }
            count(delta, ["text", "thinking", "partial_json"])
        default:
            break
        }
    }

    private mutating func receiveChat(_ chunk: JSONValue) throws(UsageError) {
        for choice in chunk["choices"]?.elements ?? [] {
            guard let delta = choice["delta"] else { continue }
            count(delta, ["content", "refusal", "reasoning_content"])
            for call in delta["tool_calls"]?.elements ?? [] {
                if let function = call["function"] { count(function, ["name", "arguments"]) }
            }
        }
        if let usage = chunk["usage"] { try note(UsageJSON.usage(usage, as: format)) }
    }

    private mutating func receiveResponses(_ event: JSONValue) throws(UsageError) {
        guard let type = event["type"]?.string else { return }
        if type.hasSuffix(".delta") { count(event, ["delta"]) }
        guard ["response.completed", "response.incomplete", "response.failed"].contains(type) else { return }
        if let usage = event["response"]?["usage"] { try note(UsageJSON.usage(usage, as: format)) }
        isComplete = true
    }

    private mutating func count(_ value: JSONValue, _ names: [String]) {
        for name in names { outputBytes += Int64(value[name]?.string?.utf8.count ?? 0) }
    }

    private mutating func note(_ usage: TokenUsage) throws(UsageError) {
        if let reported, usage.completionTokens < reported.completionTokens || usage.promptTokens < reported.promptTokens {
            throw UsageError(code: .mismatch, message: "a cumulative count of the stream went down")
        }
        reported = usage
        outputBytesAtReport = outputBytes
    }
}
