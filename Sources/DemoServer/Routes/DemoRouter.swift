import ErrorCatalog
import HTTPHardening
import HardeningHummingbird
import Hummingbird

/// Every route of the server, behind the layers in their pinned order.
enum DemoRouter {
    /// - Parameter control: the simulated upstream's handles; its route exists in development only.
    static func build(_ services: DemoServices, configuration: DemoConfiguration, control: UpstreamControl?) -> Router<DemoContext> {
        let router = Router(context: DemoContext.self, options: .autoGenerateHeadEndpoints)
        let routes = RouteTable()
        let clients = ClientAddressResolver(trustedProxies: configuration.trustedProxies)
        let isProduction = configuration.environment == .production

        router.add(middleware: RequestIDMiddleware(time: services.time))
        router.add(
            middleware: SecurityHeadersMiddleware(
                SecurityHeaders(strictTransportSecurity: isProduction ? .seconds(31_536_000) : nil), clients: clients))
        router.add(middleware: ErrorMiddleware(routes: routes, time: services.time))
        router.add(middleware: ClientAddressMiddleware(clients))
        if configuration.isRateLimitEnabled { router.add(middleware: services.limits.perAddress) }

        addHealth(to: router, services)
        let auth = AuthRoutes(signIn: services.signIn)
        router.post("/api/auth/register", use: auth.register)
        router.post("/api/auth/login", use: auth.login)
        let listings = ListingRoutes()
        router.get("/api/search", use: listings.search)
        router.get("/api/property/{id}", use: listings.property)

        let signedIn = router.group().add(middleware: BearerAuthenticationMiddleware(services.tokens))
        signedIn.post("/api/auth/logout", use: auth.logout)
        signedIn.get("/api/me", use: auth.me)
        let chat = signedIn.group()
        if configuration.isRateLimitEnabled { chat.add(middleware: services.limits.chatPerUser) }
        chat.post("/api/chat", use: ChatRoutes(chat: services.chat).chat)

        if configuration.environment == .development, let control {
            router.post("/demo/upstream", use: UpstreamRoutes(control: control).setMode)
        }
        routes.fill(from: router)
        return router
    }

    private static func addHealth(to router: Router<DemoContext>, _ services: DemoServices) {
        let health = HealthRoutes(
            breakers: services.breakers, ledger: services.ledger, build: .current(), time: services.time, startedAt: services.startedAt)
        for path in ["/health", "/api/v1/health"] { router.get(RouterPath(path), use: health.quick) }
        router.get("/health/detailed", use: health.detailed)
        router.get("/health/circuits", use: health.circuits)
        router.get("/health/costs", use: health.costs)
        for path in ["/health/readiness", "/health/ready", "/api/v1/ready"] { router.get(RouterPath(path), use: health.readiness) }
        for path in ["/health/liveness", "/health/live", "/api/v1/live"] { router.get(RouterPath(path), use: health.liveness) }
        for path in ["/health/version", "/api/v1/version"] { router.get(RouterPath(path), use: health.version) }
        router.get("/status", use: health.status)
    }
}
