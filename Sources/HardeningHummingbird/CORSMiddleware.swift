public import HTTPHardening
public import Hummingbird

/// Answers preflights and lets listed pages read the other answers, errors included.
///
/// Outside of limits and authentication, because a browser sends preflights by itself and without credentials; inside
/// ``ErrorMiddleware``, which puts the fields on every answer. (Hummingbird's own middleware reflects any origin.)
public struct CORSMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let policy: CORSPolicy

    public init(_ policy: CORSPolicy) {
        self.policy = policy
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        switch policy.decide(request.method, request.headers) {
        case .preflight(let fields):
            return Response(status: .noContent, headers: fields)
        case .request(let fields):
            context.hardening.answerFields.update { noted in for field in fields { noted[field.name] = field.value } }
            return try await next(request, context)
        }
    }
}
