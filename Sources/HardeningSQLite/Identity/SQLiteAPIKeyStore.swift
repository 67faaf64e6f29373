public import HardeningCore
public import TokenAuth

/// Keeps the records of API keys in an ``IdentityDatabase``; the keys themselves as SHA-256 only.
///
/// **Last uses** are noted in memory and written together, once 256 keys have one or the oldest is a minute old, and when the
/// database closes: a check of a key costs no write. A crash loses the last minute of them and nothing else.
///
/// Bounded by ``capacity`` and ``ownerCapacity``; about 400 bytes a key. Complexity: O(log n), O(keys of the owner) where an owner is meant.
public struct SQLiteAPIKeyStore: APIKeyStore {
    /// Keys at most, dead ones included until their owner makes a new one.
    public let capacity: Int
    /// Keys of one owner at most.
    public let ownerCapacity: Int
    private let database: IdentityDatabase

    /// - Parameters:
    ///   - capacity: 1,000,000 by default: about 400 MB of file.
    ///   - ownerCapacity: 50 by default, at least 2 for a rotation.
    public init(_ database: IdentityDatabase, capacity: Int = 1_000_000, ownerCapacity: Int = 50) {
        self.database = database
        self.capacity = max(1, capacity)
        self.ownerCapacity = max(2, ownerCapacity)
    }

    public func insert(_ record: APIKeyRecord, replacing predecessor: (id: TokenID, until: Timestamp)?, now: Timestamp) async throws {
        let (capacity, ownerCapacity) = (Int64(capacity), ownerCapacity)
        try await database.write { transaction in
            let rows = APIKeyRows(transaction)
            let owned = try rows.list(owner: record.owner)
            let live = owned.filter { $0.isLive(now: now) }
            for dead in owned where !dead.isLive(now: now) { try rows.remove(dead.id, owner: dead.owner) }
            guard live.count < ownerCapacity else { throw APIKeyError.tooManyKeys }
            guard try rows.count() < capacity else { throw APIKeyError.storeFull }
            if let predecessor {
                let line = live.filter { $0.lineage == record.lineage }
                guard line.last?.id == predecessor.id else { throw APIKeyError.alreadyRotated }
                for var key in line {
                    key.expiresAt = key.id == predecessor.id ? predecessor.until : now
                    try rows.replace(key)
                }
            }
            try rows.insert(record)
        }
    }

    public func record(digest: APIKeyDigest) async throws -> APIKeyRecord? {
        let record: APIKeyRecord? = try await database.read { try APIKeyRows($0).find(digest) }
        return record.map(database.keyUses.complete)
    }

    /// Notes a use in memory; see above for when it is written.
    public func markUsed(_ id: TokenID, at moment: Timestamp) {
        if database.keyUses.note(id, at: moment) { database.flushKeyUses() }
    }

    public func records(owner: String) async throws -> [APIKeyRecord] {
        try await database.read { try APIKeyRows($0).list(owner: owner) }.map(database.keyUses.complete)
    }

    public func remove(_ id: TokenID, owner: String) async throws {
        try await database.write { try APIKeyRows($0).remove(id, owner: owner) }
    }

    /// Removes every key of an owner.
    ///
    /// - Returns: the ids removed.
    @discardableResult
    public func removeAll(owner: String) async throws -> [TokenID] {
        let removed = try await database.write { try APIKeyRows($0).removeAll(owner: owner) }
        database.keyUses.forget(removed)
        return removed
    }
}
