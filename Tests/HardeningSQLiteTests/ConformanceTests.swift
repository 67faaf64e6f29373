import CostTracker
import HardeningSQLite
import HardeningTesting
import Testing

@Suite struct ConformanceTests {
    @Test(.timeLimit(.minutes(60)), arguments: [1, 2])
    func `the SQLite store keeps every promise, and its journal verifies`(seed: UInt64) async throws {
        var folders: [TemporaryFolder] = []
        let violations = try await LedgerStoreConformance.violations(seed: seed) {
            let folder = try TemporaryFolder()
            folders.append(folder)
            return try SQLiteLedgerStore(path: folder.ledger)
        }
        #expect(violations.isEmpty)
    }
}
