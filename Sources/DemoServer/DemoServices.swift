import AsyncHTTPClient
import CircuitBreaker
import CostTracker
import HardeningCore
import HardeningSQLite
import RateLimit
import TokenAuth

/// The libraries, configured.
struct DemoServices: Sendable {
    let time: TimeSource
    let startedAt: Timestamp
    let tokens: TokenService
    let signIn: SignIn
    let machines: MachineSignIn
    let ownData: OwnData
    let guardian: AbuseGuard
    let limits: Limits
    let breakers: Breakers
    let ledgerStore: SQLiteLedgerStore
    let ledger: CostLedger
    let chat: ChatService

    init(
        _ configuration: DemoConfiguration, secret: Secret, upstream: SimulatedUpstream?, client: HTTPClient, tuning: DemoTuning,
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
        guardian = AbuseGuard(.demo, time: time)
        let users = UserStore()
        limits = try Limits(configuration, plans: try PlanTiers(tuning.plans, fallback: User.Plan.free.rawValue), time: time)
        let sessions = SessionService(tokens: tokens, key: PurposeKeys(root: secret).key(for: "refresh"))
        signIn = SignIn(
            users: users, passwords: tuning.passwords(try PasswordHasher(cost: configuration.bcryptCost, time: time)),
            sessions: sessions, guardian: guardian, time: time)
        machines = MachineSignIn(users: users, keys: try APIKeyService(prefix: "sk_demo", time: time), tokens: tokens)
        if configuration.environment == .development { try await SeedAccounts.register(with: signIn) }
        breakers = Breakers(time: time)
        ledgerStore = try DataDirectory(path: configuration.dataDirectory).openLedger()
        ledger = try CostLedger(
            budgets: [
                .session(configuration.sessionCostLimit), .daily(configuration.dailyCostLimit), .monthly(configuration.monthlyCostLimit),
            ], store: ledgerStore, calendar: configuration.budgetCalendar, time: time)
        let chats = ChatSessions()
        ownData = OwnData(users: users, sessions: sessions, keys: machines.keys, ledger: ledger, chats: chats)
        chat = ChatService(
            providers: try Self.providers(configuration, upstream: upstream, client: client), ledger: ledger,
            sessions: chats,
            pipelines: try ChatPipelines(breakers: breakers, tuning: tuning, time: time), timeout: tuning.chatTimeout)
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

    func stream(_ chat: ChatRequest, timeout: Duration) async throws -> ChatStream {
        throw ProviderFailure.connection
    }
}

extension AbuseGuard.Configuration {
    /// The library's rules, except that five failed sign-ins lock an account for an hour.
    ///
    /// Addresses are locked by the patient default, from failure 30 on: an office may be one address.
    static var demo: Self {
        var configuration = Self()
        configuration.accountLockout = .fiveFailuresLockAnHour
        return configuration
    }
}

extension DemoConfiguration {
    var simulatesUpstream: Bool {
        if case .simulated = upstream { true } else { false }
    }
}
