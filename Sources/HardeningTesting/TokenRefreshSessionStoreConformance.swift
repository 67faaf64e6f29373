import HardeningCore
public import TokenAuth

/// What every `RefreshSessionStore` must do, to certify a store of your own.
///
/// ```swift
/// let violations = try await TokenRefreshSessionStoreConformance.violations { try MyStore() }
/// ```
/// Each promise gets an empty store with room for 200 sessions, 20 of one subject.
public struct TokenRefreshSessionStoreConformance {
    /// - Parameter makeStore: makes an empty store.
    /// - Returns: the promises that were broken, empty when it conforms.
    /// - Throws: what the store or `makeStore` throws.
    public static func violations(of makeStore: () async throws -> any RefreshSessionStore) async throws -> [ConformanceViolation] {
        var violations: [ConformanceViolation] = []
        for (promise, check) in promises {
            let store = try await makeStore()
            if let observation = try await check(store) {
                violations.append(ConformanceViolation(promise: promise, observation: observation))
            }
        }
        return violations
    }

    /// Returns what was not as promised.
    private typealias Check = @Sendable (any RefreshSessionStore) async throws -> String?

    private static let promises: [(String, Check)] = [
        ("a session comes back with every field as it was", everyField),
        ("an update is one step: of a hundred at once none is lost", atomicUpdate),
        ("an update of no session calls nobody and returns nil", noSession),
        ("a removed session is gone, and removing it again is no error", removal),
        ("removing a subject's sessions removes those, names them, and nobody else's", removalOfSubject),
        ("the sessions of a subject come oldest first", order),
        ("two services that refresh one token at once get one successor", oneSuccessor),
    ]

    private static let start = Timestamp(secondsSince1970: 1_767_225_600)

    private static func session(_ subject: String = "u", at offset: Int = 0) -> RefreshSession? {
        guard let digest = RefreshDigest((0..<32).map { UInt8($0) }) else { return nil }
        let moment = start.advanced(by: .seconds(offset))
        return RefreshSession(id: SessionID(), subject: subject, scope: nil, createdAt: moment, current: digest, rotatedAt: moment)
    }

    private static func insert(_ session: RefreshSession, _ store: any RefreshSessionStore) async throws {
        try await store.insert(session, expiry: session.createdAt.advanced(by: .seconds(3_600)), now: start)
    }

    private static func everyField(_ store: any RefreshSessionStore) async throws -> String? {
        guard let plain = session(), let current = RefreshDigest((0..<32).map { UInt8(255 - $0) }) else { return "no digest" }
        let full = RefreshSession(
            id: SessionID(), subject: "محمد 'x'", scope: "a b", createdAt: start, current: current, parent: plain.current,
            nonce: (0..<16).map { UInt8($0 * 16) }, rotatedAt: start.advanced(by: .nanoseconds(1)), generation: 7, ending: .reuse)
        for session in [plain, full] {
            try await insert(session, store)
            let found = try await store.session(session.id)
            if found != session { return "not equal to what was stored" }
        }
        return nil
    }

    private static func atomicUpdate(_ store: any RefreshSessionStore) async throws -> String? {
        guard let session = session() else { return "no digest" }
        try await insert(session, store)
        let id = session.id
        let seen = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await store.update(id) { session in
                        session.generation += 1
                        return session.generation
                    }
                }
            }
            return try await group.reduce(into: Set<Int64?>()) { $0.insert($1) }
        }
        let stored = try await store.session(id)?.generation
        return stored == 100 && seen.count == 100 ? nil : "\(stored ?? -1) of 100 updates, \(seen.count) different results"
    }

    private static func noSession(_ store: any RefreshSessionStore) async throws -> String? {
        let result = try await store.update(SessionID()) { _ in true }
        let found = try await store.session(SessionID())
        return result == nil && found == nil ? nil : "found a session that was never stored"
    }

    private static func removal(_ store: any RefreshSessionStore) async throws -> String? {
        guard let session = session() else { return "no digest" }
        try await insert(session, store)
        for _ in 0..<2 { try await store.remove(session.id) }
        let found = try await store.session(session.id)
        let listed = try await store.sessions(subject: session.subject)
        return found == nil && listed.isEmpty ? nil : "still there"
    }

    private static func removalOfSubject(_ store: any RefreshSessionStore) async throws -> String? {
        let mine = (0..<5).compactMap { session("u", at: $0) }
        let others = (0..<3).compactMap { session("v", at: $0) }
        for session in mine + others { try await insert(session, store) }
        let removed = try await store.removeAll(subject: "u")
        if Set(removed) != Set(mine.map(\.id)) || removed.count != mine.count { return "\(removed.count) ids instead of \(mine.count)" }
        let left = try await store.sessions(subject: "v")
        let gone = try await store.sessions(subject: "u")
        let again = try await store.removeAll(subject: "u")
        return left == others && gone.isEmpty && again.isEmpty ? nil : "\(left.count) of the other subject's left, \(gone.count) of its own"
    }

    private static func order(_ store: any RefreshSessionStore) async throws -> String? {
        let sessions = (0..<5).compactMap { session("u", at: $0) }
        for session in sessions { try await insert(session, store) }
        let found = try await store.sessions(subject: "u")
        return found == sessions ? nil : "another order, or others"
    }

    private static func oneSuccessor(_ store: any RefreshSessionStore) async throws -> String? {
        let key = Secret((0..<32).map { UInt8($0) })
        let services = try (0..<2).map { _ in
            SessionService(
                tokens: try TokenService(issuer: "i", audience: "a", keys: KeySet(active: .hs256(secret: key, id: "k"))), key: key,
                store: store)
        }
        let token = try await services[0].signIn(subject: "u").refreshToken
        let successors = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<20 {
                let service = services[index % 2]
                group.addTask { try await service.refresh(token).refreshToken }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        return successors.count == 1 ? nil : "\(successors.count) successors"
    }
}
