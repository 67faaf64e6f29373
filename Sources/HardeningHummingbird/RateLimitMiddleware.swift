import ErrorCatalog
public import HTTPHardening
public import Hummingbird
public import RateLimit

/// Admits a request under every policy that concerns it, or answers 429.
///
/// ```swift
/// RateLimitMiddleware(limiter) { _, context in [RateLimitCheck(global, key: context.hardening.clientAddress)] }
/// ```
/// All checks of one request are one decision: a refused request consumes nothing anywhere. The
/// quota's header fields are on every answer that follows, errors included.
public struct RateLimitMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let limiter: any RateLimiting
    private let fields: RateLimitFields
    private let exempt: ExemptRoutes
    private let checks: @Sendable (Request, Context) -> [RateLimitCheck]

    /// - Parameters:
    ///   - limiter: local or shared.
    ///   - fields: how the quota is told.
    ///   - exempt: paths that are not counted.
    ///   - checks: the policies that concern a request and who is counted; none exempts it.
    public init(
        _ limiter: any RateLimiting, fields: RateLimitFields = RateLimitFields(), exempt: ExemptRoutes = .none,
        checks: @escaping @Sendable (Request, Context) -> [RateLimitCheck]
    ) {
        self.limiter = limiter
        self.fields = fields
        self.exempt = exempt
        self.checks = checks
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        if exempt.contains(request.uri.path) { return try await next(request, context) }
        let checks = checks(request, context)
        guard !checks.isEmpty else { return try await next(request, context) }
        let decision = try await limiter.admit(checks, cost: 1)
        context.hardening.answerFields.update { fields.apply(decision.quota, to: &$0) }
        if let refusal = decision.refusal { throw CatalogError(refusal) }
        return try await next(request, context)
    }
}
