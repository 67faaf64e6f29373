public import ErrorCatalog
public import RateLimit

extension ErrorDefinition {
    /// The abuse guard refused the request.
    ///
    /// Neither the message nor the details say which rule spoke: that would tell whom it concerns what to change.
    /// 403 and not 429, because well-behaved programs repeat the latter by themselves.
    public static let clientBlocked = ErrorDefinition(
        "CLIENT_BLOCKED", status: 403,
        title: .init(en: "Requests blocked", ar: "الطلبات محظورة"),
        message: .init(en: "Requests from this client are blocked", ar: "الطلبات الواردة من هذا العميل محظورة"),
        userMessage: .retry(
            en: "We cannot accept your requests at the moment.", ar: "لا يمكننا قبول طلباتك في الوقت الحالي.",
            unknownEn: "If you believe that this is a mistake, please contact us.",
            unknownAr: "إذا كنت ترى أن هذا حدث عن طريق الخطأ، فيُرجى التواصل معنا."),
        details: ["retry_after_seconds"], retry: .later, logLevel: .notice)
}

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
