import ErrorCatalog
public import HTTPHardening
public import HardeningCore
import Hummingbird
public import NIOCore
public import NIOHTTPTypes

/// Ends connections of clients that send a request, or take an answer, too slowly: slow-loris and its kin.
///
/// ```swift
/// HTTP1Channel.Configuration(additionalChannelHandlers: [SlowClientHandler(), UnreadableRequestHandler()], idleTimeout: .seconds(60))
/// ```
/// The framework's `idleTimeout` closes what is silent between two requests, and is satisfied with a byte now and then while
/// one arrives; it never ends an answer that nobody takes. This handler covers these. A client that has not been answered yet
/// hears REQUEST_TIMEOUT, status 408; otherwise the connection just closes. How many connections there may be at once is
/// `ApplicationConfiguration.availableConnectionsDelegate`.
///
/// One per connection, with at most two timers, both cheap.
public final class SlowClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    public typealias InboundIn = HTTPRequestPart
    public typealias InboundOut = HTTPRequestPart
    public typealias OutboundIn = HTTPResponsePart
    public typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        case firstHead
        case body(bytes: Int)
        case between
        case ended
    }

    private let limits: SlowClientLimits
    private let answers: ConnectionAnswer
    private var phase = Phase.firstHead
    private var waiting = WaitingTime()
    private var owedAnswers = 0
    private var isAnswering = false
    private var requestTimer: Scheduled<Void>?
    private var stallTimer: Scheduled<Void>?

    /// - Parameters: the limits, and those of the ``ErrorMiddleware`` and ``SecurityHeadersMiddleware`` of the same server.
    public init(
        _ limits: SlowClientLimits = SlowClientLimits(), responder: ErrorResponder = ErrorResponder(),
        headers: SecurityHeaders = SecurityHeaders(), time: TimeSource = .system
    ) {
        self.limits = limits
        answers = ConnectionAnswer(responder: responder, headers: headers, time: time)
    }

    public func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { beginWaiting(context) }
    }

    public func channelActive(context: ChannelHandlerContext) {
        beginWaiting(context)
        context.fireChannelActive()
    }

    public func handlerRemoved(context: ChannelHandlerContext) { cancelTimers() }

    public func channelInactive(context: ChannelHandlerContext) {
        cancelTimers()
        context.fireChannelInactive()
    }

    /// The server wants more: from here on it waits for the client.
    public func read(context: ChannelHandlerContext) {
        beginWaiting(context)
        context.read()
    }

    public func channelReadComplete(context: ChannelHandlerContext) {
        waiting.end(at: context.eventLoop.now)
        context.fireChannelReadComplete()
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), phase) {
        case (_, .ended): return
        case (.head, _):
            owedAnswers += 1
            phase = .body(bytes: 0)
            waiting.reset(at: context.eventLoop.now)
            restartTimer(context)
        case (.body(let buffer), .body(let bytes)): phase = .body(bytes: bytes + buffer.readableBytes)
        case (.body, _): break
        case (.end, _):
            phase = .between
            restartTimer(context)
        }
        context.fireChannelRead(data)
    }

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .ended = phase {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head): isAnswering = head.status.kind != .informational
        case .body: break
        case .end:
            isAnswering = false
            owedAnswers = max(0, owedAnswers - 1)
        }
        context.write(data, promise: promise)
    }

    public func channelWritabilityChanged(context: ChannelHandlerContext) {
        stallTimer?.cancel()
        stallTimer = nil
        if !context.channel.isWritable {
            stallTimer = schedule(in: limits.stallTimeout, context) { [self] in
                phase = .ended
                context.close(promise: nil)
            }
        }
        context.fireChannelWritabilityChanged()
    }
}

extension SlowClientHandler {
    private var allowance: Duration? {
        switch phase {
        case .firstHead: limits.headTimeout
        case .body(let bytes): limits.bodyAllowance(bytes: bytes)
        case .between, .ended: nil
        }
    }

    /// Whether an answer now could only be taken for one to the request that is late.
    private var canAnswer: Bool {
        if case .firstHead = phase { return true }
        return owedAnswers == 1 && !isAnswering
    }

    private func beginWaiting(_ context: ChannelHandlerContext) {
        waiting.begin(at: context.eventLoop.now)
        startTimer(context)
    }

    private func restartTimer(_ context: ChannelHandlerContext) {
        requestTimer?.cancel()
        requestTimer = nil
        startTimer(context)
    }

    /// One timer, which looks again when it turns out that bytes have come: cheaper than a new one for each read.
    private func startTimer(_ context: ChannelHandlerContext) {
        guard requestTimer == nil, let allowance else { return }
        requestTimer = schedule(in: allowance - waiting.spent(at: context.eventLoop.now), context) { [self] in
            requestTimer = nil
            judge(context)
        }
    }

    private func judge(_ context: ChannelHandlerContext) {
        guard let allowance else { return }
        if waiting.spent(at: context.eventLoop.now) >= allowance {
            end(context)
        } else if waiting.isWaiting {
            startTimer(context)
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        let canAnswer = canAnswer
        phase = .ended
        if canAnswer {
            var (head, body) = answers.parts(for: CatalogError(.requestTimeout), context.channel.allocator)
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(body)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
        context.close(promise: nil)
    }

    private func schedule(in delay: Duration, _ context: ChannelHandlerContext, _ task: @escaping () -> Void) -> Scheduled<Void> {
        context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: TimeAmount(max(.zero, delay)), task)
    }

    private func cancelTimers() {
        phase = .ended
        requestTimer?.cancel()
        stallTimer?.cancel()
        requestTimer = nil
        stallTimer = nil
    }
}
