import CostTracker

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A chat over OpenAI's Chat Completions API.
struct OpenAIProvider: ChatProvider {
    private let transport: ProviderTransport
    private let endpoint: ProviderEndpoint
    private let key: ProviderKey

    /// - Parameters:
    ///   - transport: may be shared by all providers.
    ///   - endpoint: `https://api.openai.com/v1` or a compatible server, with its `/v1`.
    ///   - key: sent as a bearer token.
    init(transport: ProviderTransport, endpoint: ProviderEndpoint, key: ProviderKey) {
        self.transport = transport
        self.endpoint = endpoint
        self.key = key
    }

    var provider: Provider { .openai }

    func complete(_ chat: ChatRequest, timeout: Duration) async throws -> ChatAnswer {
        let data = try await transport.post(to: endpoint, path: "/chat/completions", headers: headers, timeout: timeout) {
            try JSONEncoder().encode(Request(chat))
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: data), let choice = answer.choices.first else {
            throw ProviderFailure.malformedAnswer
        }
        return ChatAnswer(
            id: answer.id, model: answer.model, text: choice.message.content ?? choice.message.refusal ?? "",
            stopReason: choice.finishReason, usage: answer.usage.map(ProviderUsage.openAI))
    }

    func stream(_ chat: ChatRequest, timeout: Duration) async throws -> ChatStream {
        let body = try await transport.open(to: endpoint, path: "/chat/completions", headers: headers, timeout: timeout) {
            var request = Request(chat)
            request.stream = true
            request.streamOptions = Request.StreamOptions()
            return try JSONEncoder().encode(request)
        }
        return ChatStream(body: body, read: Self.event)
    }

    private var headers: [(String, String)] { [("authorization", "Bearer \(key.headerValue)")] }

    /// Source: platform.openai.com, "Chat Completions: streaming".
    private static func event(_ data: [UInt8]) -> ChatStream.Event? {
        if data.elementsEqual("[DONE]".utf8) { return .end }
        guard let chunk = try? JSONDecoder().decode(StreamChunk.self, from: Data(data)) else { return nil }
        if chunk.choices == nil { return .failure }
        let delta = chunk.choices?.first?.delta
        return (delta?.content ?? delta?.refusal).map { .text($0) } ?? .other
    }

    /// Without `choices` it is an error.
    private struct StreamChunk: Decodable {
        struct Choice: Decodable {
            struct Delta: Decodable {
                var content: String?
                var refusal: String?
            }

            var delta: Delta?
        }

        var choices: [Choice]?
    }

    private struct Request: Encodable {
        struct Message: Encodable {
            var role: String
            var content: String
        }

        var model: String
        /// Not `max_tokens`, which is deprecated and refused by reasoning models.
        var maxCompletionTokens: Int
        var messages: [Message]
        var stream: Bool?
        var streamOptions: StreamOptions?

        /// Without it a stream reports no usage.
        struct StreamOptions: Encodable {
            var includeUsage = true

            enum CodingKeys: String, CodingKey {
                case includeUsage = "include_usage"
            }
        }

        init(_ chat: ChatRequest) {
            model = chat.model
            maxCompletionTokens = chat.maxTokens
            messages = chat.system.map { [Message(role: "system", content: $0)] } ?? []
            messages += chat.messages.map { Message(role: $0.role.rawValue, content: $0.text) }
        }

        enum CodingKeys: String, CodingKey {
            case model, messages, stream
            case streamOptions = "stream_options"
            case maxCompletionTokens = "max_completion_tokens"
        }
    }

    private struct Answer: Decodable {
        struct Choice: Decodable {
            struct Message: Decodable {
                var content: String?
                var refusal: String?
            }

            var message: Message
            var finishReason: String?

            enum CodingKeys: String, CodingKey {
                case message
                case finishReason = "finish_reason"
            }
        }

        var id: String
        var model: String
        var choices: [Choice]
        var usage: OpenAIUsage?
    }
}
