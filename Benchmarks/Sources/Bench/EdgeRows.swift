import CAllocationCounter
import ErrorCatalog
import HTTPHardening
import HTTPTypes
import HardeningCore
import HardeningHummingbird
import Hummingbird
import Logging
import NIOEmbedded
import RateLimit
import TokenAuth

/// What each layer of the HTTP edge adds to a request that is answered at once.
enum EdgeRows {
    static let id = "edge"
    private static let operations = 10_000

    private struct Context: HardenedContext {
        var coreContext: CoreRequestContextStorage
        var hardening: RequestFacts

        init(source: ApplicationRequestContextSource) {
            coreContext = CoreRequestContextStorage(source: source)
            hardening = RequestFacts(peer: IPAddress(v4: 0xcb00_7107))
        }
    }

    /// Ends the body, as a server does.
    private struct NoWriter: ResponseBodyWriter {
        mutating func write(_ buffer: ByteBuffer) async throws {}
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    static func measure() async throws {
        let limiter = RateLimiter(capacity: 1_000)
        let policy = try RateLimitPolicy("bench", parsing: "1000000000/minute counter")
        let tokens = try TokenService(
            issuer: "https://api.example.com", audience: "api",
            keys: KeySet(active: .hs256(secret: Secret(TokenRows.secret.utf8), id: "2026-11")))
        let origin = "https://app.example.com"
        let bearer = "Bearer \(try tokens.issue(subject: "user-42").token)"
        let csrf = CSRFTokens(key: Secret([UInt8](repeating: 7, count: 32)))

        try await report("request_id", "no identifier in the request", RequestIDMiddleware<Context>())
        try await report("security_headers", "the profile for APIs", SecurityHeadersMiddleware<Context>(SecurityHeaders()))
        try await report("error_layer", "nothing thrown", ErrorMiddleware<Context>(routes: RouteTable()))
        try await report("error_thrown", "AI_SERVICE_ERROR thrown and rendered", ErrorMiddleware<Context>(routes: RouteTable())) { _, _ in
            throw CatalogError.ai(service: "claude", retryAfter: .seconds(30))
        }
        try await report("client_address", "no trusted proxy", ClientAddressMiddleware<Context>(ClientAddressResolver()))
        try await report("abuse_guard", "the defaults", AbuseGuardMiddleware<Context>(AbuseGuard()))
        try await report(
            "cors", "a listed origin", CORSMiddleware<Context>(try CORSPolicy(origins: [origin])), fields: [.origin: origin])
        try await report(
            "rate_limit", "one policy, sliding counter, by address",
            RateLimitMiddleware<Context>(limiter) { _, context in [RateLimitCheck(policy, key: context.hardening.clientAddress)] })
        try await report(
            "identification", "HS256 bearer token, nothing revoked", BearerIdentificationMiddleware<Context>(tokens),
            fields: [.authorization: bearer])
        try await report(
            "csrf", "POST from a listed origin, no cookie", CSRFMiddleware<Context>(try CSRFPolicy(origins: [origin]), tokens: csrf),
            method: .post, fields: [.origin: origin])
        try await report("in_flight_limit", "a free place", InFlightLimitMiddleware<Context>(InFlightLimit(100)))
    }

    private static let silent = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

    /// Runs the bare responder first, whose time is taken off.
    private static func report<Layer: RouterMiddleware<Context>>(
        _ name: String, _ detail: String, _ layer: Layer, method: HTTPRequest.Method = .get, fields: HTTPFields = [:],
        responder: @escaping @Sendable (Request, Context) async throws -> Response = { _, _ in Response(status: .ok) }
    ) async throws {
        let head = HTTPRequest(method: method, scheme: "https", authority: "api.example.com", path: "/v1/things", headerFields: fields)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: silent)
        let bare = try await samples { try await Self.ok(request, Context(source: source)).body.write(NoWriter()) }
        let layered = try await samples {
            try await layer.handle(request, context: Context(source: source), next: responder).body.write(NoWriter())
        }
        print(
            Figure(
                row: "\(id)_\(name)", value: layered.nanoseconds - bare.nanoseconds,
                extras: [("allocations", layered.allocations - bare.allocations)], detail: "\(detail); the bare responder is taken off"
            ).json)
    }

    private static func ok(_ request: Request, _ context: Context) async throws -> Response { Response(status: .ok) }

    /// The median of nine repetitions, and the allocations of one.
    private static func samples(_ operation: () async throws -> Void) async throws -> (nanoseconds: Double, allocations: Double) {
        var times: [Double] = []
        var allocations = 0.0
        for _ in 0..<10 {
            let (start, before) = (TimeSource.system.monotonic, allocation_count())
            for _ in 0..<operations { try await operation() }
            allocations = Double(allocation_count() - before) / Double(operations)
            times.append(Double(TimeSource.system.monotonic.nanoseconds - start.nanoseconds) / Double(operations))
        }
        return (times.dropFirst().sorted()[4], allocations)
    }
}
