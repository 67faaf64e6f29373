/// One environment variable of the server: the single source of its default, its help text and its error message.
enum Setting: String, CaseIterable, Sendable {
    case host = "HOST"
    case port = "PORT"
    case environment = "ENVIRONMENT"
    case dataDirectory = "DATA_DIR"
    case jwtSecretKey = "JWT_SECRET_KEY"
    case jwtAccessLifetime = "JWT_ACCESS_LIFETIME_SECONDS"
    case jwtLeeway = "JWT_LEEWAY_SECONDS"
    case bcryptCost = "BCRYPT_COST"
    case sessionCostLimit = "SESSION_COST_LIMIT"
    case dailyCostLimit = "DAILY_COST_LIMIT"
    case monthlyCostLimit = "MONTHLY_COST_LIMIT"
    case budgetTimeZone = "BUDGET_TIME_ZONE"
    case rateLimitEnabled = "RATE_LIMIT_ENABLED"
    case rateLimitPerMinute = "RATE_LIMIT_PER_MINUTE"
    case rateLimitPerHour = "RATE_LIMIT_PER_HOUR"
    case upstream = "UPSTREAM"
    case anthropicAPIKey = "ANTHROPIC_API_KEY"
    case anthropicBaseURL = "ANTHROPIC_BASE_URL"
    case openAIAPIKey = "OPENAI_API_KEY"
    case openAIBaseURL = "OPENAI_BASE_URL"
    case corsOrigins = "CORS_ORIGINS"
    case trustedProxies = "TRUSTED_PROXIES"
    case logLevel = "LOG_LEVEL"
    case logClient = "LOG_CLIENT"

    /// Named by the design, not understood by this version.
    ///
    /// A value stops the start: ignoring it silently would leave an operator believing in a protection that is not there.
    static let notSupportedYet = ["REDIS_URL", "SENTRY_DSN", "LOG_JSON", "LOG_FILE"]

    /// The value when the variable is unset or empty.
    var defaultText: String {
        switch self {
        case .host: "127.0.0.1"
        case .port: "8080"
        case .environment: "development"
        case .dataDirectory: "./var"
        case .jwtSecretKey: "generated per data directory in development, required otherwise"
        case .jwtAccessLifetime: "900"
        case .jwtLeeway: "30"
        case .bcryptCost: "12 (10 in development)"
        case .sessionCostLimit: "0.50"
        case .dailyCostLimit: "100.0"
        case .monthlyCostLimit: "3000.0"
        case .budgetTimeZone: "UTC"
        case .rateLimitEnabled: "true"
        case .rateLimitPerMinute: "100"
        case .rateLimitPerHour: "1000"
        case .upstream: "simulated"
        case .anthropicBaseURL: "https://api.anthropic.com"
        case .openAIBaseURL: "https://api.openai.com/v1"
        case .anthropicAPIKey, .openAIAPIKey, .corsOrigins, .trustedProxies: "empty"
        case .logLevel: "info"
        case .logClient: "address"
        }
    }

    /// What the variable does and which values it takes.
    var meaning: String {
        switch self {
        case .host: "the address to listen on"
        case .port: "0…65535; 0 picks a free port and prints it"
        case .environment: "development, staging or production"
        case .dataDirectory: "the directory of both databases and the generated secret, created when missing"
        case .jwtSecretKey: "at least 32 bytes of randomness"
        case .jwtAccessLifetime: "60…604800"
        case .jwtLeeway: "0…300"
        case .bcryptCost: "10…15"
        case .sessionCostLimit, .dailyCostLimit, .monthlyCostLimit: "US dollars as an exact decimal, such as 0.50"
        case .budgetTimeZone: "a name of the time zone database, such as Africa/Cairo: where days and months of budgets begin"
        case .rateLimitEnabled: "true or false"
        case .rateLimitPerMinute, .rateLimitPerHour: "requests per client address, 1…1048576"
        case .upstream: "simulated, or real to use the providers' keys"
        case .anthropicAPIKey, .openAIAPIKey: "the provider's key, needed when UPSTREAM is real"
        case .anthropicBaseURL, .openAIBaseURL: "http or https, for compatible servers when UPSTREAM is real"
        case .corsOrigins: "comma-separated origins whose pages may read answers, such as https://app.example.com"
        case .trustedProxies: "comma-separated addresses or CIDR blocks whose X-Forwarded-For is believed"
        case .logClient: "how the access log names clients: address, fingerprint or none"
        case .logLevel: "trace, debug, info, notice, warning, error or critical"
        }
    }

    /// The text of `--help`.
    static var help: String {
        let width = allCases.map(\.rawValue.count).max() ?? 0
        let lines = allCases.map { setting in
            let name = setting.rawValue + String(repeating: " ", count: width - setting.rawValue.count)
            return "  \(name)  \(setting.meaning) [\(setting.defaultText)]"
        }
        return """
            DemoServer: the swift-hardening libraries in one small server.

            Settings are environment variables, or lines NAME=value in a file .env in the working directory:
            \(lines.joined(separator: "\n"))

            """
    }
}
