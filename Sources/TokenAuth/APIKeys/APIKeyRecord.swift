public import HardeningCore

/// What is stored of an API key.
public struct APIKeyRecord: Sendable, Hashable {
    /// Names the key in lists and when it is rotated; not a secret.
    public let id: TokenID
    /// The first key of the rotation this one belongs to.
    public let lineage: TokenID
    public let owner: String
    public let scope: String?
    public let digest: APIKeyDigest
    /// Prefix and last four characters, so that an owner recognises a key: `sk_live_…x7Qa`.
    public let hint: String
    public let createdAt: Timestamp
    /// Refused from here on; nil for a key without end.
    public var expiresAt: Timestamp?
    /// The last use, within ``APIKeyService/useResolution``.
    public var lastUsedAt: Timestamp?

    /// For stores that read a record back.
    public init(
        id: TokenID, lineage: TokenID, owner: String, scope: String?, digest: APIKeyDigest, hint: String, createdAt: Timestamp,
        expiresAt: Timestamp? = nil, lastUsedAt: Timestamp? = nil
    ) {
        self.id = id
        self.lineage = lineage
        self.owner = owner
        self.scope = scope
        self.digest = digest
        self.hint = hint
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
    }

    public func isLive(now: Timestamp) -> Bool { expiresAt.map { now < $0 } ?? true }

    /// Whether `scope` contains this name as a whole word.
    public func hasScope(_ name: String) -> Bool {
        scope?.split(separator: " ").contains { $0 == name } ?? false
    }
}

/// A key as it is shown once, and never again, to whoever asked for it.
public struct NewAPIKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// The credential.
    public let text: String
    public let record: APIKeyRecord

    public var description: String { "<API key \(record.hint)>" }
    public var customMirror: Mirror { Mirror(self, children: ["record": record]) }
}

/// Why an API key was refused or could not be made.
public enum APIKeyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Prefix, length, alphabet or checksum are wrong: mistyped, truncated, or never a key.
    case malformed
    /// No such key, or it has been revoked.
    case unknown
    case expired
    /// The owner holds as many keys as it may.
    case tooManyKeys
    /// The store holds as many keys as it may.
    case storeFull
    /// The key has a successor already: rotate that one.
    case alreadyRotated
    /// A prefix must have 2 to 20 lower-case letters, digits and inner underscores.
    case prefixMalformed

    public var code: String {
        switch self {
        case .malformed: "API_KEY_MALFORMED"
        case .unknown: "API_KEY_UNKNOWN"
        case .expired: "API_KEY_EXPIRED"
        case .tooManyKeys: "API_KEY_TOO_MANY"
        case .storeFull: "API_KEY_STORE_FULL"
        case .alreadyRotated: "API_KEY_ALREADY_ROTATED"
        case .prefixMalformed: "API_KEY_PREFIX_MALFORMED"
        }
    }

    public var description: String {
        switch self {
        case .malformed: "this is not a key of this service, or it was mistyped"
        case .unknown: "there is no such key, or it has been revoked"
        case .expired: "the key has expired"
        case .tooManyKeys: "the owner holds as many keys as it may"
        case .storeFull: "the store holds as many keys as it may"
        case .alreadyRotated: "the key has a successor already: rotate that one"
        case .prefixMalformed: "a prefix must have 2 to 20 lower-case letters, digits and inner underscores"
        }
    }
}
