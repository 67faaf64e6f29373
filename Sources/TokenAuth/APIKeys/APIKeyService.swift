public import HardeningCore

/// Makes, checks and rotates the API keys of machines.
///
/// ```swift
/// let keys = try APIKeyService(prefix: "sk_live")
/// let new = try await keys.create(owner: "org-7", scope: "chat")      // show new.text once
/// let verified: Verified<APIKeyRecord> = try await keys.verify(new.text)
/// let next = try await keys.rotate(verified.id, owner: "org-7")        // both work for a day
/// ```
///
/// Use them where no person signs in. They do not expire by themselves unless told to: rotation is what
/// bounds a leak.
public final class APIKeyService: Sendable {
    /// Uses closer together than this are noted once: one write a minute a key, not one a request.
    public static let useResolution = Duration.seconds(60)

    private let text: APIKeyText
    private let store: any APIKeyStore
    private let time: TimeSource

    /// - Parameters:
    ///   - prefix: 2 to 20 lower-case letters, digits and inner underscores, such as `sk_live`.
    ///   - store: in this process by default.
    /// - Throws: ``APIKeyError/prefixMalformed``.
    public init(prefix: String, store: any APIKeyStore = InMemoryAPIKeyStore(), time: TimeSource = .system) throws(APIKeyError) {
        guard let text = APIKeyText(prefix: prefix) else { throw .prefixMalformed }
        self.text = text
        self.store = store
        self.time = time
    }

    /// Makes a key; its text exists nowhere else afterwards.
    ///
    /// - Parameter lifetime: how long it works; nil for a key without end.
    /// - Throws: ``APIKeyError/tooManyKeys``, ``APIKeyError/storeFull``, or what the store throws.
    public func create(owner: String, scope: String? = nil, lifetime: Duration? = nil) async throws -> NewAPIKey {
        let id = TokenID()
        let expiry = lifetime.map { time.timestamp.advanced(by: $0) }
        let key = make(id: id, lineage: id, owner: owner, scope: scope, expiresAt: expiry)
        try await store.insert(key.record, replacing: nil, now: key.record.createdAt)
        return key
    }

    /// Makes a successor; the key itself goes on working for the overlap, any older one of its line ends now.
    ///
    /// - Parameters:
    ///   - id: a live key of this owner, the newest of its line.
    ///   - overlap: time to roll the successor out, one day by default.
    /// - Throws: ``APIKeyError``, or what the store throws.
    public func rotate(_ id: TokenID, owner: String, overlap: Duration = .seconds(86_400)) async throws -> NewAPIKey {
        let now = time.timestamp
        let records = try await store.records(owner: owner)
        guard let old = records.first(where: { $0.id == id }) else { throw APIKeyError.unknown }
        guard old.isLive(now: now) else { throw APIKeyError.expired }
        let end = min(old.expiresAt ?? .distantFuture, now.advanced(by: max(.zero, overlap)))
        // A key with an end keeps its length of life.
        let expiry = old.expiresAt.map { now.advanced(by: $0.duration(since: old.createdAt)) }
        let key = make(id: TokenID(), lineage: old.lineage, owner: owner, scope: old.scope, expiresAt: expiry)
        try await store.insert(key.record, replacing: (old.id, until: end), now: now)
        return key
    }

    /// Checks a key and notes its use.
    ///
    /// - Throws: ``APIKeyError``: `malformed` without asking the store, `unknown` or `expired`; or what the store throws.
    public func verify(_ key: String) async throws -> Verified<APIKeyRecord> {
        guard text.isWellFormed(key) else { throw APIKeyError.malformed }
        let digest = APIKeyDigest(of: key)
        // Found by digest, which an attacker cannot steer byte by byte; compared again in constant time.
        guard let record = try await store.record(digest: digest), record.digest == digest else { throw APIKeyError.unknown }
        let now = time.timestamp
        guard record.isLive(now: now) else { throw APIKeyError.expired }
        if record.lastUsedAt.map({ now.duration(since: $0) >= Self.useResolution }) ?? true {
            try await store.markUsed(record.id, at: now)
        }
        return Verified(record)
    }

    /// Ends a key at once.
    public func revoke(_ id: TokenID, owner: String) async throws {
        try await store.remove(id, owner: owner)
    }

    /// The keys of an owner, oldest first.
    public func keys(owner: String) async throws -> [APIKeyRecord] {
        try await store.records(owner: owner)
    }

    private func make(id: TokenID, lineage: TokenID, owner: String, scope: String?, expiresAt: Timestamp?) -> NewAPIKey {
        let key = text.make()
        let record = APIKeyRecord(
            id: id, lineage: lineage, owner: owner, scope: scope, digest: APIKeyDigest(of: key), hint: "\(text.prefix)_…\(key.suffix(4))",
            createdAt: time.timestamp, expiresAt: expiresAt)
        return NewAPIKey(text: key, record: record)
    }
}
