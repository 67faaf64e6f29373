import HTTPTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `POST /v1/chat/completions` as OpenAI's API reference describes it.
struct OpenAIDialect: UpstreamDialect {
    /// The bound on replies of requests that set none.
    static let defaultMaxTokens = 4_096

    var provider: Provider { .openai }

    func authorise(_ headers: HTTPFields) throws(UpstreamRefusal) {
        let parts = (headers[.authorization] ?? "").split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw UpstreamRefusal(kind: .unauthorised, message: "You didn't provide an API key in an Authorization header.")
        }
    }

    func prompt(from body: Data) throws(UpstreamRefusal) -> UpstreamPrompt {
        let request: Request
        do { request = try JSONDecoder().decode(Request.self, from: body) } catch {
            throw .invalid("We could not parse the JSON body of your request.")
        }
        guard !request.model.isEmpty else { throw .invalid("you must provide a model parameter") }
        let maxTokens = min(request.maxCompletionTokens ?? .max, request.maxTokens ?? .max)
        guard maxTokens >= 1 else { throw .invalid("max_completion_tokens is too small: it must be at least 1") }
        guard request.messages.allSatisfy({ Self.roles.contains($0.role) }) else { throw .invalid("messages: unknown role") }
        guard let last = request.messages.last(where: { $0.role == "user" }) else {
            throw .invalid("messages: at least one message of the user is required")
        }
        return UpstreamPrompt(
            model: request.model,
            texts: request.messages.flatMap { $0.content?.texts ?? [] },
            question: (last.content?.texts ?? []).joined(separator: "\n"),
            maxTokens: maxTokens == .max ? Self.defaultMaxTokens : maxTokens,
            wantsStream: request.stream ?? false, wantsStreamUsage: request.streamOptions?.includeUsage ?? false)
    }

    func body(of answer: SimulatedAnswer, createdAt seconds: Int64) throws -> Data {
        let choice = Choice(message: Message(content: answer.text), finishReason: Nullable(finishReason(of: answer)))
        return try json(
            Completion(
                id: id(of: answer), object: "chat.completion", created: seconds, model: answer.model, choices: [choice],
                usage: Nullable(usage(of: answer))))
    }

    /// Without `include_usage` no chunk mentions usage; with it every chunk says null and one more,
    /// without choices, says the numbers.
    func events(of answer: SimulatedAnswer, createdAt seconds: Int64, withUsage: Bool) throws -> [Data] {
        func chunk(_ choices: [Choice], usage: SimulatedOpenAIUsage? = nil) throws -> Data {
            event(
                try json(
                    Completion(
                        id: id(of: answer), object: "chat.completion.chunk", created: seconds, model: answer.model,
                        choices: choices, usage: withUsage ? Nullable(usage) : nil)))
        }
        func chunk(_ delta: Delta, finish: String? = nil) throws -> Data {
            try chunk([Choice(delta: delta, finishReason: Nullable(finish))])
        }
        var events = [try chunk(Delta(role: "assistant", content: ""))]
        for piece in answer.pieces { events.append(try chunk(Delta(content: piece))) }
        events.append(try chunk(Delta(), finish: finishReason(of: answer)))
        if withUsage { events.append(try chunk([], usage: usage(of: answer))) }
        events.append(event(Data("[DONE]".utf8)))
        return events
    }

    func body(of refusal: UpstreamRefusal, number: UInt64) throws -> Data {
        let (type, code): (String, String?) =
            switch refusal.kind {
            case .invalidRequest, .tooLarge: ("invalid_request_error", nil)
            case .unauthorised: ("invalid_request_error", "invalid_api_key")
            case .rateLimited: ("requests", "rate_limit_exceeded")
            case .failing, .stopping: ("server_error", nil)
            }
        return try json(Failure(error: .init(message: refusal.message, type: type, code: Nullable(code))))
    }

    private static let roles: Set<String> = ["developer", "system", "user", "assistant", "tool"]

    private func id(of answer: SimulatedAnswer) -> String { "chatcmpl-\(answer.idSuffix)" }

    private func finishReason(of answer: SimulatedAnswer) -> String { answer.isCut ? "length" : "stop" }

    private func usage(of answer: SimulatedAnswer) -> SimulatedOpenAIUsage {
        SimulatedOpenAIUsage(
            promptTokens: answer.inputTokens, completionTokens: answer.outputTokens,
            totalTokens: answer.inputTokens + answer.outputTokens,
            promptTokensDetails: .init(cachedTokens: 0), completionTokensDetails: .init(reasoningTokens: 0))
    }
}

extension OpenAIDialect {
    private struct Request: Decodable {
        struct Message: Decodable {
            var role: String
            var content: UpstreamText?
        }

        struct StreamOptions: Decodable {
            var includeUsage: Bool?

            enum CodingKeys: String, CodingKey {
                case includeUsage = "include_usage"
            }
        }

        var model: String
        var messages: [Message]
        var maxCompletionTokens: Int?
        var maxTokens: Int?
        var stream: Bool?
        var streamOptions: StreamOptions?

        enum CodingKeys: String, CodingKey {
            case model, messages, stream
            case maxCompletionTokens = "max_completion_tokens"
            case maxTokens = "max_tokens"
            case streamOptions = "stream_options"
        }
    }

    private struct Message: Encodable {
        var role = "assistant"
        var content: String
        var refusal = Nullable<String>(nil)
    }

    private struct Delta: Encodable {
        var role: String?
        var content: String?
    }

    private struct Choice: Encodable {
        var index = 0
        var message: Message?
        var delta: Delta?
        var logprobs = Nullable<String>(nil)
        var finishReason: Nullable<String>

        enum CodingKeys: String, CodingKey {
            case index, message, delta, logprobs
            case finishReason = "finish_reason"
        }
    }

    private struct Completion: Encodable {
        var id: String
        var object: String
        var created: Int64
        var model: String
        var choices: [Choice]
        var usage: Nullable<SimulatedOpenAIUsage>?
    }

    private struct Failure: Encodable {
        struct Detail: Encodable {
            var message: String
            var type: String
            var param = Nullable<String>(nil)
            var code: Nullable<String>
        }

        var error: Detail
    }
}
