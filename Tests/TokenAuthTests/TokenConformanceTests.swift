import HardeningCore
import HardeningTesting
import Testing
import TokenAuth

@Suite(.timeLimit(.minutes(60)))
struct TokenConformanceTests {
    @Test func `the journal keeps every promise of a revocation log`() async throws {
        let violations = try await TokenRevocationLogConformance.violations {
            let file = CrashingFile()
            return { try RevocationJournal(file: file, time: .system) }
        }
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test func `the store in memory keeps every promise of a session store`() async throws {
        let violations = try await TokenRefreshSessionStoreConformance.violations { InMemoryRefreshSessionStore(capacity: 200) }
        #expect(violations.isEmpty, "\(violations)")
    }

    /// Reads, then writes: what an implementation over a database gets wrong first.
    final class ReadThenWrite: RefreshSessionStore {
        let inner = InMemoryRefreshSessionStore()

        func insert(_ session: RefreshSession, expiry: Timestamp, now: Timestamp) throws {
            try inner.insert(session, expiry: expiry, now: now)
        }
        func session(_ id: SessionID) -> RefreshSession? { inner.session(id) }
        func update<Result: Sendable>(_ id: SessionID, _ change: @Sendable (inout RefreshSession) -> Result) async -> Result? {
            guard var session = inner.session(id) else { return nil }
            let result = change(&session)
            await Task.yield()
            let changed = session
            return inner.update(id) { session in
                session = changed
                return result
            }
        }
        func remove(_ id: SessionID) {}
        func removeAll(subject: String) -> [SessionID] { inner.removeAll(subject: subject).reversed().dropLast() }
        func sessions(subject: String) -> [RefreshSession] { inner.sessions(subject: subject).reversed() }
    }

    @Test func `a suite that passes everything would certify anything`() async throws {
        let forgetful = try await TokenRevocationLogConformance.violations { { VolatileRevocationLog() } }
        #expect(forgetful.count >= 4)
        let careless = try await TokenRefreshSessionStoreConformance.violations { ReadThenWrite() }
        #expect(careless.count >= 4, "\(careless)")
    }
}
