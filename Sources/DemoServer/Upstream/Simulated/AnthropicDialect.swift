import HTTPTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `POST /v1/messages` as Anthropic's API reference describes it, version 2023-06-01.
struct AnthropicDialect: UpstreamDialect {
    var provider: Provider { .claude }

    func authorise(_ headers: HTTPFields) throws(UpstreamRefusal) {
        func value(_ name: String) -> String? { headers.first { $0.name.canonicalName == name }?.value }
        guard value("x-api-key")?.isEmpty == false else {
            throw UpstreamRefusal(kind: .unauthorised, message: "x-api-key header is required")
        }
        guard value("anthropic-version")?.isEmpty == false else { throw .invalid("anthropic-version: header is required") }
    }

    func prompt(from body: Data) throws(UpstreamRefusal) -> UpstreamPrompt {
        let request: Request
        do { request = try JSONDecoder().decode(Request.self, from: body) } catch {
            throw .invalid("The request body is not valid JSON of a message request")
        }
        guard !request.model.isEmpty else { throw .invalid("model: String should have at least 1 character") }
        guard request.maxTokens >= 1 else { throw .invalid("max_tokens: Input should be greater than or equal to 1") }
        guard request.messages.allSatisfy({ ["user", "assistant"].contains($0.role) }) else {
            throw .invalid("messages: Input should be 'user' or 'assistant'")
        }
        guard let last = request.messages.last(where: { $0.role == "user" }) else {
            throw .invalid("messages: at least one message is required")
        }
        return UpstreamPrompt(
            model: request.model,
            texts: (request.system?.texts ?? []) + request.messages.flatMap(\.content.texts),
            question: last.content.texts.joined(separator: "\n"),
            maxTokens: request.maxTokens, wantsStream: request.stream ?? false)
    }

    func body(of answer: SimulatedAnswer, createdAt seconds: Int64) throws -> Data {
        try json(
            Message(
                id: id(of: answer), model: answer.model, content: [Text(text: answer.text)],
                stopReason: Nullable(stopReason(of: answer)), usage: usage(of: answer, outputTokens: answer.outputTokens)))
    }

    /// Usage in `message_delta` is cumulative: it repeats what `message_start` said and replaces it.
    func events(of answer: SimulatedAnswer, createdAt seconds: Int64, withUsage: Bool) throws -> [Data] {
        let start = Message(
            id: id(of: answer), model: answer.model, content: [], stopReason: Nullable(nil),
            usage: usage(of: answer, outputTokens: min(1, answer.outputTokens)))
        var events = [
            try event(StreamEvent(type: "message_start", message: start)),
            try event(StreamEvent(type: "content_block_start", index: 0, contentBlock: Text(text: ""))),
            try event(StreamEvent(type: "ping")),
        ]
        for piece in answer.pieces {
            events.append(try event(StreamEvent(type: "content_block_delta", index: 0, delta: Delta(type: "text_delta", text: piece))))
        }
        events.append(try event(StreamEvent(type: "content_block_stop", index: 0)))
        let end = Delta(stopReason: stopReason(of: answer), stopSequence: Nullable(nil))
        let total = usage(of: answer, outputTokens: answer.outputTokens)
        events.append(try event(StreamEvent(type: "message_delta", delta: end, usage: total)))
        events.append(try event(StreamEvent(type: "message_stop")))
        return events
    }

    func body(of refusal: UpstreamRefusal, number: UInt64) throws -> Data {
        let type =
            switch refusal.kind {
            case .invalidRequest: "invalid_request_error"
            case .unauthorised: "authentication_error"
            case .tooLarge: "request_too_large"
            case .rateLimited: "rate_limit_error"
            case .failing, .stopping: "api_error"
            }
        return try json(Failure(error: .init(type: type, message: refusal.message), requestId: "req_sim\(number)"))
    }

    private func id(of answer: SimulatedAnswer) -> String { "msg_\(answer.idSuffix)" }

    private func stopReason(of answer: SimulatedAnswer) -> String { answer.isCut ? "max_tokens" : "end_turn" }

    private func usage(of answer: SimulatedAnswer, outputTokens: Int) -> SimulatedAnthropicUsage {
        SimulatedAnthropicUsage(
            inputTokens: answer.inputTokens, outputTokens: outputTokens, cacheCreationInputTokens: 0, cacheReadInputTokens: 0,
            cacheCreation: .init(ephemeral5mInputTokens: 0, ephemeral1hInputTokens: 0))
    }

    private func event(_ content: StreamEvent) throws -> Data {
        event(named: content.type, try json(content))
    }
}

extension AnthropicDialect {
    private struct Request: Decodable {
        struct Message: Decodable {
            var role: String
            var content: UpstreamText
        }

        var model: String
        var maxTokens: Int
        var messages: [Message]
        var system: UpstreamText?
        var stream: Bool?

        enum CodingKeys: String, CodingKey {
            case model, messages, system, stream
            case maxTokens = "max_tokens"
        }
    }

    private struct Text: Encodable {
        var type = "text"
        var text: String
    }

    private struct Message: Encodable {
        var id: String
        var type = "message"
        var role = "assistant"
        var model: String
        var content: [Text]
        var stopReason: Nullable<String>
        var stopSequence = Nullable<String>(nil)
        var usage: SimulatedAnthropicUsage

        enum CodingKeys: String, CodingKey {
            case id, type, role, model, content, usage
            case stopReason = "stop_reason"
            case stopSequence = "stop_sequence"
        }
    }

    private struct Delta: Encodable {
        var type: String?
        var text: String?
        var stopReason: String?
        var stopSequence: Nullable<String>?

        enum CodingKeys: String, CodingKey {
            case type, text
            case stopReason = "stop_reason"
            case stopSequence = "stop_sequence"
        }
    }

    private struct StreamEvent: Encodable {
        var type: String
        var message: Message?
        var index: Int?
        var contentBlock: Text?
        var delta: Delta?
        var usage: SimulatedAnthropicUsage?

        enum CodingKeys: String, CodingKey {
            case type, message, index, delta, usage
            case contentBlock = "content_block"
        }
    }

    private struct Failure: Encodable {
        struct Detail: Encodable {
            var type: String
            var message: String
        }

        var type = "error"
        var error: Detail
        var requestId: String

        enum CodingKeys: String, CodingKey {
            case type, error
            case requestId = "request_id"
        }
    }
}
