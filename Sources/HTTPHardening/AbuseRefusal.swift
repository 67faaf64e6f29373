public import ErrorCatalog
public import RateLimit

extension CatalogError {
    /// CLIENT_BLOCKED, or ACCOUNT_LOCKED where failed sign-ins are the reason; the rule goes to the log only.
    ///
    /// - Parameter retryAfter: when the same request may pass, if waiting helps.
    public init(refusedBecauseOf reason: AbuseReason, retryAfter: Duration?, fileID: StaticString = #fileID, line: Int = #line) {
        self.init(
            reason.stage == .lockout ? .accountLocked : .clientBlocked, retryAfter: retryAfter, cause: AbuseRefusal(reason: reason),
            fileID: fileID, line: line)
    }
}

/// Why the abuse guard refused a request, as the cause of the error a client sees.
public struct AbuseRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    public let reason: AbuseReason

    public init(reason: AbuseReason) { self.reason = reason }

    public var description: String { reason.description }
}
