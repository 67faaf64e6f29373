#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a provider is reached: a configured base URL, or the simulated upstream's port.
///
/// Base URLs follow the providers' own libraries, so that the same value works in both:
/// `ANTHROPIC_BASE_URL` without `/v1`, `OPENAI_BASE_URL` with it.
struct ProviderEndpoint: Sendable {
    private let resolve: @Sendable () async throws -> String

    /// A configured base URL.
    ///
    /// - Returns: nil unless it is an absolute http or https URL with a host and without user
    ///   information, query or fragment.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else { return nil }
        var base = text
        while base.hasSuffix("/") { base.removeLast() }
        resolve = { [base] in base }
    }

    private init(resolve: @escaping @Sendable () async throws -> String) {
        self.resolve = resolve
    }

    /// The simulated upstream, once it listens; requests made earlier wait for it within their timeout.
    static func simulated(_ upstream: SimulatedUpstream, as provider: Provider) -> ProviderEndpoint {
        ProviderEndpoint { try await upstream.baseURL(for: provider) }
    }

    /// The full address of `path`, which begins with a slash.
    func url(_ path: String) async throws -> String {
        try await resolve() + path
    }
}
