/// Why a rule of the abuse guard makes no sense, in words an operator can act on.
public struct AbuseRuleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A closed reason with a stable name, for tests and start-up messages.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Text that is neither an address nor a block of addresses, or a block with bits below its prefix.
        case addresses = "ABUSE_RULE_ADDRESSES"
        /// A pattern, name, user or reason without any character: it would concern everybody or nobody.
        case emptyText = "ABUSE_RULE_EMPTY_TEXT"
        /// A pattern, name, user or reason longer than the guard keeps.
        case textTooLong = "ABUSE_RULE_TEXT_TOO_LONG"
        /// More rules than one list holds.
        case tooManyRules = "ABUSE_RULE_TOO_MANY"
        /// Two rules of one name, which no counter could tell apart.
        case duplicateName = "ABUSE_RULE_DUPLICATE_NAME"
        /// A threshold outside of what can be counted.
        case threshold = "ABUSE_RULE_THRESHOLD"
        /// A delay, lock, block or window of nothing, or longer than a year.
        case duration = "ABUSE_RULE_DURATION"
        /// Text that is no two-letter country code, or a list without any.
        case country = "ABUSE_RULE_COUNTRY"
        /// An access list that has no room for another entry.
        case listFull = "ABUSE_LIST_FULL"
    }

    public let code: Code
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// - Throws: ``Code/emptyText`` or ``Code/textTooLong``.
    static func check(_ text: String, is what: String, atMost limit: Int) throws(AbuseRuleError) {
        let bytes = text.utf8
        guard bytes.contains(where: { $0 > 0x20 }) else { throw AbuseRuleError(.emptyText, "A \(what) needs text.") }
        guard bytes.count <= limit else { throw AbuseRuleError(.textTooLong, "A \(what) has at most \(limit) bytes, not \(bytes.count).") }
    }

    /// - Throws: ``Code/duration``.
    static func check(_ duration: Duration, is what: String) throws(AbuseRuleError) {
        guard duration > .zero, duration <= .seconds(366 * 86_400) else {
            throw AbuseRuleError(.duration, "A \(what) is more than nothing and at most 366 days, not \(duration).")
        }
    }
}
