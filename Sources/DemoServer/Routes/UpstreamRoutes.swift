import ErrorCatalog
import HTTPHardening
import HardeningHummingbird
import Hummingbird

/// `POST /demo/upstream`: makes the simulated providers misbehave.
///
/// Registered in development only.
struct UpstreamRoutes: Sendable {
    let control: UpstreamControl

    func setMode(_ request: Request, _ context: DemoContext) async throws -> HTTPResponse.Status {
        let choice = try await request.json { input -> (Provider, UpstreamMode)? in
            let provider = input.choice("provider", Provider.self)
            let name = input.string("mode", length: 1...32)
            let seconds = input.optionalInteger("retry_after", in: 0...86_400)
            let mode = UpstreamMode(named: name, retryAfterSeconds: seconds)
            if mode == nil, !name.isEmpty { input.reject("mode", because: .notAllowed(UpstreamMode.names)) }
            guard let provider, let mode else { return nil }
            return (provider, mode)
        }
        if let (provider, mode) = choice { control.setMode(mode, of: provider) }
        return .noContent
    }
}
