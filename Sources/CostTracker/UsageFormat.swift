/// The API whose answers report usage, each with a convention of its own.
public struct UsageFormat: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    /// - Returns: nil for a name other than those below.
    public init?(rawValue: String) {
        guard ["anthropic_messages", "openai_chat", "openai_responses", "openai_embeddings"].contains(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    private init(_ name: String) { rawValue = name }

    /// Anthropic Messages: see ``AnthropicUsage``.
    public static let anthropicMessages = UsageFormat("anthropic_messages")
    /// OpenAI Chat Completions, and the many services that speak it: see ``OpenAIUsage``.
    public static let openAIChat = UsageFormat("openai_chat")
    /// OpenAI Responses: see ``OpenAIResponsesUsage``.
    public static let openAIResponses = UsageFormat("openai_responses")
    /// OpenAI Embeddings: a prompt only.
    public static let openAIEmbeddings = UsageFormat("openai_embeddings")
}

extension TokenUsage {
    /// The usage that a whole answer reports, read from its JSON body.
    ///
    /// For a streamed answer, see ``UsageStream``.
    ///
    /// - Returns: nil when the answer reports none. That is unknown, not zero: settle with
    ///   ``CostLedger/settleAtHold(_:)``.
    /// - Throws: ``UsageError``: `malformed`, `tooLarge` (16 MiB), and the codes of the format's adapter.
    /// - Complexity: O(n).
    public static func reported(in body: some Collection<UInt8>, as format: UsageFormat) throws(UsageError) -> TokenUsage? {
        guard body.count <= UsageJSON.maximumBytes else { throw UsageJSON.tooLarge }
        guard let usage = try UsageJSON.document(body)["usage"] else { return nil }
        return try UsageJSON.usage(usage, as: format)
    }
}
