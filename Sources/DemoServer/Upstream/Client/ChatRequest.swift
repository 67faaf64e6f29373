/// One chat to be answered, independent of the provider that will answer it.
struct ChatRequest: Sendable, Hashable {
    struct Message: Sendable, Hashable {
        enum Role: String, Sendable, Hashable, Encodable {
            case user
            case assistant
        }

        var role: Role
        var text: String

        static func user(_ text: String) -> Message { Message(role: .user, text: text) }
        static func assistant(_ text: String) -> Message { Message(role: .assistant, text: text) }
    }

    var model: String
    /// Instructions that stand before the conversation.
    var system: String?
    /// The conversation so far, oldest first; the last one is the user's.
    var messages: [Message]
    /// The most tokens the reply may have: the bound that the cost reservation was made with.
    var maxTokens: Int
}

/// A provider's whole answer.
struct ChatAnswer: Sendable, Hashable {
    var id: String
    /// The model that answered, as the provider names it.
    var model: String
    var text: String
    /// Why it ended, in the provider's words, such as `end_turn` or `length`.
    var stopReason: String?
    /// Nil when the provider sent none: unknown, never to be read as zero.
    var usage: ProviderUsage?
}
