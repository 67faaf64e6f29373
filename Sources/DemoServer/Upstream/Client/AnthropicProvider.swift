import CostTracker

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A chat over Anthropic's Messages API, version 2023-06-01.
struct AnthropicProvider: ChatProvider {
    private let transport: ProviderTransport
    private let endpoint: ProviderEndpoint
    private let key: ProviderKey

    /// - Parameters:
    ///   - transport: may be shared by all providers.
    ///   - endpoint: `https://api.anthropic.com` or a compatible server, without `/v1`.
    ///   - key: sent as `x-api-key`.
    init(transport: ProviderTransport, endpoint: ProviderEndpoint, key: ProviderKey) {
        self.transport = transport
        self.endpoint = endpoint
        self.key = key
    }

    var provider: Provider { .claude }

    func complete(_ chat: ChatRequest, timeout: Duration) async throws -> ChatAnswer {
        let data = try await transport.post(to: endpoint, path: "/v1/messages", headers: headers, timeout: timeout) {
            try JSONEncoder().encode(Request(chat))
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: data) else { throw ProviderFailure.malformedAnswer }
        return ChatAnswer(
            id: answer.id, model: answer.model, text: answer.content.compactMap(\.text).joined(),
            stopReason: answer.stopReason, usage: answer.usage.map(ProviderUsage.anthropic))
    }

    func stream(_ chat: ChatRequest, timeout: Duration) async throws -> ChatStream {
        let body = try await transport.open(to: endpoint, path: "/v1/messages", headers: headers, timeout: timeout) {
            var request = Request(chat)
            request.stream = true
            return try JSONEncoder().encode(request)
        }
        return ChatStream(body: body, read: Self.event)
    }

    private var headers: [(String, String)] { [("x-api-key", key.headerValue), ("anthropic-version", "2023-06-01")] }

    /// Source: platform.claude.com, "Streaming Messages".
    private static func event(_ data: [UInt8]) -> ChatStream.Event? {
        guard let event = try? JSONDecoder().decode(StreamEvent.self, from: Data(data)) else { return nil }
        switch event.type {
        case "content_block_delta": return .text(event.delta?.text ?? "")
        case "message_stop": return .end
        case "error": return .failure
        default: return .other
        }
    }

    private struct StreamEvent: Decodable {
        struct Delta: Decodable {
            var text: String?
        }

        var type: String
        var delta: Delta?
    }

    private struct Request: Encodable {
        struct Message: Encodable {
            var role: ChatRequest.Message.Role
            var content: String
        }

        var model: String
        var maxTokens: Int
        var system: String?
        var messages: [Message]
        var stream: Bool?

        init(_ chat: ChatRequest) {
            model = chat.model
            maxTokens = chat.maxTokens
            system = chat.system
            messages = chat.messages.map { Message(role: $0.role, content: $0.text) }
        }

        enum CodingKeys: String, CodingKey {
            case model, system, messages, stream
            case maxTokens = "max_tokens"
        }
    }

    private struct Answer: Decodable {
        /// A content block; those that are not text have no `text`.
        struct Block: Decodable {
            var text: String?
        }

        var id: String
        var model: String
        var content: [Block]
        var stopReason: String?
        var usage: AnthropicUsage?

        enum CodingKeys: String, CodingKey {
            case id, model, content, usage
            case stopReason = "stop_reason"
        }
    }
}
