import HTTPHardening
public import HardeningCore
public import Hummingbird
import Logging

/// Names every request, in the log and on the answer.
///
/// The outermost layer.
public struct RequestIDMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let time: TimeSource

    public init(time: TimeSource = .system) {
        self.time = time
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let id = RequestIdentifier(of: request.headers, at: time.timestamp)
        var context = context
        context.hardening.requestID = id
        context.logger[metadataKey: "http.request.id"] = .string(id.description)
        var response = try await next(request, context)
        response.headers[.xRequestID] = id.description
        return response
    }
}
