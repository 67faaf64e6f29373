public import HardeningCore
public import TokenAuth

/// Keeps sessions in an ``IdentityDatabase``: a restart signs nobody out.
///
/// A refresh reads the session beside the writer, decides, and stores the successor with a compare-and-swap on the row's
/// version, in one durable transaction; whoever is overtaken decides again on what the other left. So of a hundred refreshes of
/// one token exactly one finds it unused, and a decision that changes nothing costs no write. Secrets are there as SHA-256 only.
///
/// Bounded: at capacity it drops what has expired and then refuses new sign-ins; a live session is never forgotten to make room. A
/// subject at its own limit loses its oldest session. Every sign-in removes up to 16 sessions that have expired. About 400 bytes a
/// session. Complexity: O(log n); O(sessions of the subject) where all of a subject's are meant.
public struct SQLiteRefreshSessionStore: RefreshSessionStore {
    private static let prunedPerInsert = 16
    private static let prunedAtCapacity = 1_000
    /// More than can change one session at once; who loses so often is told to come back.
    private static let attempts = 1_000

    /// Sessions at most.
    public let capacity: Int
    /// Sessions of one subject at most.
    public let subjectCapacity: Int
    private let database: IdentityDatabase

    /// - Parameters:
    ///   - capacity: 1,000,000 by default: about 400 MB of file.
    ///   - subjectCapacity: 32 by default: more devices than anybody signs in from.
    public init(_ database: IdentityDatabase, capacity: Int = 1_000_000, subjectCapacity: Int = 32) {
        self.database = database
        self.capacity = max(1, capacity)
        self.subjectCapacity = max(1, subjectCapacity)
    }

    public func insert(_ session: RefreshSession, expiry: Timestamp, now: Timestamp) async throws {
        let (capacity, subjectCapacity) = (Int64(capacity), Int64(subjectCapacity))
        try await database.write { transaction in
            let rows = SessionRows(transaction)
            try rows.remove(session.id)
            _ = try rows.prune(now: now, limit: Self.prunedPerInsert)
            if try rows.count(subject: session.subject) >= subjectCapacity { try rows.removeOldest(subject: session.subject) }
            if try rows.count() >= capacity { _ = try rows.prune(now: now, limit: Self.prunedAtCapacity) }
            guard try rows.count() < capacity else { throw RefreshError.storeFull(retryAfter: .seconds(60)) }
            try rows.insert(SessionRows.Row(session: session, expiry: expiry))
        }
    }

    public func session(_ id: SessionID) async throws -> RefreshSession? {
        try await database.read { try SessionRows($0).find(id) }?.session
    }

    public func update<Result: Sendable>(
        _ id: SessionID, _ change: @Sendable (inout RefreshSession) -> Result
    ) async throws -> Result? {
        var row = try await database.read { try SessionRows($0).find(id) }
        for _ in 0..<Self.attempts {
            guard let current = row else { return nil }
            var changed = current.session
            let result = change(&changed)
            if changed == current.session { return result }
            let proposal = changed
            switch try await database.write({ try SessionRows($0).swap(current, for: proposal) }) {
            case .stored: return result
            case .overtaken(let newer): row = newer
            }
        }
        throw IdentityStoreError.unavailable(.busy, detail: "others change the session all the time")
    }

    public func remove(_ id: SessionID) async throws {
        try await database.write { try SessionRows($0).remove(id) }
    }

    public func removeAll(subject: String) async throws -> [SessionID] {
        try await database.write { try SessionRows($0).removeAll(subject: subject) }
    }

    public func sessions(subject: String) async throws -> [RefreshSession] {
        try await database.read { try SessionRows($0).list(subject: subject) }.map(\.session)
    }

    /// Removes sessions that have expired, those first that ended first.
    ///
    /// - Parameter limit: sessions at most, so that one step stays short; call it until it answers 0.
    /// - Returns: the number removed.
    @discardableResult
    public func prune(now: Timestamp, limit: Int = 1_000) async throws -> Int {
        try await database.write { try SessionRows($0).prune(now: now, limit: max(1, limit)) }
    }

    /// Sessions now, expired ones included.
    public func count() async throws(IdentityStoreError) -> Int {
        Int(clamping: try await database.read { try SessionRows($0).count() })
    }
}
