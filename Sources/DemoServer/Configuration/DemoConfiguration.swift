import CostTracker
import HTTPHardening
import HardeningCore
import Logging
import RateLimit

/// Everything an operator can set, parsed and checked before anything starts.
struct DemoConfiguration: Sendable {
    enum Environment: String, Sendable {
        case development, staging, production
    }

    /// How the access log names clients.
    enum LogClient: String, Sendable {
        case address, fingerprint, none
    }

    enum Upstream: Sendable {
        /// A server of our own on a loopback port, speaking both providers' wire formats.
        case simulated
        case real(anthropic: Provider?, openAI: Provider?)

        struct Provider: Sendable {
            let endpoint: ProviderEndpoint
            let key: ProviderKey
        }
    }

    var host: String
    var port: Int
    var environment: Environment
    var dataDirectory: String
    /// Nil only in development, where one is generated and kept in the data directory.
    var jwtSecret: Secret?
    var accessLifetime: Duration
    var leeway: Duration
    var bcryptCost: Int
    var sessionCostLimit: Money
    var dailyCostLimit: Money
    var monthlyCostLimit: Money
    /// When days and months of budgets begin.
    var budgetCalendar: BudgetCalendar
    var isRateLimitEnabled: Bool
    var rateLimitPerMinute: Int
    var rateLimitPerHour: Int
    var upstream: Upstream
    var simulatesUpstream: Bool {
        if case .simulated = upstream { true } else { false }
    }
    /// Nil allows no page of another origin.
    var cors: CORSPolicy?
    var trustedProxies: [CIDRBlock]
    var logLevel: Logger.Level
    var logClient: LogClient

    /// - Throws: ``ConfigurationError`` for the first setting that is malformed, naming what is allowed.
    init(_ settings: SettingsReader) throws(ConfigurationError) {
        for name in Setting.notSupportedYet where settings.text(name) != nil {
            throw ConfigurationError(variable: name, problem: "this version does not support it yet; leave it unset")
        }
        let environment = try settings.value(.environment, parse: Environment.init(rawValue:))
        self.environment = environment
        host = try settings.value(.host) { $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } ? $0 : nil }
        port = try settings.integer(.port, in: 0...65535)
        dataDirectory = try settings.value(.dataDirectory) { $0 }
        jwtSecret = try Self.secret(settings, environment)
        accessLifetime = .seconds(try settings.integer(.jwtAccessLifetime, in: 60...604_800))
        leeway = .seconds(try settings.integer(.jwtLeeway, in: 0...300))
        bcryptCost = try settings.integer(.bcryptCost, in: 10...15, otherwise: environment == .development ? 10 : 12)
        sessionCostLimit = try settings.value(.sessionCostLimit, parse: Self.amount)
        dailyCostLimit = try settings.value(.dailyCostLimit, parse: Self.amount)
        monthlyCostLimit = try settings.value(.monthlyCostLimit, parse: Self.amount)
        budgetCalendar = try settings.value(.budgetTimeZone, parse: BudgetTimeZone.calendar(named:))
        isRateLimitEnabled = try settings.value(.rateLimitEnabled) { ["true": true, "false": false][$0] }
        rateLimitPerMinute = try settings.integer(.rateLimitPerMinute, in: 1...RateLimitPolicy.maximumLimit)
        rateLimitPerHour = try settings.integer(.rateLimitPerHour, in: 1...RateLimitPolicy.maximumLimit)
        upstream = try Self.upstream(settings)
        cors = try Self.cors(settings)
        trustedProxies = try settings.text(.trustedProxies) == nil ? [] : settings.value(.trustedProxies, parse: Self.blocks)
        logLevel = try settings.value(.logLevel, parse: Logger.Level.init(rawValue:))
        logClient = try settings.value(.logClient, parse: LogClient.init(rawValue:))
    }

    private static func secret(_ settings: SettingsReader, _ environment: Environment) throws(ConfigurationError) -> Secret? {
        guard let text = settings.text(.jwtSecretKey) else {
            if environment == .development { return nil }
            throw ConfigurationError(
                variable: Setting.jwtSecretKey.rawValue,
                problem: "it is required outside development; generate one with: openssl rand -base64 48")
        }
        do {
            return try Secret(checking: text)
        } catch {
            throw ConfigurationError(variable: Setting.jwtSecretKey.rawValue, problem: error.description)
        }
    }

    private static func upstream(_ settings: SettingsReader) throws(ConfigurationError) -> Upstream {
        let isReal = try settings.value(.upstream) { ["simulated": false, "real": true][$0] }
        guard isReal else { return .simulated }
        let anthropic = try provider(settings, .anthropicAPIKey, .anthropicBaseURL)
        let openAI = try provider(settings, .openAIAPIKey, .openAIBaseURL)
        guard anthropic != nil || openAI != nil else {
            throw ConfigurationError(variable: Setting.upstream.rawValue, problem: "real needs ANTHROPIC_API_KEY or OPENAI_API_KEY")
        }
        return .real(anthropic: anthropic, openAI: openAI)
    }

    private static func provider(
        _ settings: SettingsReader, _ key: Setting, _ url: Setting
    ) throws(ConfigurationError) -> Upstream.Provider? {
        let endpoint = try settings.value(url, parse: ProviderEndpoint.init)
        guard settings.text(key) != nil else { return nil }
        return Upstream.Provider(endpoint: endpoint, key: try settings.value(key) { ProviderKey(Secret($0.utf8)) })
    }

    private static func cors(_ settings: SettingsReader) throws(ConfigurationError) -> CORSPolicy? {
        guard settings.text(.corsOrigins) != nil else { return nil }
        return try settings.value(.corsOrigins) { text in
            try? CORSPolicy(origins: text.split(separator: ",", omittingEmptySubsequences: false).map { String($0.drop { $0 == " " }) })
        }
    }

    private static func amount(_ text: String) -> Money? {
        guard let money = try? Money.usd(text), money >= .zero else { return nil }
        return money
    }

    private static func blocks(_ text: String) -> [CIDRBlock]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
        let blocks = parts.compactMap { CIDRBlock(String($0)) }
        return blocks.count == parts.count ? blocks : nil
    }
}
