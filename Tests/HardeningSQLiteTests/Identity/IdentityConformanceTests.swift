import HardeningCore
import HardeningSQLite
import HardeningTesting
import Testing
import TokenAuth

@Suite(.timeLimit(.minutes(2))) struct IdentityConformanceTests {
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
}
