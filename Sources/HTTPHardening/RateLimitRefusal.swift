public import ErrorCatalog
public import RateLimit

extension CatalogError {
    /// RATE_LIMIT_EXCEEDED for a refusal: which limit, over how long, and when to come back.
    ///
    /// It names every violated policy, and of the windows the longest violated one. `Retry-After` is
    /// left out where waiting does not help.
    public init(_ refusal: RateLimitDecision.Refusal, fileID: StaticString = #fileID, line: Int = #line) {
        var details: DetailFields = [:]
        let violated = refusal.violated
        if let window = violated.max(by: { $0.length < $1.length }) {
            var names: [String] = []
            for window in violated where !names.contains(window.policy) { names.append(window.policy) }
            details = [
                "limit": .int(window.limit), "window_seconds": .int(Int(clamping: window.length.components.seconds)),
                "violated_policies": .array(names.map(DetailValue.string)),
            ]
        }
        let retryAfter: Duration? =
            switch refusal.retry {
            case .later(let wait): wait
            case .never: nil
            }
        self.init(.rateLimitExceeded, details, retryAfter: retryAfter, fileID: fileID, line: line)
    }
}
