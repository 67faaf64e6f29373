import ErrorCatalog
public import HTTPHardening
public import Hummingbird

/// Bounds how many requests a server works on at once; further ones get SERVICE_UNAVAILABLE and `Retry-After`.
///
/// ```swift
/// router.add(middleware: InFlightLimitMiddleware(InFlightLimit(500), exempt: ExemptRoutes(exact: ["/health"])))
/// ```
/// A server that accepts more than it can finish finishes nothing: every request it takes makes all others slower, until
/// clients give up and ask again. Outside of what costs anything, inside of ``ErrorMiddleware``, which renders the refusal.
///
/// A place is held until the last byte of the answer was handed to the socket, so that streams count for as long as they last.
/// One that nobody writes, because the client has gone, is given back when the framework drops the answer.
public struct InFlightLimitMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let limit: InFlightLimit
    private let exempt: ExemptRoutes
    private let retryAfter: Duration

    /// - Parameters:
    ///   - limit: shared by all routes that count together.
    ///   - exempt: paths that take no place and are never refused; a health check must answer when the server is full.
    ///   - retryAfter: when refused clients should come back; 1 s by default, because places become free all the time.
    public init(_ limit: InFlightLimit, exempt: ExemptRoutes = .none, retryAfter: Duration = .seconds(1)) {
        self.limit = limit
        self.exempt = exempt
        self.retryAfter = retryAfter
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        if exempt.contains(request.uri.path) { return try await next(request, context) }
        guard let place = limit.enter() else { throw CatalogError(.serviceUnavailable, retryAfter: retryAfter) }
        // An error on its way gives the place back too: nothing holds it any longer.
        var response = try await next(request, context)
        response.body = response.body.onceWritten { _, _ in place.leave() }
        return response
    }
}
