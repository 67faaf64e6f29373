import ErrorCatalog
import HardeningCore
import HardeningHummingbird
import Hummingbird
import RateLimit
import TokenAuth

/// The limits of the route table, over one limiter.
struct Limits: Sendable {
    /// Clients remembered at once, over all policies.
    static let capacity = 100_000

    /// Per client address: the global windows and the route's own in one decision.
    ///
    /// Health and status are exempt.
    let perAddress: RateLimitMiddleware<DemoContext>
    /// Chat, per user.
    let chatPerUser: RateLimitMiddleware<DemoContext>
    let failedSignIns: FailedSignIns

    init(_ configuration: DemoConfiguration, time: TimeSource) throws {
        let limiter = RateLimiter(capacity: Self.capacity, time: time)
        let routes = try RoutePolicies(configuration)
        perAddress = RateLimitMiddleware(limiter) { request, context in
            routes.policies(for: request).map { RateLimitCheck($0, key: context.hardening.clientAddress) }
        }
        let chat = try RateLimitPolicy("chat", parsing: "30/minute")
        chatPerUser = RateLimitMiddleware(limiter) { _, context in
            context.hardening.caller.map { [RateLimitCheck(chat, key: $0.value.subject)] } ?? []
        }
        failedSignIns = try FailedSignIns(time: time)
    }
}

/// Which policies concern a request, by its path.
private struct RoutePolicies: Sendable {
    private let global: RateLimitPolicy
    private let register: RateLimitPolicy
    private let login: RateLimitPolicy
    private let search: RateLimitPolicy
    private let property: RateLimitPolicy

    private static let exempt: Set<String> = ["/status", "/api/v1/health", "/api/v1/ready", "/api/v1/live", "/api/v1/version"]

    init(_ configuration: DemoConfiguration) throws {
        global = try RateLimitPolicy(
            "global",
            [
                .slidingWindow(configuration.rateLimitPerMinute, per: .seconds(60)),
                .slidingWindow(configuration.rateLimitPerHour, per: .seconds(3600)),
            ])
        register = try RateLimitPolicy("register", parsing: "3/minute; 10/hour")
        login = try RateLimitPolicy("login", parsing: "10/minute")
        search = try RateLimitPolicy("search", parsing: "60/minute")
        property = try RateLimitPolicy("property", parsing: "120/minute")
    }

    func policies(for request: Request) -> [RateLimitPolicy] {
        let path = request.uri.path
        if path == "/health" || path.hasPrefix("/health/") || Self.exempt.contains(path) { return [] }
        return switch path {
        case "/api/auth/register": [global, register]
        case "/api/auth/login": [global, login]
        case "/api/search": [global, search]
        case _ where path.hasPrefix("/api/property/"): [global, property]
        default: [global]
        }
    }
}
