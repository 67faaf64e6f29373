import ErrorCatalog
public import HTTPHardening
public import Hummingbird
public import TokenAuth

/// Lets a request pass only with a valid access token, and tells inner layers whose it is.
///
/// Everything wrong with a token is one and the same 401 to the client, except revocation; which
/// rule refused is the cause of the error and goes to the log.
public struct BearerAuthenticationMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let tokens: CallerTokens

    /// - Parameters: those of ``BearerIdentificationMiddleware``; with a cookie, ``CSRFMiddleware`` belongs further in.
    public init(_ tokens: TokenService, cookie: SessionCookie? = nil) {
        self.tokens = CallerTokens(service: tokens, cookie: cookie)
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let token = tokens.token(in: request.headers) else { throw CatalogError(.authenticationError) }
        // Found valid further out, moments ago: once a request is enough.
        if context.hardening.verifier == ObjectIdentifier(tokens.service), context.hardening.credential == token.credential {
            return try await next(request, context)
        }
        var context = context
        do {
            context.hardening.identify(try tokens.service.verify(token.text), by: token.credential)
        } catch {
            throw CatalogError(error.isRevocation ? .tokenRevoked : .authenticationError, cause: error)
        }
        return try await next(request, context)
    }
}

extension RequestFacts {
    /// The authenticated caller, or AUTHENTICATION_ERROR where no bearer middleware stands before the route.
    public func requireCaller() throws -> Verified<Claims> {
        guard let caller else { throw CatalogError(.authenticationError) }
        return caller
    }
}
