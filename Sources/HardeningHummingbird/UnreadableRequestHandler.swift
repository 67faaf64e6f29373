import ErrorCatalog
public import HTTPHardening
public import HardeningCore
import Hummingbird
public import NIOCore
public import NIOHTTPTypes

/// Gives requests that are not HTTP the same answer as all others.
///
/// What the parser refuses (an invented method, a malformed header) never reaches a router: the
/// framework answers it with an empty 400 by itself. This channel handler fills that answer with the
/// catalogue's body and the security headers.
///
/// ```swift
/// Application(router: router, server: .http1(configuration: .init(additionalChannelHandlers: [UnreadableRequestHandler()])))
/// ```
public final class UnreadableRequestHandler: ChannelOutboundHandler, RemovableChannelHandler {
    public typealias OutboundIn = HTTPResponsePart
    public typealias OutboundOut = HTTPResponsePart

    private let answers: ConnectionAnswer

    /// - Parameters: those of the ``ErrorMiddleware`` and ``SecurityHeadersMiddleware`` of the same server.
    public init(
        _ responder: ErrorResponder = ErrorResponder(), headers: SecurityHeaders = SecurityHeaders(), time: TimeSource = .system
    ) {
        answers = ConnectionAnswer(responder: responder, headers: headers, time: time)
    }

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // Every answer that came through the middleware carries a request id; the framework's own does not.
        guard case .head(let head) = unwrapOutboundIn(data), head.status == .badRequest, !head.headerFields.contains(.xRequestID) else {
            context.write(data, promise: promise)
            return
        }
        var (answer, body) = answers.parts(for: CatalogError(.invalidInput), context.channel.allocator)
        for field in head.headerFields where field.name != .contentLength { answer.headerFields[field.name] = field.value }
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: promise)
    }
}
