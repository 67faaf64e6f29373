/// The conditions a request is billed under: service tier and processing region.
public struct PriceTerms: Sendable, Hashable {
    /// How quickly the provider serves a request, and at which list price.
    public struct Tier: Sendable, Hashable, BitwiseCopyable {
        private let code: UInt8

        public static let standard = Tier(code: 0)
        public static let batch = Tier(code: 1)
        public static let priority = Tier(code: 2)
        public static let flex = Tier(code: 3)

        private static let names = ["standard", "batch", "priority", "flex"]

        private init(code: UInt8) { self.code = code }

        /// - Returns: nil for a name other than `standard`, `batch`, `priority` and `flex`.
        public init?(rawValue: String) {
            guard let code = Self.names.firstIndex(of: rawValue) else { return nil }
            self.code = UInt8(code)
        }

        public var rawValue: String { Self.names[Int(code)] }
    }

    public var tier: Tier
    /// A region with a multiplier in the price table, such as `us`; nil for global processing.
    public var region: String?

    public init(tier: Tier = .standard, region: String? = nil) {
        self.tier = tier
        self.region = region
    }

    public static let standard = PriceTerms()
    public static let batch = PriceTerms(tier: .batch)
    public static let priority = PriceTerms(tier: .priority)
    public static let flex = PriceTerms(tier: .flex)
}
