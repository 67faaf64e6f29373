import HTTPHardening
import HTTPTypes
import HardeningCore
import HardeningHummingbird
import Hummingbird
import HummingbirdTesting
import Testing

/// When a browser is told never to use plain http again, and whose word for https is taken.
@Suite(.timeLimit(.minutes(60))) struct SecurityHeadersMiddlewareTests {
    @Test(
        arguments: [
            (true, "https", true), (true, "HTTPS", true), (true, "http", false), (true, nil, false), (false, "https", false),
            (false, nil, false),
        ] as [(Bool, String?, Bool)])
    func strictTransportSecurityIsSentOverHTTPSOnly(isBehindProxy: Bool, forwarded: String?, isSent: Bool) async throws {
        let proxies = isBehindProxy ? [try #require(CIDRBlock("127.0.0.0/8"))] : []
        let router = Router(context: BasicHardenedContext.self)
        router.add(
            middleware: SecurityHeadersMiddleware(
                SecurityHeaders(strictTransportSecurity: .seconds(60)), clients: ClientAddressResolver(trustedProxies: proxies)))
        router.get("/") { _, _ in "ok" }
        let fields: HTTPFields = forwarded.map { [.xForwardedProto: $0] } ?? [:]
        try await Application(router: router, logger: .silent).test(.live) { client in
            try await client.execute(uri: "/", method: .get, headers: fields) { response in
                #expect(response.headers[.strictTransportSecurity] == (isSent ? "max-age=60; includeSubDomains" : nil))
            }
        }
    }

    /// What a route says about caching, and a page about itself, is meant.
    @Test func aRoutesOwnCachingAndPolicyStay() async throws {
        let router = Router(context: BasicHardenedContext.self)
        router.add(middleware: SecurityHeadersMiddleware(SecurityHeaders()))
        router.get("/") { _, _ in
            Response(status: .ok, headers: [.cacheControl: "private, max-age=5", .contentSecurityPolicy: "default-src 'self'"])
        }
        try await Application(router: router, logger: .silent).test(.router) { client in
            try await client.execute(uri: "/", method: .get, headers: [.authorization: "Bearer x"]) { response in
                #expect(response.headers[values: .cacheControl] == ["private, max-age=5"])
                #expect(response.headers[values: .contentSecurityPolicy] == ["default-src 'self'"])
            }
        }
    }
}
