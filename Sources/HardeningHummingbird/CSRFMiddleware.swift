import ErrorCatalog
public import HTTPHardening
public import Hummingbird
public import TokenAuth

/// Refuses what another site made a visitor's browser send: CSRF_REJECTED.
///
/// ```swift
/// router.add(middleware: BearerIdentificationMiddleware(tokens, cookie: .session))
/// router.add(middleware: CSRFMiddleware(try CSRFPolicy(origins: ["https://app.example.com"]), tokens: CSRFTokens(key: key)))
/// ```
/// Inside of the layer that identifies callers, because it judges only those recognised by a cookie. A token is needed where
/// neither `Sec-Fetch-Site` nor `Origin` shows where a request comes from; it is sent twice, in the cookie and in `X-CSRF-Token`.
///
/// A sign-in has no cookie yet. Let it take JSON only, which another site cannot send without asking first.
public struct CSRFMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let policy: CSRFPolicy
    private let tokens: CSRFTokens
    private let cookie: SessionCookie

    /// - Parameters:
    ///   - policy: where requests may come from.
    ///   - tokens: made for ``RequestFacts/session``.
    ///   - cookie: where the browser keeps the token.
    public init(_ policy: CSRFPolicy, tokens: CSRFTokens, cookie: SessionCookie = .csrf) {
        self.policy = policy
        self.tokens = tokens
        self.cookie = cookie
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let isCookieAuthenticated = context.hardening.credential == .cookie
        let decision = policy.decide(request.method, request.headers, isCookieAuthenticated: isCookieAuthenticated) { submitted in
            isToken(submitted, of: context.hardening.session, request.headers)
        }
        if case .refuse(let reason) = decision { throw CatalogError(reason) }
        return try await next(request, context)
    }

    private func isToken(_ submitted: String, of session: String?, _ fields: HTTPFields) -> Bool {
        guard let session else { return false }
        do {
            try tokens.check(submitted: submitted, cookie: cookie.value(in: fields), session: session)
            return true
        } catch {
            return false
        }
    }
}
