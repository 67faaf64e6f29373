import HardeningCore
public import TokenAuth

/// What every `APIKeyStore` must do, to certify a store of your own.
///
/// ```swift
/// let violations = try await APIKeyStoreConformance.violations { try MyStore() }
/// ```
/// Each promise gets an empty store with room for 20 keys, 5 of one owner.
public struct APIKeyStoreConformance {
    /// - Parameter makeStore: makes an empty store.
    /// - Returns: the promises that were broken, empty when it conforms.
    /// - Throws: what the store or `makeStore` throws.
    public static func violations(of makeStore: () async throws -> any APIKeyStore) async throws -> [ConformanceViolation] {
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
    private typealias Check = @Sendable (any APIKeyStore) async throws -> String?

    private static let promises: [(String, Check)] = [
        ("a record comes back with every field as it was, by digest and by owner", everyField),
        ("a digest that was never stored is nobody's", unknownDigest),
        ("a rotation ends the predecessor at the time given and older keys of the line now", rotation),
        ("only the newest key of its line can be rotated, and a refusal changes nothing", onlyNewest),
        ("of many rotations of one key at once one succeeds", oneSuccessor),
        ("a key is removed by its owner only, and removing it again is no error", removal),
        ("the keys of an owner come oldest first, and nobody else's", order),
        ("the last use is seen at once, and a use of no key is no error", lastUse),
        ("at its bounds a store refuses, and dead keys of the owner make room", bounds),
    ]

    private static let start = Timestamp(secondsSince1970: 1_767_225_600)

    private static func record(
        _ owner: String = "o", lineage: TokenID? = nil, expiresAt: Timestamp? = nil, number: Int = 0
    ) -> APIKeyRecord? {
        let id = TokenID()
        // Of the id and the number, so that no two records share a digest.
        let bytes = Array("\(id)".utf8) + (0..<10).map { UInt8(truncatingIfNeeded: number >> $0) }
        guard let digest = APIKeyDigest(Array(bytes.prefix(32))) else { return nil }
        return APIKeyRecord(
            id: id, lineage: lineage ?? id, owner: owner, scope: nil, digest: digest, hint: "sk_…abcd",
            createdAt: start.advanced(by: .seconds(number)), expiresAt: expiresAt)
    }

    /// Several records of one owner, stored one after the other.
    private static func stored(_ count: Int, owner: String = "o", _ store: any APIKeyStore) async throws -> [APIKeyRecord] {
        let records = (0..<count).compactMap { record(owner, number: $0) }
        for record in records { try await store.insert(record, replacing: nil, now: start) }
        return records
    }

    private static func refusal(_ body: () async throws -> Void) async throws -> APIKeyError? {
        do {
            try await body()
            return nil
        } catch let error as APIKeyError {
            return error
        }
    }

    private static func everyField(_ store: any APIKeyStore) async throws -> String? {
        guard let plain = record("محمد 'x'") else { return "no digest" }
        let full = APIKeyRecord(
            id: TokenID(), lineage: plain.id, owner: plain.owner, scope: "a b",
            digest: APIKeyDigest([UInt8](repeating: 0xff, count: 32)) ?? plain.digest, hint: "sk_live_…x7Qa",
            createdAt: start.advanced(by: .nanoseconds(1)), expiresAt: .distantFuture, lastUsedAt: start)
        for record in [plain, full] {
            try await store.insert(record, replacing: nil, now: start)
            let found = try await store.record(digest: record.digest)
            if found != record { return "not equal to what was stored" }
        }
        let listed = try await store.records(owner: plain.owner)
        return listed == [plain, full] ? nil : "the list is not equal to what was stored"
    }

    private static func unknownDigest(_ store: any APIKeyStore) async throws -> String? {
        _ = try await stored(1, store)
        guard let other = record() else { return "no digest" }
        let found = try await store.record(digest: other.digest)
        return found == nil ? nil : "found a key that was never stored"
    }

    private static func rotation(_ store: any APIKeyStore) async throws -> String? {
        guard let first = record(), let second = record(lineage: first.id, number: 1), let third = record(lineage: first.id, number: 2),
            let bystander = record(number: 3)
        else { return "no digest" }
        let (now, later) = (start.advanced(by: .seconds(10)), start.advanced(by: .seconds(100)))
        try await store.insert(first, replacing: nil, now: start)
        try await store.insert(bystander, replacing: nil, now: start)
        try await store.insert(second, replacing: (first.id, later), now: start)
        try await store.insert(third, replacing: (second.id, later), now: now)
        let ends = try await store.records(owner: "o").map(\.expiresAt)
        return ends == [now, nil, later, nil] ? nil : "the ends are \(ends.map { $0.map(\.description) ?? "none" })"
    }

    private static func onlyNewest(_ store: any APIKeyStore) async throws -> String? {
        guard let first = record(), let second = record(lineage: first.id), let third = record(lineage: first.id) else {
            return "no digest"
        }
        let later = start.advanced(by: .seconds(100))
        try await store.insert(first, replacing: nil, now: start)
        try await store.insert(second, replacing: (first.id, later), now: start)
        let before = try await store.records(owner: "o")
        for predecessor in [first.id, TokenID()] {
            let error = try await refusal { try await store.insert(third, replacing: (predecessor, later), now: start) }
            if error != .alreadyRotated { return "answered \(error?.code ?? "yes")" }
        }
        let after = try await store.records(owner: "o")
        let orphan = try await store.record(digest: third.digest)
        return after == before && orphan == nil ? nil : "the refused rotation left something"
    }

    private static func oneSuccessor(_ store: any APIKeyStore) async throws -> String? {
        guard let first = record() else { return "no digest" }
        try await store.insert(first, replacing: nil, now: start)
        let successors = (0..<50).compactMap { record(lineage: first.id, number: $0) }
        let made = try await withThrowingTaskGroup(of: Bool.self) { group in
            for next in successors {
                group.addTask {
                    try await refusal { try await store.insert(next, replacing: (first.id, start), now: start) } == nil
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        return made == 1 ? nil : "\(made) of 50 succeeded"
    }

    private static func removal(_ store: any APIKeyStore) async throws -> String? {
        guard let record = try await stored(1, store).first else { return "no digest" }
        try await store.remove(record.id, owner: "somebody else")
        if try await store.record(digest: record.digest) == nil { return "somebody else could remove it" }
        for _ in 0..<2 { try await store.remove(record.id, owner: "o") }
        let found = try await store.record(digest: record.digest)
        let listed = try await store.records(owner: "o")
        return found == nil && listed.isEmpty ? nil : "still there"
    }

    private static func order(_ store: any APIKeyStore) async throws -> String? {
        let (mine, others) = (try await stored(5, store), try await stored(3, owner: "p", store))
        let (found, left) = (try await store.records(owner: "o"), try await store.records(owner: "p"))
        return found == mine && left == others ? nil : "another order, or others"
    }

    private static func lastUse(_ store: any APIKeyStore) async throws -> String? {
        guard let record = try await stored(1, store).first else { return "no digest" }
        for second in 1...3 {
            let moment = start.advanced(by: .seconds(second))
            try await store.markUsed(record.id, at: moment)
            let used = try await store.record(digest: record.digest)?.lastUsedAt
            let listed = try await store.records(owner: "o").first?.lastUsedAt
            if used != moment || listed != moment { return "a use is not seen" }
        }
        try await store.markUsed(TokenID(), at: start)
        return nil
    }

    private static func bounds(_ store: any APIKeyStore) async throws -> String? {
        for number in 0..<5 {
            guard let key = record(expiresAt: start.advanced(by: .seconds(number == 0 ? 10 : 100)), number: number) else {
                return "no digest"
            }
            try await store.insert(key, replacing: nil, now: start)
        }
        guard let extra = record() else { return "no digest" }
        let early = try await refusal { try await store.insert(extra, replacing: nil, now: start.advanced(by: .seconds(9))) }
        if early != .tooManyKeys { return "a sixth key of an owner: \(early?.code ?? "taken")" }
        try await store.insert(extra, replacing: nil, now: start.advanced(by: .seconds(10)))
        if try await store.records(owner: "o").count != 5 { return "the dead key is still there" }
        for owner in ["p", "q", "r"] { _ = try await stored(5, owner: owner, store) }
        let late = try await refusal { _ = try await stored(1, owner: "s", store) }
        return late == .storeFull ? nil : "a key beyond the capacity: \(late?.code ?? "taken")"
    }
}
