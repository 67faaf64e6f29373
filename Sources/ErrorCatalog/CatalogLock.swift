/// The codes and statuses that clients have come to rely on, as a text to commit beside the code.
///
/// A code that disappears, or answers with another status, breaks clients that branch on it, and no
/// compiler sees it. Commit the lock of your catalogue, and hold the catalogue to it in a test:
///
/// ```swift
/// let lock = try CatalogLock(parsing: String(contentsOf: lockFile, encoding: .utf8))
/// #expect(CatalogLint.findings(in: catalog.definitions, lock: lock) == [])
/// ```
/// Then a change is a line in a review, not an accident.
public struct CatalogLock: Sendable, Hashable {
    /// The status of every code.
    public let statuses: [String: Int]

    /// The lock of `catalog` as it is now.
    public init(_ catalog: Catalog) {
        statuses = Dictionary(catalog.definitions.map { ($0.code, $0.status) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads what ``text`` writes: a code, one space and its status on each line; empty lines and lines that start with
    /// `#` are skipped.
    ///
    /// - Throws: ``CatalogLockError`` with the first line that is neither.
    public init(parsing text: String) throws(CatalogLockError) {
        var statuses: [String: Int] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, ErrorDefinition.isWellFormed(code: String(parts[0])), parts[1].utf8.count == 3,
                let status = Int(parts[1]), ErrorDefinition.statuses.contains(status)
            else { throw CatalogLockError(reason: .malformedLine, line: index + 1) }
            guard statuses.updateValue(status, forKey: String(parts[0])) == nil else {
                throw CatalogLockError(reason: .duplicateCode, line: index + 1)
            }
        }
        self.statuses = statuses
    }

    /// One line for every code, in alphabetical order.
    public var text: String {
        statuses.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    }
}

/// Why a lock could not be read.
public struct CatalogLockError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with the line.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Not a code, one space and a status.
        case malformedLine = "CATALOG_LOCK_MALFORMED_LINE"
        /// An earlier line has the code.
        case duplicateCode = "CATALOG_LOCK_DUPLICATE_CODE"
    }

    /// What is wrong with it.
    public let reason: Reason
    /// Counted from 1.
    public let line: Int

    public var description: String {
        switch reason {
        case .malformedLine: "line \(line) is not a code, a space and a status from 400 to 599"
        case .duplicateCode: "line \(line) repeats a code"
        }
    }
}

extension CatalogLint {
    /// ``findings(in:fieldRules:)``, and what these definitions break of a committed lock.
    ///
    /// A new code is a finding too: add it to the lock, and it is promised from then on.
    public static func findings(
        in definitions: [ErrorDefinition], fieldRules: [FieldRule] = [], lock: CatalogLock
    ) -> [LintFinding] {
        var findings = findings(in: definitions, fieldRules: fieldRules)
        func report(_ rule: LintRule, _ code: String, _ explanation: String) {
            findings.append(LintFinding(rule: rule, code: code, field: nil, language: nil, explanation: explanation))
        }
        let current = Dictionary(definitions.map { ($0.code, $0.status) }, uniquingKeysWith: { first, _ in first })
        for (code, locked) in lock.statuses.sorted(by: { $0.key < $1.key }) {
            guard let status = current[code] else {
                report(.codeRemoved, code, "clients rely on it since it was locked")
                continue
            }
            if status != locked { report(.statusChanged, code, "\(status), locked as \(locked)") }
        }
        for definition in definitions where lock.statuses[definition.code] == nil {
            report(.codeNotLocked, definition.code, "add \"\(definition.code) \(definition.status)\" to the lock")
        }
        return findings
    }
}
