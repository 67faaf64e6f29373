import HTTPHardening
public import Hummingbird
public import TokenAuth

/// Finds out who is calling before limits are counted, and refuses nobody.
///
/// With a valid token the caller is known to everything further in, such as a block of a user or a limit by plan. Without one, or with one that
/// is not valid, the request goes on as anybody's: it counts against its address, and
/// ``BearerAuthenticationMiddleware`` on the routes that need a token answers 401. Were that answer given here, bad tokens
/// would be free to try.
public struct BearerIdentificationMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let tokens: TokenService

    public init(_ tokens: TokenService) {
        self.tokens = tokens
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        if case .present(let token) = BearerToken(of: request.headers) {
            context.hardening.caller = try? tokens.verify(token)
        }
        return try await next(request, context)
    }
}
