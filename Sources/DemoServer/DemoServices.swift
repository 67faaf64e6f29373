import AsyncHTTPClient
import CircuitBreaker
import CostTracker
import HardeningCore
import HardeningHummingbird
import HardeningSQLite
import RateLimit
import TokenAuth

/// The libraries, configured.
struct DemoServices: Sendable {
    let time: TimeSource
    let startedAt: Timestamp
    let requestsAtOnce: Int
    let logClient: ClientMention
    let identity: Identity
    let signIn: SignIn
    let machines: MachineSignIn
    let browser: BrowserSession
    let ownData: OwnData
    let guardian: AbuseGuard
    let limits: Limits
    let breakers: Breakers
    let ledgerStore: SQLiteLedgerStore
    let ledger: CostLedger
    let chat: ChatService

    var tokens: TokenService { identity.tokens }

    init(
        _ configuration: DemoConfiguration, secret: Secret, upstream: SimulatedUpstream?, client: HTTPClient, tuning: DemoTuning,
        time: TimeSource
    ) async throws {
        self.time = time
        startedAt = time.timestamp
        requestsAtOnce = tuning.requestsAtOnce
        logClient = configuration.logClient.mention(secret: secret)
        let directory = DataDirectory(path: configuration.dataDirectory)
        ledgerStore = try directory.openLedger()
        identity = try await Identity(configuration, secret: secret, database: try directory.openIdentity(), time: time)
        guardian = AbuseGuard(.demo, time: time)
        limits = try Limits(configuration, plans: try PlanTiers(tuning.plans, fallback: User.Plan.free.rawValue), time: time)
        let users = UserStore(accounts: identity.accounts)
        signIn = SignIn(
            users: users, passwords: tuning.passwords(try PasswordHasher(cost: configuration.bcryptCost, time: time)),
            sessions: identity.sessions, guardian: guardian, time: time)
        browser = try BrowserSession(configuration, secret: secret)
        machines = MachineSignIn(users: users, keys: identity.apiKeys, tokens: identity.tokens)
        if configuration.environment == .development { try await SeedAccounts.register(with: signIn) }
        breakers = Breakers(time: time)
        ledger = try CostLedger(
            budgets: [
                .session(configuration.sessionCostLimit), .daily(configuration.dailyCostLimit), .monthly(configuration.monthlyCostLimit),
            ], store: ledgerStore, calendar: configuration.budgetCalendar, time: time)
        let chats = ChatSessions()
        ownData = OwnData(accounts: identity.accounts, tokens: identity.tokens, ledger: ledger, chats: chats)
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

extension DemoConfiguration.LogClient {
    /// - Parameter secret: the fingerprint's key is derived from it.
    fileprivate func mention(secret: Secret) -> ClientMention {
        switch self {
        case .address: .address
        case .fingerprint: .fingerprint(ClientFingerprint(key: PurposeKeys(root: secret).key(for: "access log")))
        case .none: .none
        }
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
