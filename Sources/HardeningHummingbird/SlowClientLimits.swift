import NIOCore

/// How slowly a client may send a request and take its answer.
///
/// Time counts against the client only while the server is waiting for it, never while the server itself is behind.
public struct SlowClientLimits: Sendable, Hashable {
    /// From the connection to the end of its first request head.
    ///
    /// Later heads are bounded by the server's `idleTimeout`.
    public let headTimeout: Duration
    /// What a body may take on top of ``minimumBytesPerSecond``.
    public let bodyGrace: Duration
    /// The average at which a body must arrive; its size is bounded elsewhere, so its time is too.
    public let minimumBytesPerSecond: Int
    /// How long a client may take nothing of an answer that waits for it.
    public let stallTimeout: Duration

    /// - Parameters: each at least a millisecond, or one byte a second; smaller values count as that.
    public init(
        headTimeout: Duration = .seconds(10), bodyGrace: Duration = .seconds(10), minimumBytesPerSecond: Int = 512,
        stallTimeout: Duration = .seconds(30)
    ) {
        self.headTimeout = max(.milliseconds(1), headTimeout)
        self.bodyGrace = max(.milliseconds(1), bodyGrace)
        self.minimumBytesPerSecond = max(1, minimumBytesPerSecond)
        self.stallTimeout = max(.milliseconds(1), stallTimeout)
    }

    /// The waiting a client may cause until so many bytes of a body are there.
    func bodyAllowance(bytes: Int) -> Duration {
        bodyGrace + .seconds(bytes) / minimumBytesPerSecond
    }
}

/// The time a server has spent waiting for a client.
struct WaitingTime {
    private var finished = Duration.zero
    private var since: NIODeadline?

    var isWaiting: Bool { since != nil }

    mutating func begin(at now: NIODeadline) {
        if since == nil { since = now }
    }

    mutating func end(at now: NIODeadline) {
        finished = spent(at: now)
        since = nil
    }

    /// Starts over, for the next part of a request.
    mutating func reset(at now: NIODeadline) {
        finished = .zero
        if since != nil { since = now }
    }

    func spent(at now: NIODeadline) -> Duration {
        guard let since else { return finished }
        return finished + Duration(now - since)
    }
}
