import HardeningCore
public import TokenAuth

/// What every `RevocationLog` must do, to certify a log of your own.
///
/// ```swift
/// let violations = try await TokenRevocationLogConformance.violations {
///     let file = temporaryFile()
///     return { try MyLog(file) }
/// }
/// ```
/// Each promise gets storage of its own, opened several times, as restarts do. It needs no test framework.
public struct TokenRevocationLogConformance {
    /// Opens the log on one storage; called again after the log of the call before is let go.
    public typealias Open = () async throws -> any RevocationLog

    /// - Parameter makeStorage: makes empty storage and returns how to open it.
    /// - Returns: the promises that were broken, empty when it conforms.
    /// - Throws: what the log or `makeStorage` throws.
    public static func violations(of makeStorage: () async throws -> Open) async throws -> [ConformanceViolation] {
        var violations: [ConformanceViolation] = []
        for (promise, check) in promises {
            let open = try await makeStorage()
            if let observation = try await check(open) {
                violations.append(ConformanceViolation(promise: promise, observation: observation))
            }
        }
        return violations
    }

    /// Returns what was not as promised.
    private typealias Check = @Sendable (Open) async throws -> String?

    private static let promises: [(String, Check)] = [
        ("every kind of entry comes back as it was after a restart", everyKind),
        ("names of any text come back as they were", anyNames),
        ("entries appended at once are all kept", concurrent),
        ("an entry appended twice does no harm", twice),
        ("a reader that goes page by page sees every entry once, in order", pages),
    ]

    static let start = Timestamp(secondsSince1970: 1_767_225_600)

    static func token(_ subject: String) -> Revocation {
        .token(issuer: "i", id: TokenID(), subject: subject, issuedAt: start, expiresAt: start.advanced(by: .seconds(900)))
    }

    private static func stored(_ log: any RevocationLog) async throws -> [Revocation] {
        var entries: [Revocation] = []
        try await log.replay { entries.append($0) }
        return entries
    }

    private static func everyKind(_ open: Open) async throws -> String? {
        let entries: [Revocation] = [
            token("u"), .subject(issuer: "i", "u", through: start), .session(issuer: "i", "s", at: start),
            .key(issuer: "i", "k", through: start), .everything(through: start),
        ]
        for entry in entries { try await append(entry, open) }
        let found = try await Set(stored(open()))
        return found == Set(entries) ? nil : "\(found.count) of \(entries.count) entries came back as they were"
    }

    /// Opens, appends, and lets go.
    private static func append(_ entry: Revocation, _ open: Open) async throws {
        try await open().append(entry)
    }

    private static func anyNames(_ open: Open) async throws -> String? {
        let names = ["", "a'b\"c\\d", "محمد", "a\u{0}b", "line\nbreak", String(repeating: "x", count: 256), "e\u{301}", "\u{e9}"]
        let entries = names.map { Revocation.subject(issuer: $0, $0, through: start) }
        for entry in entries { try await append(entry, open) }
        let texts = try await stored(open()).compactMap { entry -> [UInt8]? in
            if case .subject(_, let name, _) = entry { Array(name.utf8) } else { nil }
        }
        // By bytes: Swift calls the two spellings of é equal, a revocation list does not.
        return Set(texts) == Set(names.map { Array($0.utf8) }) ? nil : "\(texts.count) names came back, not all as they were"
    }

    private static func concurrent(_ open: Open) async throws -> String? {
        let entries = (0..<100).map { token("u\($0)") }
        try await appendAll(entries, to: open())
        let found = try await Set(stored(open()))
        return found == Set(entries) ? nil : "\(found.count) of \(entries.count) entries were kept"
    }

    private static func appendAll(_ entries: [Revocation], to log: any RevocationLog) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for entry in entries { group.addTask { try await log.append(entry) } }
            try await group.waitForAll()
        }
    }

    private static func twice(_ open: Open) async throws -> String? {
        let entry = token("u")
        for _ in 0..<2 { try await append(entry, open) }
        let found = try await Set(stored(open()))
        return found == [entry] ? nil : "\(found.count) different entries instead of one"
    }

    private static func pages(_ open: Open) async throws -> String? {
        guard let log = try await open() as? any SequencedRevocationLog else { return nil }
        let entries = (0..<25).map { token("u\($0)") }
        for entry in entries { try await log.append(entry) }
        var seen: [RevocationPage.Entry] = []
        var position: UInt64 = 0
        for _ in 0..<50 {
            let page = try await log.entries(after: position, limit: 7)
            if page.entries.count > 7 { return "a page of \(page.entries.count) entries, 7 were asked for" }
            seen += page.entries
            position = page.position
            if page.isLast { break }
        }
        if seen.map(\.revocation) != entries { return "\(seen.count) entries instead of 25, or in another order" }
        if zip(seen, seen.dropFirst()).contains(where: { $0.sequence >= $1.sequence }) { return "numbers do not grow" }
        try await log.append(token("later"))
        let rest = try await log.entries(after: position, limit: 7)
        return rest.entries.count == 1 && rest.isLast ? nil : "\(rest.entries.count) entries after the end instead of the one appended"
    }
}
