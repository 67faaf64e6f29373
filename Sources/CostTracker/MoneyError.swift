/// Why a text is not an amount, or why a sum of amounts does not fit.
public struct MoneyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable name for tests, metrics and catalogues.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Not of the form `-?digits(.digits)?`.
        public static let malformed = Code(rawValue: "MONEY_MALFORMED")
        /// A digit other than zero beyond the twelfth decimal.
        public static let tooPrecise = Code(rawValue: "MONEY_TOO_PRECISE")
        /// Beyond ±$9,223,372.036854775807.
        public static let overflow = Code(rawValue: "MONEY_OVERFLOW")
    }

    public let code: Code
    public let message: String

    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    @usableFromInline
    static var overflow: MoneyError {
        MoneyError(code: .overflow, message: "the amount is beyond 9223372.036854775807 USD")
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
