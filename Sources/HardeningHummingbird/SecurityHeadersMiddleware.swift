public import HTTPHardening
public import Hummingbird

/// Puts ``SecurityHeaders`` on every answer that comes back through it, errors included.
public struct SecurityHeadersMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let headers: SecurityHeaders
    private let clients: ClientAddressResolver

    /// - Parameters:
    ///   - headers: what to send.
    ///   - clients: whose `X-Forwarded-Proto: https` is believed.
    public init(_ headers: SecurityHeaders, clients: ClientAddressResolver = ClientAddressResolver()) {
        self.headers = headers
        self.clients = clients
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        let isSecure =
            request.head.scheme == "https"
            || clients.isTrusted(context.hardening.peer) && request.headers[.xForwardedProto]?.lowercased() == "https"
        let isAuthenticated = request.headers.contains(.authorization) || context.hardening.answerFields.isPersonal
        headers.apply(to: &response.headers, isSecure: isSecure, isAuthenticated: isAuthenticated)
        return response
    }
}
