import ErrorCatalog
import HTTPHardening
import HardeningHummingbird
import Hummingbird
import Logging

/// Every route of the server, behind the layers in their pinned order.
enum DemoRouter {
    /// - Parameters:
    ///   - control: the simulated upstream's handles; its route exists in development only.
    ///   - logger: gets a line for each request.
    static func build(
        _ services: DemoServices, configuration: DemoConfiguration, control: UpstreamControl?, logger: Logger
    ) -> Router<DemoContext> {
        let router = Router(context: DemoContext.self, options: .autoGenerateHeadEndpoints)
        let routes = RouteTable()
        addLayers(to: router, services, configuration, routes, logger)

        addHealth(to: router, services)
        addErrorPages(to: router)
        router.get(RouterPath(OpenAPIRoutes.path), use: OpenAPIRoutes(OpenAPIDocument(configuration)).document)
        let listings = ListingRoutes()
        router.get("/api/search", use: listings.search)
        router.get("/api/property/{id}", use: listings.property)
        addSignIn(to: router, services)
        addSignedIn(to: router, services, configuration)
        if configuration.environment == .development { addDemo(to: router, services, control) }
        routes.fill(from: router)
        return router
    }

    /// From the outermost inwards.
    private static func addLayers(
        to router: Router<DemoContext>, _ services: DemoServices, _ configuration: DemoConfiguration, _ routes: RouteTable, _ logger: Logger
    ) {
        let clients = ClientAddressResolver(trustedProxies: configuration.trustedProxies)
        let isProduction = configuration.environment == .production
        router.add(middleware: RequestIDMiddleware(time: services.time))
        router.add(
            middleware: AccessLogMiddleware(
                logger, client: services.logClient, clients: clients, exempt: ExemptRoutes(exact: HealthRoutes.paths), time: services.time))
        router.add(
            middleware: SecurityHeadersMiddleware(
                SecurityHeaders(strictTransportSecurity: isProduction ? .seconds(31_536_000) : nil), clients: clients))
        router.add(middleware: ErrorMiddleware(.demo, routes: routes, time: services.time))
        router.add(middleware: ClientAddressMiddleware(clients))
        router.add(middleware: BearerIdentificationMiddleware(services.tokens, cookie: services.browser.cookie))
        router.add(middleware: AbuseGuardMiddleware(services.guardian, exempt: unguarded(configuration)))
        if let cors = configuration.cors { router.add(middleware: CORSMiddleware(cors)) }
        router.add(
            middleware: InFlightLimitMiddleware(InFlightLimit(services.requestsAtOnce), exempt: ExemptRoutes(exact: Limits.exemptPaths)))
        if configuration.isRateLimitEnabled { router.add(middleware: services.limits.perCaller) }
        router.add(
            middleware: CSRFMiddleware(services.browser.policy, tokens: services.browser.csrfTokens, cookie: services.browser.csrfCookie))
    }

    private static func addSignIn(to router: Router<DemoContext>, _ services: DemoServices) {
        let auth = AuthRoutes(signIn: services.signIn, machines: services.machines)
        router.post("/api/auth/register", use: auth.register)
        router.post("/api/auth/login", use: auth.login)
        router.post("/api/auth/refresh", use: auth.refresh)
        router.post("/api/auth/key", use: auth.exchangeKey)
        let browser = BrowserRoutes(signIn: services.signIn, browser: services.browser)
        router.post(RouterPath(BrowserRoutes.path), use: browser.begin)
        let signedIn = signedIn(router, services)
        signedIn.delete(RouterPath(BrowserRoutes.path), use: browser.end)
        signedIn.post("/api/auth/logout", use: auth.logout)
        signedIn.post("/api/auth/logout-all", use: auth.logoutAll)
    }

    private static func addSignedIn(to router: Router<DemoContext>, _ services: DemoServices, _ configuration: DemoConfiguration) {
        let signedIn = signedIn(router, services)
        addOwnData(to: signedIn, services)
        signedIn.get("/api/costs", use: CostRoutes(ledger: services.ledger).own)
        let chat = signedIn.group()
        if configuration.isRateLimitEnabled { chat.add(middleware: services.limits.chatPerUser) }
        chat.post("/api/chat", use: ChatRoutes(chat: services.chat, time: services.time).chat)
    }

    /// Routes that need a valid token.
    private static func signedIn(_ router: Router<DemoContext>, _ services: DemoServices) -> RouterGroup<DemoContext> {
        router.group().add(middleware: BearerAuthenticationMiddleware(services.tokens, cookie: services.browser.cookie))
    }

    /// What the abuse guard leaves alone.
    private static func unguarded(_ configuration: DemoConfiguration) -> ExemptRoutes {
        ExemptRoutes(exact: Limits.exemptPaths, below: configuration.environment == .development ? [BlockRoutes.path] : [])
    }

    private static func addDemo(to router: Router<DemoContext>, _ services: DemoServices, _ control: UpstreamControl?) {
        if let control { router.post("/demo/upstream", use: UpstreamRoutes(control: control).setMode) }
        router.post("/demo/circuits/{name}", use: CircuitRoutes(breakers: services.breakers).act)
        let blocks = BlockRoutes(guardian: services.guardian, time: services.time)
        router.get(RouterPath(BlockRoutes.path), use: blocks.list)
        router.delete(RouterPath(BlockRoutes.path + "/{id}"), use: blocks.lift)
    }

    private static func addErrorPages(to router: Router<DemoContext>) {
        let pages = ErrorPageRoutes(.demo)
        router.get(RouterPath(ErrorPageRoutes.path), use: pages.index)
        router.get(RouterPath(ErrorPageRoutes.path + "/{code}"), use: pages.page)
    }

    private static func addOwnData(to signedIn: RouterGroup<DemoContext>, _ services: DemoServices) {
        let me = MeRoutes(signIn: services.signIn, data: services.ownData)
        signedIn.get("/api/me", use: me.me)
        signedIn.delete("/api/me", use: me.erase)
        signedIn.get("/api/me/export", use: me.export)
        signedIn.post("/api/me/password", use: me.changePassword)
        let keys = APIKeyRoutes(machines: services.machines)
        signedIn.get("/api/keys", use: keys.list)
        signedIn.post("/api/keys", use: keys.create)
        signedIn.post("/api/keys/{id}/rotate", use: keys.rotate)
        signedIn.delete("/api/keys/{id}", use: keys.revoke)
    }

    private static func addHealth(to router: Router<DemoContext>, _ services: DemoServices) {
        let build = BuildInformation.current()
        let health = HealthRoutes(breakers: services.breakers, ledger: services.ledger, build: build, time: services.time)
        for path in HealthRoutes.quickPaths { router.get(RouterPath(path), use: health.quick) }
        router.get("/health/detailed", use: health.detailed)
        router.get("/health/circuits", use: health.circuits)
        router.get("/health/costs", use: health.costs)
        for path in HealthRoutes.readinessPaths { router.get(RouterPath(path), use: health.readiness) }
        for path in HealthRoutes.livenessPaths { router.get(RouterPath(path), use: health.liveness) }
        for path in HealthRoutes.versionPaths { router.get(RouterPath(path), use: health.version) }
        let status = StatusRoutes(
            breakers: services.breakers, ledger: services.ledger, limiter: services.limits.limiter, guardian: services.guardian,
            build: build, time: services.time, startedAt: services.startedAt)
        router.get("/status", use: status.status)
    }
}
