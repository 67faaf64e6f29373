/// Why a policy makes no sense, in words an operator can act on.
public struct RateLimitPolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A closed reason with a stable name, for tests and start-up messages.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The name is empty, too long, or not plain ASCII.
        case name = "RATE_POLICY_NAME"
        /// More names than a process may have.
        case tooManyNames = "RATE_POLICY_TOO_MANY_NAMES"
        /// No window at all.
        case noWindows = "RATE_POLICY_NO_WINDOWS"
        /// More windows than one policy holds: four, or one GCRA.
        case tooManyWindows = "RATE_POLICY_TOO_MANY_WINDOWS"
        /// Windows of different algorithms.
        case mixedAlgorithms = "RATE_POLICY_MIXED_ALGORITHMS"
        /// Two windows of the same length.
        case duplicateWindow = "RATE_POLICY_DUPLICATE_WINDOW"
        /// A negative limit or burst.
        case negativeLimit = "RATE_POLICY_NEGATIVE_LIMIT"
        /// A limit too large for its algorithm, or for an exact log of that length.
        case limitTooLarge = "RATE_POLICY_LIMIT_TOO_LARGE"
        /// A length of zero or less.
        case windowTooShort = "RATE_POLICY_WINDOW_TOO_SHORT"
        /// A length of more than 366 days.
        case windowTooLong = "RATE_POLICY_WINDOW_TOO_LONG"
        /// Text that does not follow the grammar.
        case syntax = "RATE_POLICY_SYNTAX"
        /// No plan of that name.
        case unknownPlan = "RATE_POLICY_UNKNOWN_PLAN"
    }

    public let code: Code
    /// Where in the text it went wrong: a count of UTF-8 bytes from the start.
    ///
    /// Nil when there was no text.
    public let position: Int?
    public let description: String

    init(_ code: Code, at position: Int? = nil, _ description: String) {
        self.code = code
        self.position = position
        self.description = position.map { "at position \($0): \(description)" } ?? description
    }
}
