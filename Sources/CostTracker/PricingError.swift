/// Why a request cannot be priced.
///
/// It is refused, never priced at zero.
public struct PricingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable name for tests, metrics and catalogues.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The table has no row for the model, under any of the names ``PriceTable`` accepts.
        public static let modelUnknown = Code(rawValue: "MODEL_UNKNOWN")
        /// The table knows the model, but no price was or will be in effect at that time.
        public static let notInEffect = Code(rawValue: "PRICE_NOT_IN_EFFECT")
        /// The provider lists no rate for a kind of token, service tier or context length that was used.
        public static let rateNotListed = Code(rawValue: "RATE_NOT_LISTED")
        /// The table has no multiplier for the region.
        public static let regionNotListed = Code(rawValue: "REGION_NOT_LISTED")
        /// A bound of tokens below zero.
        public static let boundInvalid = Code(rawValue: "TOKEN_BOUND_INVALID")
        /// The price does not fit in ``Money``.
        public static let overflow = Code(rawValue: "PRICE_OVERFLOW")
    }

    public let code: Code
    public let message: String

    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
