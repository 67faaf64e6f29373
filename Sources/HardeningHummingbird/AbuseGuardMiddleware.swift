import ErrorCatalog
public import HTTPHardening
public import Hummingbird
import Logging
public import RateLimit
import TokenAuth

/// Asks an ``AbuseGuard`` about every request, and tells it what came of the request.
///
/// ```swift
/// router.add(middleware: ClientAddressMiddleware(clients))
/// router.add(middleware: AbuseGuardMiddleware(guardian, exempt: ExemptRoutes(exact: ["/health"])))
/// router.add(middleware: RateLimitMiddleware(limiter) { … })
/// ```
/// Outside of limits: who is refused here consumes nothing there. Inside of ``ClientAddressMiddleware``, or everybody behind
/// a proxy is one client; and of ``BearerIdentificationMiddleware`` where the lists name users. Every answer 404 counts as a missing page, and so does a path asked with a method it does not have; every
/// other route that matched counts as an endpoint.
public struct AbuseGuardMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let guardian: AbuseGuard
    private let exempt: ExemptRoutes
    private let waiting: WaitingRoom

    /// - Parameters:
    ///   - guardian: the rules.
    ///   - exempt: paths it is not asked about and not told of.
    ///   - waitingLimit: requests that may be slowed down at once; further ones are refused instead, so that slowing
    ///     down costs the server a bounded number of suspended requests.
    public init(_ guardian: AbuseGuard, exempt: ExemptRoutes = .none, waitingLimit: Int = 256) {
        self.guardian = guardian
        self.exempt = exempt
        waiting = WaitingRoom(limit: waitingLimit)
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        if exempt.contains(request.uri.path) { return try await next(request, context) }
        let visitor = AbuseGuard.Visitor(
            address: context.hardening.clientAddress, user: context.hardening.caller?.value.subject, userAgent: request.headers[.userAgent])
        switch guardian.judge(visitor) {
        case .pass: break
        case .log(let reason):
            context.logger.info("A rule of the abuse guard spoke", metadata: ["abuse.reason": "\(reason)"])
        case .slow(let delay, let reason):
            guard try await waiting.wait(delay) else { throw CatalogError(refusedBecauseOf: reason, retryAfter: delay) }
        case .refuse(let reason, let retryAfter):
            throw CatalogError(refusedBecauseOf: reason, retryAfter: retryAfter)
        }
        return try await observed(request, context, visitor, next)
    }

    private func observed(
        _ request: Request, _ context: Context, _ visitor: AbuseGuard.Visitor,
        _ next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let status: HTTPResponse.Status
        let outcome: Result<Response, any Error>
        do {
            let response = try await next(request, context)
            (status, outcome) = (response.status, .success(response))
        } catch {
            (status, outcome) = (Self.status(of: error), .failure(error))
        }
        if status == .notFound {
            guardian.observe(.missingPage(request.uri.path), by: visitor)
        } else if let endpoint = context.endpointPath {
            guardian.observe(.endpoint(endpoint), by: visitor)
        }
        return try outcome.get()
    }

    /// The status that ``ErrorMiddleware`` will answer with.
    private static func status(of error: any Error) -> HTTPResponse.Status {
        if !(error is any CatalogErrorConvertible), let httpError = error as? any HTTPResponseError { return httpError.status }
        return HTTPResponse.Status(code: CatalogError(answering: error).status)
    }
}
