import HTTPHardening
import HardeningCore
import HardeningHummingbird
import Hummingbird
import RateLimit
import TokenAuth

/// The limits of the route table, over one limiter.
struct Limits: Sendable {
    /// Clients remembered at once, over all policies.
    static let capacity = 100_000

    /// What an operator must be able to ask at any time.
    static let exemptPaths = HealthRoutes.paths + ["/status"]

    let limiter: RateLimiter
    private let routes: RoutePolicies
    private let plans: PlanTiers
    private let chat: RateLimitPolicy

    init(_ configuration: DemoConfiguration, plans: PlanTiers, time: TimeSource) throws {
        limiter = RateLimiter(capacity: Self.capacity, time: time)
        routes = try RoutePolicies(configuration)
        self.plans = plans
        chat = try RateLimitPolicy("chat", parsing: "30/minute")
    }

    /// Who is calling, by plan or address, and the route's own limit by address, in one decision.
    ///
    /// After ``BearerIdentificationMiddleware``: without a valid token the address counts. The plan is the one at the time of the
    /// token, so that no request looks up an account.
    var perCaller: RateLimitMiddleware<DemoContext> {
        RateLimitMiddleware(limiter, exempt: ExemptRoutes(exact: Self.exemptPaths)) { request, context in
            let route = routes.policy(for: request).map { RateLimitCheck($0, key: context.hardening.clientAddress) }
            return [caller(context), route].compactMap(\.self)
        }
    }

    /// Chat, per user.
    var chatPerUser: RateLimitMiddleware<DemoContext> {
        RateLimitMiddleware(limiter) { _, context in
            context.hardening.caller.map { [RateLimitCheck(chat, key: $0.value.subject)] } ?? []
        }
    }

    private func caller(_ context: DemoContext) -> RateLimitCheck {
        if let claims = context.hardening.caller?.value, let plan = User.Plan.allCases.first(where: { claims.hasScope($0.scope) }) {
            return RateLimitCheck(plans.policy(for: plan.rawValue), key: claims.subject)
        }
        return RateLimitCheck(routes.global, key: context.hardening.clientAddress)
    }
}

/// Which policies concern a request, by its path.
private struct RoutePolicies: Sendable {
    let global: RateLimitPolicy
    private let register: RateLimitPolicy
    private let login: RateLimitPolicy
    private let refresh: RateLimitPolicy
    private let search: RateLimitPolicy
    private let property: RateLimitPolicy

    init(_ configuration: DemoConfiguration) throws {
        global = try RateLimitPolicy(
            "global",
            [
                .slidingWindow(configuration.rateLimitPerMinute, per: .seconds(60)),
                .slidingWindow(configuration.rateLimitPerHour, per: .seconds(3600)),
            ])
        register = try RateLimitPolicy("register", parsing: "3/minute; 10/hour")
        login = try RateLimitPolicy("login", parsing: "10/minute")
        refresh = try RateLimitPolicy("refresh", parsing: "10/minute; 50/hour")
        search = try RateLimitPolicy("search", parsing: "60/minute")
        property = try RateLimitPolicy("property", parsing: "120/minute")
    }

    func policy(for request: Request) -> RateLimitPolicy? {
        let path = request.uri.path
        return switch path {
        case "/api/auth/register": register
        case "/api/auth/login", BrowserRoutes.path, "/api/auth/key", "/api/me/password": login
        case "/api/auth/refresh": refresh
        case "/api/search": search
        case _ where path.hasPrefix("/api/property/"): property
        default: nil
        }
    }
}
