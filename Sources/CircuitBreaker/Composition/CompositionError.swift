import HardeningCore

/// Why the settings of a retry, a budget, a timeout or a bulkhead make no sense.
public struct CompositionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A closed reason with a stable name, for tests and start-up messages.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case backoffBase = "RETRY_BACKOFF_BASE"
        case backoffCap = "RETRY_BACKOFF_CAP"
        case backoffFactor = "RETRY_BACKOFF_FACTOR"
        case attempts = "RETRY_ATTEMPTS"
        case budgetShare = "RETRY_BUDGET_SHARE"
        case budgetFloor = "RETRY_BUDGET_FLOOR"
        case budgetBurst = "RETRY_BUDGET_BURST"
        case timeout = "TIMEOUT_LIMIT"
        case bulkheadLimit = "BULKHEAD_LIMIT"
        case bulkheadQueue = "BULKHEAD_QUEUE"
    }

    public let code: Code
    public let description: String

    /// Throws the error unless the value is in its range.
    static func check(_ isValid: Bool, _ code: Code, _ description: String) throws(CompositionError) {
        if !isValid { throw CompositionError(code: code, description: description) }
    }
}

extension Duration {
    /// At least a nanosecond and shorter than what 64 bits of nanoseconds hold (292 years).
    var isUsableLimit: Bool { (1..<Int64.max).contains(saturatingNanoseconds) }
}
