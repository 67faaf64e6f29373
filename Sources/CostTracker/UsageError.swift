/// Why a usage object cannot be trusted.
///
/// Nothing is clamped: a wrong report is an error.
public struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable name for tests, metrics and catalogues.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A count below zero.
        public static let negative = Code(rawValue: "USAGE_NEGATIVE")
        /// Counts whose sum does not fit in 64 bits.
        public static let overflow = Code(rawValue: "USAGE_OVERFLOW")
        /// Parts that do not add up to the total the provider reported.
        public static let mismatch = Code(rawValue: "USAGE_MISMATCH")
        /// An answer that is not JSON, or whose usage lacks a count or has one that is not an integer.
        public static let malformed = Code(rawValue: "USAGE_MALFORMED")
        /// An answer, or one event of a stream, of more than 16 MiB.
        public static let tooLarge = Code(rawValue: "USAGE_TOO_LARGE")
        /// Tokens of a kind or at a speed that no rate covers, such as audio.
        public static let unpriced = Code(rawValue: "USAGE_UNPRICED")
    }

    public let code: Code
    public let message: String

    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
