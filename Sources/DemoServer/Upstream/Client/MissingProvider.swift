/// Stands where no key is configured: every call fails as if nobody listened.
struct MissingProvider: ChatProvider {
    let provider: Provider

    init(_ provider: Provider) {
        self.provider = provider
    }

    func complete(_ chat: ChatRequest, timeout: Duration) async throws -> ChatAnswer {
        throw ProviderFailure.connection
    }

    func stream(_ chat: ChatRequest, timeout: Duration) async throws -> ChatStream {
        throw ProviderFailure.connection
    }
}
