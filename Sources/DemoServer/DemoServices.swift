import AsyncHTTPClient
import CircuitBreaker
import CostTracker
import HardeningCore
import RateLimit
import TokenAuth

/// The libraries, configured.
struct DemoServices: Sendable {
    let time: TimeSource
    let startedAt: Timestamp
    let tokens: TokenService
    let signIn: SignIn
    let limits: Limits
    let breakers: Breakers
    let ledger: CostLedger
    let chat: ChatService

    init(
        _ configuration: DemoConfiguration, secret: Secret, upstream: SimulatedUpstream?, client: HTTPClient, chatTimeout: Duration,
        time: TimeSource
    ) async throws {
        self.time = time
        startedAt = time.timestamp
        tokens = try TokenService(
            issuer: "swift-hardening-demo", audience: "demo", keys: KeySet(active: .hs256(secret: secret, id: "demo")),
            accessLifetime: configuration.accessLifetime, leeway: configuration.leeway, maximumLifetime: .seconds(604_800), time: time)
        // Revocations are in memory: refusing what earlier processes issued is what keeps revoked tokens revoked.
        // A sign-in may be dated a second ahead of the clock, hence one second more.
        try await tokens.revocations.revoke(.everything(through: startedAt.advanced(by: .seconds(1))), now: startedAt)
        limits = try Limits(configuration, time: time)
        signIn = SignIn(
            users: UserStore(), passwords: try PasswordHasher(cost: configuration.bcryptCost, time: time), tokens: tokens,
            failures: limits.failedSignIns)
        if configuration.environment == .development { try await SeedAccounts.register(with: signIn) }
        breakers = Breakers(time: time)
        ledger = try CostLedger(
            budgets: [
                .session(configuration.sessionCostLimit), .daily(configuration.dailyCostLimit), .monthly(configuration.monthlyCostLimit),
            ], time: time)
        chat = ChatService(
            providers: try Self.providers(configuration, upstream: upstream, client: client), breakers: breakers, ledger: ledger,
            sessions: ChatSessions(), timeout: chatTimeout)
    }

    private static func providers(
        _ configuration: DemoConfiguration, upstream: SimulatedUpstream?, client: HTTPClient
    ) throws(ConfigurationError) -> ChatProviders {
        let transport = ProviderTransport(client: client)
        if let upstream { return .simulated(by: upstream, transport: transport) }
        guard case .real(let anthropic, let openAI) = configuration.upstream else {
            throw ConfigurationError(variable: "UPSTREAM", problem: Setting.upstream.meaning)
        }
        return ChatProviders(
            claude: anthropic.map { AnthropicProvider(transport: transport, endpoint: $0.endpoint, key: $0.key) }
                ?? MissingProvider(.claude),
            openai: openAI.map { OpenAIProvider(transport: transport, endpoint: $0.endpoint, key: $0.key) } ?? MissingProvider(.openai))
    }
}

/// Stands where no key is configured.
private struct MissingProvider: ChatProvider {
    let provider: Provider

    init(_ provider: Provider) {
        self.provider = provider
    }

    func complete(_ chat: ChatRequest, timeout: Duration) async throws -> ChatAnswer {
        throw ProviderFailure.connection
    }
}

extension DemoConfiguration {
    var simulatesUpstream: Bool {
        if case .simulated = upstream { true } else { false }
    }
}
