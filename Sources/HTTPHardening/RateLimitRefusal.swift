public import ErrorCatalog
public import RateLimit

extension CatalogError {
    /// RATE_LIMIT_EXCEEDED for a refusal: which limit, over how long, and when to come back.
    ///
    /// It names the violated window the client waits for longest. `Retry-After` is left out where
    /// waiting does not help.
    public init(_ refusal: RateLimitDecision.Refusal, fileID: StaticString = #fileID, line: Int = #line) {
        var details: DetailFields = [:]
        if let window = refusal.violated.max(by: { $0.length < $1.length }) {
            details = ["limit": .int(window.limit), "window_seconds": .int(Int(clamping: window.length.components.seconds))]
        }
        let retryAfter: Duration? =
            switch refusal.retry {
            case .later(let wait): wait
            case .never: nil
            }
        self.init(.rateLimitExceeded, details, retryAfter: retryAfter, fileID: fileID, line: line)
    }
}
