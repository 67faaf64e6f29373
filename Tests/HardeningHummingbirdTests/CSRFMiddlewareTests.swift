import HTTPHardening
import HTTPTypes
import HardeningCore
import HardeningHummingbird
import Hummingbird
import HummingbirdTesting
import Testing
import TokenAuth

@Suite struct CSRFMiddlewareTests {
    private static let listed = "https://app.example.com"
    private static let session = "session-1"
    private static let methods: [HTTPRequest.Method] = [.get, .head, .options, .post, .put, .patch, .delete]

    /// What a request shows of its caller.
    enum Credential: CaseIterable {
        case none, cookie, bearer, both, malformedBearerAndCookie, badCookie, twoCookies
    }

    /// The token in the header and in its cookie.
    enum Token: CaseIterable {
        case absent, valid, onlyHeader, onlyCookie, ofAnotherSession, garbage, mismatched, twice
    }

    /// Says of every request that reached it whose it was.
    private func application(_ signIn: SignIn) throws -> some ApplicationProtocol {
        let router = Router(context: BasicHardenedContext.self)
        router.add(middleware: ErrorMiddleware(routes: RouteTable()))
        router.add(middleware: BearerIdentificationMiddleware(signIn.tokens, cookie: .session))
        router.add(middleware: CSRFMiddleware(try CSRFPolicy(origins: [Self.listed]), tokens: signIn.csrf))
        for method in Self.methods {
            router.on("act", method: method) { _, context in
                Response(status: .ok, headers: [.server: context.hardening.credential.map { "\($0)" } ?? "nobody"])
            }
        }
        return Application(router: router, logger: .silent)
    }

    /// Every combination of method, site, origin, credential and token in a running application, against the rule written
    /// down once more.
    @Test(.timeLimit(.minutes(60)), arguments: Self.methods) func theDecisionTableHoldsInEveryCell(method: HTTPRequest.Method) async throws
    {
        let signIn = try SignIn()
        let material = try Material(signIn, session: Self.session)
        try await application(signIn).test(.router) { client in
            for site in [nil, "same-origin", "none", "same-site", "cross-site"] {
                for origin in [nil, Self.listed, "https://evil.example", "null"] {
                    for credential in Credential.allCases {
                        for token in Token.allCases {
                            var fields = HTTPFields()
                            if let site { fields[.secFetchSite] = site }
                            if let origin { fields[.origin] = origin }
                            material.add(credential, to: &fields)
                            material.add(token, to: &fields)
                            let isOwnPage = site == "same-origin" || site == "none" || origin == Self.listed
                            let isSafe = [.get, .head, .options].contains(method)
                            let passes = isSafe || credential != .cookie || isOwnPage || token == .valid
                            let cell = "\(method) \(site ?? "-") \(origin ?? "-") \(credential) \(token)"
                            try await client.execute(uri: "/act", method: method, headers: fields) { response in
                                #expect(response.status == (passes ? .ok : .forbidden), "\(cell)")
                                if passes {
                                    let who = ["\(Credential.cookie)": "cookie", "bearer": "bearer", "both": "bearer"]["\(credential)"]
                                    #expect(response.headers[.server] == who ?? "nobody", "\(cell)")
                                } else {
                                    #expect(String(buffer: response.body).contains("CSRF_REJECTED"), "\(cell)")
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Tokens and cookies in every state the table needs.
    private struct Material: Sendable {
        let access: String
        let first: String
        let second: String
        let foreign: String

        init(_ signIn: SignIn, session: String) throws {
            access = try signIn.token(session: session)
            first = signIn.csrf.token(session: session)
            second = signIn.csrf.token(session: session)
            foreign = signIn.csrf.token(session: "session-2")
        }

        func add(_ credential: Credential, to fields: inout HTTPFields) {
            let cookie = "__Host-session=\(access)"
            switch credential {
            case .none: break
            case .cookie: fields.add(.cookie, cookie)
            case .bearer: fields.add(.authorization, "Bearer \(access)")
            case .both:
                fields.add(.cookie, cookie)
                fields.add(.authorization, "Bearer \(access)")
            case .malformedBearerAndCookie:
                fields.add(.cookie, cookie)
                fields.add(.authorization, "Basic YTpi")
            case .badCookie: fields.add(.cookie, cookie + "x")
            case .twoCookies: fields.add(.cookie, cookie + "; " + cookie)
            }
        }

        func add(_ token: Token, to fields: inout HTTPFields) {
            let (header, cookie): ([String], String?) =
                switch token {
                case .absent: ([], nil)
                case .valid: ([first], first)
                case .onlyHeader: ([first], nil)
                case .onlyCookie: ([], first)
                case .ofAnotherSession: ([foreign], foreign)
                case .garbage: (["x"], "x")
                case .mismatched: ([first], second)
                case .twice: ([first, first], first)
                }
            for value in header { fields.add(.xCSRFToken, value) }
            if let cookie { fields.add(.cookie, "__Host-csrf=\(cookie)") }
        }
    }

    @Test func aTokenWithoutASessionIsBoundToItself() async throws {
        let signIn = try SignIn()
        let access = try signIn.token(session: nil)
        let id = try signIn.tokens.verify(access).id.description
        let token = signIn.csrf.token(session: id)
        let fields: HTTPFields = [.cookie: "__Host-session=\(access); __Host-csrf=\(token)", .xCSRFToken: token]
        try await application(signIn).test(.router) { client in
            try await client.execute(uri: "/act", method: .post, headers: fields) { #expect($0.status == .ok) }
        }
    }

    @Test func routesThatNeedACallerTakeTheCookieOnlyWhereItIsNamed() async throws {
        let signIn = try SignIn()
        let router = Router(context: BasicHardenedContext.self)
        router.add(middleware: SecurityHeadersMiddleware(SecurityHeaders()))
        router.add(middleware: ErrorMiddleware(routes: RouteTable()))
        let answer: @Sendable (Request, BasicHardenedContext) -> Response = { _, _ in Response(status: .ok) }
        router.get("open", use: answer)
        router.group().add(middleware: BearerAuthenticationMiddleware(signIn.tokens)).get("strict", use: answer)
        router.group().add(middleware: BearerAuthenticationMiddleware(signIn.tokens, cookie: .session)).get("browser", use: answer)
        let cookie: HTTPFields = [.cookie: "__Host-session=\(try signIn.token(session: nil))"]
        try await Application(router: router, logger: .silent).test(.router) { client in
            try await client.execute(uri: "/strict", method: .get, headers: cookie) { #expect($0.status == .unauthorized) }
            try await client.execute(uri: "/browser", method: .get) { #expect($0.status == .unauthorized) }
            try await client.execute(uri: "/browser", method: .get, headers: cookie) { response in
                #expect(response.status == .ok)
                #expect(response.headers[values: .cacheControl] == ["no-store"], "what a cookie opens is nobody else's")
            }
            try await client.execute(uri: "/open", method: .get, headers: cookie) { #expect($0.headers[.cacheControl] == nil) }
        }
    }
}
