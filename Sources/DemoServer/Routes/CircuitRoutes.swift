import CircuitBreaker
import ErrorCatalog
import HTTPHardening
import HardeningHummingbird
import Hummingbird

/// `POST /demo/circuits/{name}`: an operator's hand on a breaker.
///
/// Registered in development only.
struct CircuitRoutes: Sendable {
    private enum Action: String, CaseIterable {
        case isolate
        case release
        case disable
        case reset
    }

    let breakers: Breakers

    func act(_ request: Request, _ context: DemoContext) async throws -> HTTPResponse.Status {
        guard let breaker = breakers.all.first(where: { $0.name == context.parameters.get("name") }) else {
            throw CatalogError(.resourceNotFound)
        }
        let command = try await request.json { input in
            (action: input.choice("action", Action.self), seconds: input.optionalInteger("seconds", in: 1...86_400))
        }
        switch command.action {
        case .isolate: breaker.isolate(reason: "an operator asked for it", for: command.seconds.map { .seconds($0) })
        case .release: breaker.release()
        case .disable: breaker.disable()
        case .reset: breaker.reset()
        case nil: break
        }
        return .noContent
    }
}
