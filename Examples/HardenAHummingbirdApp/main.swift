import HTTPHardening
import HardeningHummingbird
import Hummingbird
import RateLimit

// An existing router …
let router = Router(context: BasicHardenedContext.self)

// … with every layer in its pinned order.
let routes = RouteTable()
let limiter = RateLimiter(capacity: 100_000)
let global = try RateLimitPolicy("global", parsing: "100/minute; 1000/hour")
router.add(middleware: RequestIDMiddleware())
router.add(middleware: SecurityHeadersMiddleware(SecurityHeaders()))
router.add(middleware: ErrorMiddleware(routes: routes))
router.add(middleware: ClientAddressMiddleware(ClientAddressResolver()))
router.add(middleware: RateLimitMiddleware(limiter) { _, context in [RateLimitCheck(global, key: context.hardening.clientAddress)] })

router.get("/") { _, _ in "hello" }
routes.fill(from: router)

try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 8081))).runService()
