import CircuitBreaker
import CostTracker
import HardeningCore

/// One breaker for every dependency a property service has; the demo calls the first two.
struct Breakers: Sendable {
    let all: [Breaker]

    init(time: TimeSource) {
        all = ["claude", "openai", "database", "blockchain", "paymob"].map { name in
            Breaker(name, Breaker.Configuration.presets[name] ?? .claude, time: time, outcomeOfError: Self.outcome)
        }
    }

    subscript(provider: Provider) -> Breaker {
        all[provider == .claude ? 0 : 1]
    }

    /// What a provider's failure says about its health: an error status in the 4xx range is our own
    /// request's fault, except 408 and 429.
    static func outcome(ofError error: any Error) -> Breaker.Outcome {
        if error is LedgerError { return .ignored }  // a fault of our own says nothing about the provider
        guard let failure = error as? ProviderFailure else { return Breaker.outcome(ofError: error) }
        switch failure {
        case .connection, .broken: return .failure(.error)
        case .timeout: return .failure(.timeout)
        case .malformedAnswer, .answerTooLarge: return .failure(.badAnswer)
        case .status(429, let retryAfter): return .failure(.rateLimited, retryAfter: retryAfter)
        case .status(408, let retryAfter): return .failure(.timeout, retryAfter: retryAfter)
        case .status(400..<500, _): return .ignored
        case .status(_, let retryAfter): return .failure(.overloaded, retryAfter: retryAfter)
        }
    }
}
