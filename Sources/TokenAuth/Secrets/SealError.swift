/// Why a sealed value could not be opened or made.
///
/// Says nothing about the content, and altered and wrongly bound values are the same refusal.
public enum SealError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No sealed value of this kind: wrong prefix, alphabet or length.
    case malformed
    /// Sealed under a key that is not in the list.
    case unknownKey
    /// Altered, or bound to another purpose, owner or record.
    case notAuthentic
    /// Older than the caller allows.
    case tooOld
    /// From the future by more than a minute.
    case fromTheFuture
    /// The value to seal is larger than ``SecretBox/maximumByteCount``.
    case tooLarge
    /// A key has the wrong length, or the list is empty.
    case unusableKey

    public var code: String {
        switch self {
        case .malformed: "SEAL_MALFORMED"
        case .unknownKey: "SEAL_UNKNOWN_KEY"
        case .notAuthentic: "SEAL_NOT_AUTHENTIC"
        case .tooOld: "SEAL_TOO_OLD"
        case .fromTheFuture: "SEAL_FROM_THE_FUTURE"
        case .tooLarge: "SEAL_TOO_LARGE"
        case .unusableKey: "SEAL_UNUSABLE_KEY"
        }
    }

    public var description: String {
        switch self {
        case .malformed: "this is no sealed value"
        case .unknownKey: "the value was sealed under a key that is not in the list"
        case .notAuthentic: "the value was altered, or belongs somewhere else"
        case .tooOld: "the value is older than allowed"
        case .fromTheFuture: "the value was sealed in the future: a clock is wrong"
        case .tooLarge: "values up to \(SecretBox.maximumByteCount) bytes can be sealed"
        case .unusableKey: "a key has the wrong length, or there is none"
        }
    }
}
