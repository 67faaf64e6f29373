/// One line of an explained price: so many tokens of one kind, at one rate.
public struct PriceLine: Sendable, Hashable, CustomStringConvertible {
    /// A kind of token or request.
    public struct Part: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let input = Part(rawValue: "input tokens")
        public static let cacheRead = Part(rawValue: "cache read tokens")
        public static let cacheWrite5m = Part(rawValue: "5 m cache write tokens")
        public static let cacheWrite1h = Part(rawValue: "1 h cache write tokens")
        public static let cacheWrite12h = Part(rawValue: "12 h cache write tokens")
        public static let output = Part(rawValue: "output tokens")
        public static let reasoning = Part(rawValue: "reasoning tokens")
        public static let toolRequests = Part(rawValue: "tool requests")
        /// The provider never reported usage: the whole hold was charged.
        public static let unknownUsage = Part(rawValue: "unknown usage, charged at the hold")
        /// The difference that another price makes.
        public static let adjustment = Part(rawValue: "adjustment")
        /// Money given back.
        public static let refund = Part(rawValue: "refund")
    }

    public let part: Part
    public let count: Int64
    /// The price of one.
    public let rate: Money
    public let amount: Money

    /// The line for people, such as `1500 input tokens × 0.000003 = 0.0045 USD`.
    public var description: String { "\(count) \(part.rawValue) × \(rate) = \(amount) USD" }
}
