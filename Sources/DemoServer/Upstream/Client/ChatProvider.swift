/// Sends a chat to one provider and returns its whole answer.
///
/// Nothing is retried and nothing is limited here: deadline, retries and the breaker belong to the
/// pipeline around it, which sees every attempt as one call.
protocol ChatProvider: Sendable {
    var provider: Provider { get }

    /// - Parameters:
    ///   - chat: what to ask.
    ///   - timeout: the total time allowed, from connecting to the last byte of the body.
    /// - Throws: ``ProviderFailure``, or `CancellationError` when the calling task was cancelled.
    func complete(_ chat: ChatRequest, timeout: Duration) async throws -> ChatAnswer

    /// Begins an answer that is streamed.
    ///
    /// - Parameter timeout: the time allowed to the head of the response; what follows is the caller's to watch.
    /// - Throws: as ``complete(_:timeout:)``.
    func stream(_ chat: ChatRequest, timeout: Duration) async throws -> ChatStream
}

/// The providers a service talks to, found by model name.
struct ChatProviders: Sendable {
    var claude: any ChatProvider
    var openai: any ChatProvider

    /// Both providers, played by the simulated upstream.
    static func simulated(by upstream: SimulatedUpstream, transport: ProviderTransport) -> ChatProviders {
        ChatProviders(
            claude: AnthropicProvider(transport: transport, endpoint: .simulated(upstream, as: .claude), key: .simulated),
            openai: OpenAIProvider(transport: transport, endpoint: .simulated(upstream, as: .openai), key: .simulated))
    }

    func serving(model: String) -> any ChatProvider {
        self[Provider(servingModel: model)]
    }

    subscript(provider: Provider) -> any ChatProvider {
        switch provider {
        case .claude: claude
        case .openai: openai
        }
    }
}
