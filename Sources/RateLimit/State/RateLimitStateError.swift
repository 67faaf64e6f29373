/// Why exported state could not be taken; nothing was taken then.
public struct RateLimitStateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A closed reason with a stable name.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Not an export of a limiter, or cut off.
        case notAnExport = "RATE_STATE_NOT_AN_EXPORT"
        /// Written by a version that this one cannot read.
        case version = "RATE_STATE_VERSION"
        /// Written under another ``RateLimiter/fingerprintKey``: its clients would be nobody here.
        case otherKey = "RATE_STATE_OTHER_KEY"
        /// The bytes are not those that were written.
        case damaged = "RATE_STATE_DAMAGED"
        /// The limiter has been used already.
        case notEmpty = "RATE_STATE_NOT_EMPTY"
        /// More clients than this limiter has room for.
        case tooManyEntries = "RATE_STATE_TOO_MANY_ENTRIES"
    }

    public let code: Code

    init(_ code: Code) { self.code = code }

    public var description: String {
        switch code {
        case .notAnExport: "These bytes are not the exported state of a rate limiter."
        case .version: "The state was exported by another version of this library."
        case .otherKey: "The state was exported under another fingerprint key; give both limiters the same."
        case .damaged: "The state was changed after it was exported."
        case .notEmpty: "State is imported before the limiter is used."
        case .tooManyEntries: "The state holds more clients than the limiter has room for; give it the capacity of the one before."
        }
    }
}
