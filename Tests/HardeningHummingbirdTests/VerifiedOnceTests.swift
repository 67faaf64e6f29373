import HTTPHardening
import HardeningCore
import HardeningHummingbird
import Hummingbird
import HummingbirdTesting
import Testing
import TokenAuth

/// A token that an outer layer has verified passes the inner one, and only that token by that service.
struct VerifiedOnceTests {
    private static func service(_ audience: String) throws -> TokenService {
        try TokenService(
            issuer: "https://api.example.com", audience: audience,
            keys: KeySet(active: .hs256(secret: Secret(Array("kX2v9QmT7rLw4Zb8Ns1Hc6Yd3Fg5Jp0uEaViRoWt".utf8)), id: "k")))
    }

    private func status(
        outer: (TokenService, SessionCookie?), inner: (TokenService, SessionCookie?), _ headers: HTTPFields
    ) async throws -> HTTPResponse.Status {
        let router = Router(context: BasicHardenedContext.self)
        let routes = RouteTable()
        router.add(middleware: ErrorMiddleware(routes: routes))
        router.add(middleware: BearerIdentificationMiddleware(outer.0, cookie: outer.1))
        router.add(middleware: BearerAuthenticationMiddleware(inner.0, cookie: inner.1))
        router.get("/me") { _, context in try context.hardening.requireCaller().value.subject }
        return try await Application(router: router).test(.router) { client in
            try await client.execute(uri: "/me", method: .get, headers: headers) { $0.status }
        }
    }

    @Test func aTokenOfTheSameServicePasses() async throws {
        let service = try Self.service("api")
        let token = try service.issue(subject: "u").token
        #expect(try await status(outer: (service, nil), inner: (service, nil), [.authorization: "Bearer \(token)"]) == .ok)
        #expect(try await status(outer: (service, .session), inner: (service, .session), [.cookie: "__Host-session=\(token)"]) == .ok)
    }

    @Test func aTokenOfAnotherServiceDoesNot() async throws {
        let (api, admin) = (try Self.service("api"), try Self.service("admin"))
        let headers: HTTPFields = [.authorization: "Bearer \(try api.issue(subject: "u").token)"]
        #expect(try await status(outer: (api, nil), inner: (admin, nil), headers) == .unauthorized)
    }

    @Test func aCookieIsNoTokenWhereNoneIsTaken() async throws {
        let service = try Self.service("api")
        let headers: HTTPFields = [.cookie: "__Host-session=\(try service.issue(subject: "u").token)"]
        #expect(try await status(outer: (service, .session), inner: (service, nil), headers) == .unauthorized)
    }
}
