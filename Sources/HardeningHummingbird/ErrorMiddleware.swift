import ErrorCatalog
public import HTTPHardening
public import HardeningCore
public import Hummingbird
import Logging
import NIOCore

/// Turns whatever an inner layer throws into the catalogue's answer, and puts the noted
/// ``AnswerFields`` on every answer.
///
/// Each error is logged once, here, with its causes, under the request id; the client sees only what
/// the catalogue allows.
public struct ErrorMiddleware<Context: HardenedContext>: RouterMiddleware {
    private let responder: ErrorResponder
    private let routes: RouteTable
    private let time: TimeSource

    public init(_ responder: ErrorResponder = ErrorResponder(), routes: RouteTable, time: TimeSource = .system) {
        self.responder = responder
        self.routes = routes
        self.time = time
    }

    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = answer(to: error, request, context)
        }
        context.hardening.answerFields.apply(to: &response.headers)
        return response
    }

    private func answer(to error: any Error, _ request: Request, _ context: Context) -> Response {
        let now = time.timestamp
        let requestID = context.hardening.requestID ?? RequestIdentifier(at: now)
        let (error, allowedMethods) = classified(error, request, context)
        let answer = responder.answer(
            to: error, request: request.headers, requestID: requestID, at: now, allowedMethods: allowedMethods)
        context.hardening.answerFields.note(errorCode: answer.code)
        log(error, request, requestID, now, to: context.logger)
        return Response(
            status: answer.head.status, headers: answer.head.headerFields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// The framework's own errors in the catalogue's terms, and the methods for the `Allow` field of a 405.
    private func classified(_ error: any Error, _ request: Request, _ context: Context) -> (error: any Error, allowedMethods: [String]) {
        guard !(error is any CatalogErrorConvertible), let httpError = error as? any HTTPResponseError else { return (error, []) }
        if httpError.status == .notFound, context.endpointPath == Self.unmatched {
            let methods = routes.methods(for: request.uri.path)
            if !methods.isEmpty {
                return (CatalogError(.methodNotAllowed, ["method": .string(request.method.rawValue)]), methods)
            }
        }
        return (CatalogError(httpStatus: httpError.status.code, cause: error), [])
    }

    /// What the router leaves as the path of a request that matched no route.
    static var unmatched: String { "NotFound" }

    private func log(_ error: any Error, _ request: Request, _ requestID: RequestIdentifier, _ now: Timestamp, to logger: Logger) {
        let code = CatalogError(answering: error)
        let level = Logger.Level(code.definition.logLevel)
        guard logger.logLevel <= level else { return }
        let record = responder.logRecord(for: error, request: request.headers, requestID: requestID, at: now)
        var metadata: Logger.Metadata = [
            "error.code": "\(record.code)", "http.status": "\(record.status)", "error.type": "\(record.errorType)",
            "error.text": "\(record.errorText)",
        ]
        if let fileID = record.fileID, let line = record.line { metadata["error.location"] = "\(fileID):\(line)" }
        if !record.causes.isEmpty { metadata["error.causes"] = .array(record.causes.map { "\($0.type): \($0.message)" }) }
        if !record.fieldErrors.isEmpty { metadata["error.fields"] = .array(record.fieldErrors.map { "\($0)" }) }
        logger.log(level: level, "\(record.message)", metadata: metadata)
    }
}

extension Logger.Level {
    fileprivate init(_ level: ErrorLogLevel) {
        self = Logger.Level(rawValue: level.rawValue) ?? .error
    }
}
