public import HardeningCore
import Synchronization

/// Where the records of API keys live.
///
/// Every operation is one atomic step.
public protocol APIKeyStore: Sendable {
    /// Stores a new record durably.
    ///
    /// - Parameter predecessor: the key it replaces, which in the same step ends at the time given; any older
    ///   key of the lineage ends now.
    /// - Throws: ``APIKeyError``: `alreadyRotated` unless the predecessor is the newest of its lineage,
    ///   `tooManyKeys`, `storeFull`; or errors of its own.
    func insert(_ record: APIKeyRecord, replacing predecessor: (id: TokenID, until: Timestamp)?, now: Timestamp) async throws

    /// The record of a digest, or nil.
    func record(digest: APIKeyDigest) async throws -> APIKeyRecord?

    /// Notes a use; no error when the key is gone.
    func markUsed(_ id: TokenID, at moment: Timestamp) async throws

    /// The records of an owner, oldest first, dead ones included.
    func records(owner: String) async throws -> [APIKeyRecord]

    /// Removes a key; no error when it is not there.
    func remove(_ id: TokenID, owner: String) async throws
}

/// Keeps the records in this process.
///
/// Memory: about 500 bytes a key. Complexity: O(1), but O(keys of the owner) where an owner is meant.
public final class InMemoryAPIKeyStore: APIKeyStore {
    private struct State {
        var records: [TokenID: APIKeyRecord] = [:]
        var byDigest: [APIKeyDigest: TokenID] = [:]
        /// Oldest first.
        var byOwner: [String: [TokenID]] = [:]
    }

    /// Keys at most, dead ones included until their owner makes a new one.
    public let capacity: Int
    /// Keys of one owner at most.
    public let ownerCapacity: Int
    private let state = Mutex(State())

    public init(capacity: Int = 100_000, ownerCapacity: Int = 50) {
        self.capacity = max(1, capacity)
        self.ownerCapacity = max(2, ownerCapacity)
    }

    public func insert(_ record: APIKeyRecord, replacing predecessor: (id: TokenID, until: Timestamp)?, now: Timestamp) throws {
        try state.withLock { state in
            let owned = state.byOwner[record.owner] ?? []
            let dead = owned.filter { id in !(state.records[id]?.isLive(now: now) ?? false) }
            for id in dead { Self.remove(id, from: &state) }
            guard owned.count - dead.count < ownerCapacity else { throw APIKeyError.tooManyKeys }
            guard state.records.count < capacity else { throw APIKeyError.storeFull }
            if let predecessor {
                let line = owned.filter { state.records[$0]?.lineage == record.lineage }
                guard line.last == predecessor.id else { throw APIKeyError.alreadyRotated }
                for id in line { state.records[id]?.expiresAt = now }
                state.records[predecessor.id]?.expiresAt = predecessor.until
            }
            state.records[record.id] = record
            state.byDigest[record.digest] = record.id
            state.byOwner[record.owner, default: []].append(record.id)
        }
    }

    public func record(digest: APIKeyDigest) -> APIKeyRecord? {
        state.withLock { state in state.byDigest[digest].flatMap { state.records[$0] } }
    }

    public func markUsed(_ id: TokenID, at moment: Timestamp) {
        state.withLock { $0.records[id]?.lastUsedAt = moment }
    }

    public func records(owner: String) -> [APIKeyRecord] {
        state.withLock { state in (state.byOwner[owner] ?? []).compactMap { state.records[$0] } }
    }

    public func remove(_ id: TokenID, owner: String) {
        state.withLock { state in
            if state.records[id]?.owner == owner { Self.remove(id, from: &state) }
        }
    }

    private static func remove(_ id: TokenID, from state: inout State) {
        guard let record = state.records.removeValue(forKey: id) else { return }
        state.byDigest[record.digest] = nil
        state.byOwner[record.owner]?.removeAll { $0 == id }
        if state.byOwner[record.owner]?.isEmpty ?? false { state.byOwner[record.owner] = nil }
    }
}
