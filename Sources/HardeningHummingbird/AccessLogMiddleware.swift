import ErrorCatalog
public import HTTPHardening
public import HardeningCore
public import Hummingbird
public import Logging
import TokenAuth

/// Writes one structured line for each request, when the last byte of its answer has been written.
///
/// Just inside of ``RequestIDMiddleware`` and outside of everything else, so that it sees every answer as it leaves. It names
/// the route and never the path, the query or a header: these hold what people typed, and sometimes tokens.
///
/// | key | value |
/// |---|---|
/// | `http.method` | as sent |
/// | `http.route` | the template, such as `/api/property/{id}`; left out where none matched |
/// | `http.status` | of the answer |
/// | `http.duration_ms` | from the request's head to the end of the body, streams included |
/// | `http.response.bytes` | of the body |
/// | `http.aborted` | `true` if the body did not arrive whole |
/// | `client.address`, `client.fingerprint` | see ``ClientMention`` |
/// | `http.request.id`, `error.code` | where there is one |
public struct AccessLogMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let logger: Logger
    private let client: ClientMention
    private let clients: ClientAddressResolver
    private let exempt: ExemptRoutes
    private let level: Logger.Level
    private let time: TimeSource

    /// - Parameters:
    ///   - logger: gets the lines.
    ///   - client: how clients are named.
    ///   - clients: those of ``ClientAddressMiddleware``, which runs further in.
    ///   - exempt: paths that are not logged, such as health checks every second.
    ///   - level: of every line; what went wrong is logged by ``ErrorMiddleware`` at a level of its own.
    public init(
        _ logger: Logger, client: ClientMention = .address, clients: ClientAddressResolver = ClientAddressResolver(),
        exempt: ExemptRoutes = .none, level: Logger.Level = .info, time: TimeSource = .system
    ) {
        self.logger = logger
        self.client = client
        self.clients = clients
        self.exempt = exempt
        self.level = level
        self.time = time
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard logger.logLevel <= level, !exempt.contains(request.uri.path) else { return try await next(request, context) }
        let start = time.monotonic
        do {
            var response = try await next(request, context)
            let line = line(request, context, response.status)
            response.body = response.body.onceWritten { bytes, isComplete in
                write(line, since: start, bytes: bytes, isComplete: isComplete)
            }
            return response
        } catch {
            // Only where no ErrorMiddleware stands further in.
            let status = (error as? any HTTPResponseError)?.status ?? HTTPResponse.Status(code: CatalogError(answering: error).status)
            write(line(request, context, status), since: start, bytes: nil, isComplete: true)
            throw error
        }
    }

    private func line(_ request: Request, _ context: Context, _ status: HTTPResponse.Status) -> Logger.Metadata {
        var line: Logger.Metadata = ["http.method": "\(request.method)", "http.status": "\(status.code)"]
        if let route = context.endpointPath, route != ErrorMiddleware<Context>.unmatched { line["http.route"] = "\(route)" }
        if let id = context.hardening.requestID { line["http.request.id"] = "\(id)" }
        if let code = context.hardening.answerFields.errorCode { line["error.code"] = "\(code)" }
        let address = clients.address(peer: context.hardening.peer, fields: request.headers)
        switch client {
        case .address: line["client.address"] = "\(address)"
        case .fingerprint(let fingerprint): line["client.fingerprint"] = "\(fingerprint.text(of: address))"
        case .none: break
        }
        return line
    }

    private func write(_ line: Logger.Metadata, since start: MonotonicTime, bytes: Int?, isComplete: Bool) {
        var line = line
        let microseconds = time.monotonic.duration(since: start) / .microseconds(1)
        line["http.duration_ms"] = "\(microseconds.rounded() / 1000)"
        if let bytes { line["http.response.bytes"] = "\(bytes)" }
        if !isComplete { line["http.aborted"] = "true" }
        logger.log(level: level, "Request answered", metadata: line)
    }
}
