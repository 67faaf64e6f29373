public import HardeningCore

/// One line of an ``AccessList``: who passes, or does not, why, and until when.
public struct AccessEntry: Sendable, Hashable, Identifiable {
    public enum Effect: String, Sendable, Hashable, CaseIterable {
        /// Passes whatever other rules say.
        case allow
        /// Is refused whatever other rules say, unless something allows it.
        case block
    }

    /// Whom an entry concerns.
    public enum Subject: Sendable, Hashable {
        /// Every address in a block.
        case addresses(CIDRBlock)
        /// One authenticated user, by the exact text of the id.
        case user(String)
        /// Every user agent with this text in its first 512 bytes, whatever the case of ASCII letters.
        ///
        /// Anybody can send any user agent: fine for blocking nuisances, a gift to attackers when allowing.
        case userAgent(containing: String)

        /// - Throws: ``AbuseRuleError/Code/addresses`` unless the text is an address or a block in CIDR notation
        ///   without bits below the prefix.
        public static func addresses(parsing text: String) throws(AbuseRuleError) -> Subject {
            guard let block = CIDRBlock(text) else {
                throw AbuseRuleError(.addresses, "\"\(text.prefix(64))\" is not an address or a block such as 192.0.2.0/24.")
            }
            return .addresses(block)
        }
    }

    /// A number that no other entry of the list ever has.
    public let id: UInt64
    public let effect: Effect
    public let subject: Subject
    public let reason: String
    /// From this moment on the entry concerns nobody; nil for never.
    public let expiry: MonotonicTime?
    /// Whether a rule made the entry, not an operator.
    public let isAutomatic: Bool

    /// How long the entry has left; nil when it does not expire.
    public func remaining(at now: MonotonicTime) -> Duration? {
        expiry.map { max(.zero, $0.duration(since: now)) }
    }
}

extension AccessEntry.Subject {
    static let maximumUserBytes = 256

    /// The subject as it is compared, if it makes sense.
    func validated() throws(AbuseRuleError) -> AccessEntry.Subject {
        switch self {
        case .addresses: return self
        case .user(let id):
            try AbuseRuleError.check(id, is: "user id", atMost: Self.maximumUserBytes)
            return self
        case .userAgent(let text):
            try AbuseRuleError.check(text, is: "user agent text", atMost: TextMatcher.maximumPatternBytes)
            return .userAgent(containing: String(decoding: text.utf8.map(TextMatcher.lowered), as: UTF8.self))
        }
    }
}
