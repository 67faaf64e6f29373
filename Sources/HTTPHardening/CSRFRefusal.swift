public import ErrorCatalog

extension CatalogError {
    /// CSRF_REJECTED; which check failed goes to the log only.
    public init(_ reason: CSRFPolicy.Reason, fileID: StaticString = #fileID, line: Int = #line) {
        self.init(.csrfRejected, cause: CSRFRefusal(reason: reason), fileID: fileID, line: line)
    }
}

/// Why a request with a cookie was refused, as the cause of the error a client sees.
public struct CSRFRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    public let reason: CSRFPolicy.Reason

    public init(reason: CSRFPolicy.Reason) { self.reason = reason }

    public var description: String { reason.rawValue }
}
