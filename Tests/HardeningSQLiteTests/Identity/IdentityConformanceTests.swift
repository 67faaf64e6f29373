import HardeningCore
import HardeningSQLite
import HardeningTesting
import Testing
import TokenAuth

@Suite(.timeLimit(.minutes(60))) struct IdentityConformanceTests {
    @Test func `the log in SQLite keeps every promise of a revocation log`() async throws {
        let violations = try await TokenRevocationLogConformance.violations {
            let folder = try TemporaryFolder()
            var last: IdentityDatabase?
            return {
                try await last?.close()
                let database = try IdentityDatabase(path: folder.identity)
                last = database
                return SQLiteRevocationLog(database, time: .manual(ManualTime(timestamp: start)))
            }
        }
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test func `the store in SQLite keeps every promise of a session store`() async throws {
        var folders: [TemporaryFolder] = []
        let violations = try await TokenRefreshSessionStoreConformance.violations {
            let folder = try TemporaryFolder()
            folders.append(folder)
            return SQLiteRefreshSessionStore(try IdentityDatabase(path: folder.identity), capacity: 200, subjectCapacity: 20)
        }
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test func `the store in SQLite keeps every promise of an API key store, as the one in memory does`() async throws {
        var folders: [TemporaryFolder] = []
        let violations = try await APIKeyStoreConformance.violations {
            let folder = try TemporaryFolder()
            folders.append(folder)
            return SQLiteAPIKeyStore(try IdentityDatabase(path: folder.identity), capacity: 20, ownerCapacity: 5)
        }
        #expect(violations.isEmpty, "\(violations)")
        let inMemory = try await APIKeyStoreConformance.violations { InMemoryAPIKeyStore(capacity: 20, ownerCapacity: 5) }
        #expect(inMemory.isEmpty, "\(inMemory)")
    }

    /// Rotates in two steps, lets anybody remove, and forgets uses.
    final class Careless: APIKeyStore {
        let inner = InMemoryAPIKeyStore(capacity: 1_000, ownerCapacity: 1_000)

        func insert(_ record: APIKeyRecord, replacing predecessor: (id: TokenID, until: Timestamp)?, now: Timestamp) throws {
            try inner.insert(record, replacing: nil, now: now)
        }
        func record(digest: APIKeyDigest) -> APIKeyRecord? { inner.record(digest: digest) }
        func markUsed(_ id: TokenID, at moment: Timestamp) {}
        func records(owner: String) -> [APIKeyRecord] { inner.records(owner: owner).reversed() }
        func remove(_ id: TokenID, owner: String) { for owner in ["o", "p"] { inner.remove(id, owner: owner) } }
    }

    @Test func `a suite that passes everything would certify anything`() async throws {
        let violations = try await APIKeyStoreConformance.violations { Careless() }
        #expect(violations.count == 8, "\(violations)")
    }
}
