public import HTTPHardening
public import Hummingbird
public import TokenAuth

/// Finds out who is calling before limits are counted, and refuses nobody.
///
/// With a valid token the caller is known to everything further in, such as a block of a user or a limit by plan. Without one, or with one that
/// is not valid, the request goes on as anybody's: it counts against its address, and
/// ``BearerAuthenticationMiddleware`` on the routes that need a token answers 401. Were that answer given here, bad tokens
/// would be free to try.
public struct BearerIdentificationMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let tokens: CallerTokens

    /// - Parameters:
    ///   - tokens: checks access tokens.
    ///   - cookie: where browsers carry theirs; looked at only without an `Authorization` header. With one, add
    ///     ``CSRFMiddleware`` further in.
    public init(_ tokens: TokenService, cookie: SessionCookie? = nil) {
        self.tokens = CallerTokens(service: tokens, cookie: cookie)
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let token = tokens.token(in: request.headers), let caller = try? tokens.service.verify(token.text) {
            context.hardening.identify(caller, by: token.credential)
            context.hardening.verifier = ObjectIdentifier(tokens.service)
        }
        return try await next(request, context)
    }
}
