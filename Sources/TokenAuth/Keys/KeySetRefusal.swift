/// Why a set of keys cannot be used.
///
/// Never contains key material.
public struct KeySetRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, with a stable ``code``.
    public enum Reason: Sendable, Hashable {
        case secretTooShort(minimumBytes: Int)
        case secretReused
        case duplicateID
        case malformedID
        case tooManyKeys
        case activeKeyCompromised
        case activeKeyCannotSign
        case malformedKey

        public var code: String {
            switch self {
            case .secretTooShort: "KEY_SECRET_TOO_SHORT"
            case .secretReused: "KEY_SECRET_REUSED"
            case .duplicateID: "KEY_ID_DUPLICATE"
            case .malformedID: "KEY_ID_MALFORMED"
            case .tooManyKeys: "KEY_SET_TOO_LARGE"
            case .activeKeyCompromised: "KEY_ACTIVE_COMPROMISED"
            case .activeKeyCannotSign: "KEY_ACTIVE_PUBLIC_ONLY"
            case .malformedKey: "KEY_MALFORMED"
            }
        }
    }

    public let reason: Reason
    /// The id of the key; empty when the id itself is what is wrong.
    public let keyID: String

    init(_ reason: Reason, id: String) {
        self.reason = reason
        keyID = id
    }

    public var code: String { reason.code }

    public var description: String {
        switch reason {
        case .secretTooShort(let minimum): "key \(keyID): its algorithm needs a secret of at least \(minimum) bytes"
        case .secretReused: "key \(keyID): another key of the set has the same secret or key pair"
        case .duplicateID: "key \(keyID): another key of the set has the same id"
        case .malformedID: "a key id is not 1 to 64 letters, digits, dots, underscores or hyphens"
        case .tooManyKeys: "more than \(KeySet.maximumCount) keys"
        case .activeKeyCompromised: "key \(keyID) is active and listed as compromised: activate another one first"
        case .activeKeyCannotSign: "key \(keyID) is active and has no private half: it can only verify"
        case .malformedKey: "key \(keyID) is not a key of its algorithm"
        }
    }
}
