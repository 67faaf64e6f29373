/// How the simulated upstream answers for one provider.
enum UpstreamMode: Sendable, Hashable {
    /// Answers at once.
    case ok
    /// 500 with the provider's error body.
    case fail
    /// 429 with the provider's error body and `Retry-After` in seconds.
    case rateLimited(retryAfterSeconds: Int)
    /// Answers, after the upstream's pause.
    case slow
    /// Accepts the request and never answers; ends when the client goes or the upstream stops.
    case hang
    /// Sends half of a good answer and drops the connection.
    case brokenStream

    /// The names that `POST /demo/upstream` accepts.
    static let names = ["ok", "fail", "rate_limited", "slow", "hang", "broken_stream"]

    /// Sent with `rate_limited` when nothing else was asked for.
    static let defaultRetryAfterSeconds = 30

    /// A mode by its name on the wire.
    ///
    /// - Parameter retryAfterSeconds: 0 to 86,400; ``defaultRetryAfterSeconds`` when absent. Modes
    ///   other than `rate_limited` have no use for it but check it all the same.
    /// - Returns: nil for an unknown name or seconds out of range.
    init?(named name: String, retryAfterSeconds: Int? = nil) {
        let seconds = retryAfterSeconds ?? Self.defaultRetryAfterSeconds
        guard (0...86_400).contains(seconds) else { return nil }
        switch name {
        case "ok": self = .ok
        case "fail": self = .fail
        case "rate_limited": self = .rateLimited(retryAfterSeconds: seconds)
        case "slow": self = .slow
        case "hang": self = .hang
        case "broken_stream": self = .brokenStream
        default: return nil
        }
    }

    var name: String {
        switch self {
        case .ok: "ok"
        case .fail: "fail"
        case .rateLimited: "rate_limited"
        case .slow: "slow"
        case .hang: "hang"
        case .brokenStream: "broken_stream"
        }
    }
}
