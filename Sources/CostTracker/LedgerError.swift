/// Why the ledger did not do what it was asked.
///
/// Nothing was held or charged by the failed call.
public struct LedgerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable name for tests, metrics and catalogues.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A budget has no room; ``LedgerError/refusal`` lists every one.
        public static let budgetExceeded = Code(rawValue: "BUDGET_EXCEEDED")
        /// No price is listed for the model.
        ///
        /// The other codes of ``PricingError`` appear here unchanged too.
        public static let modelUnknown = Code(rawValue: PricingError.Code.modelUnknown.rawValue)
        /// A sum beyond what ``Money`` counts.
        public static let overflow = Code(rawValue: "LEDGER_OVERFLOW")
        /// No hold of that id, or one finished so long ago that it was forgotten.
        public static let holdNotFound = Code(rawValue: "HOLD_NOT_FOUND")
        /// The hold was not dispatched in time and its money went back.
        public static let holdExpired = Code(rawValue: "HOLD_EXPIRED")
        /// The hold was released.
        public static let holdReleased = Code(rawValue: "HOLD_RELEASED")
        /// The request has left: only settling can end the hold.
        public static let holdDispatched = Code(rawValue: "HOLD_DISPATCHED")
        /// The hold is settled and cannot be released.
        public static let holdSettled = Code(rawValue: "HOLD_SETTLED")
        /// The hold was settled before, with another usage or amount.
        public static let settledDifferently = Code(rawValue: "SETTLED_DIFFERENTLY")
        /// The idempotency key was used before, for something else.
        public static let keyConflict = Code(rawValue: "IDEMPOTENCY_CONFLICT")
        /// An idempotency key that is empty or longer than 256 bytes.
        public static let keyInvalid = Code(rawValue: "IDEMPOTENCY_KEY_INVALID")
        /// A scope whose name is empty or longer than 256 bytes, or too many scopes.
        public static let scopeInvalid = Code(rawValue: "SCOPE_INVALID")
        /// Budgets that contradict each other, are negative or too many.
        public static let budgetInvalid = Code(rawValue: "BUDGET_INVALID")
        /// No charge of that id, or one so old that it was forgotten.
        public static let entryNotFound = Code(rawValue: "ENTRY_NOT_FOUND")
        /// A refund that is not above zero.
        public static let refundInvalid = Code(rawValue: "REFUND_INVALID")
        /// Refunds of a charge would exceed it, or what an account still counts after credits from elsewhere.
        public static let refundExceedsCharge = Code(rawValue: "REFUND_EXCEEDS_CHARGE")
        /// An adjustment that would leave a charge below what was refunded of it, or an account below zero.
        public static let adjustmentInvalid = Code(rawValue: "ADJUSTMENT_INVALID")
        /// The store posts no adjustments.
        public static let adjustmentUnsupported = Code(rawValue: "ADJUSTMENT_UNSUPPORTED")
        /// The store no longer remembers every entry that was asked about.
        public static let entriesIncomplete = Code(rawValue: "ENTRIES_INCOMPLETE")
        /// The store holds as many open holds or accounts as it may.
        public static let ledgerFull = Code(rawValue: "LEDGER_FULL")
        /// The store could not answer; whether it acted is unknown, so repeat with the same key.
        public static let storeFailed = Code(rawValue: "LEDGER_STORE_FAILED")
    }

    public let code: Code
    public let message: String
    /// With ``Code/budgetExceeded``: what did not fit where.
    public let refusal: BudgetRefusal?
    /// When the request cannot be priced: why.
    ///
    /// ``code`` and ``message`` are the same.
    public let pricing: PricingError?

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        refusal = nil
        pricing = nil
    }

    public init(refused refusal: BudgetRefusal) {
        code = .budgetExceeded
        message = refusal.description
        self.refusal = refusal
        pricing = nil
    }

    public init(_ pricing: PricingError) {
        code = Code(rawValue: pricing.code.rawValue)
        message = pricing.message
        refusal = nil
        self.pricing = pricing
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
