public import HTTPHardening
public import Hummingbird

/// Finds the client behind trusted proxies, for everything further in.
public struct ClientAddressMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let clients: ClientAddressResolver

    public init(_ clients: ClientAddressResolver) {
        self.clients = clients
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.hardening.clientAddress = clients.address(peer: context.hardening.peer, fields: request.headers)
        return try await next(request, context)
    }
}
