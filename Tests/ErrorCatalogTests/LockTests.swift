import ErrorCatalog
import Foundation
import Testing

@Suite struct LockTests {
    private static let good = LocalizedText(en: "Good.", ar: "جيد.")

    private func definition(_ code: String, _ status: Int) -> ErrorDefinition {
        ErrorDefinition(code, status: status, message: Self.good, userMessage: Self.good)
    }

    /// docs/errors.lock is a promise to clients: it changes on purpose or not at all.
    @Test func ourOwnCatalogueKeepsItsLock() throws {
        let lock = try CatalogLock(parsing: try CommittedFile("errors.lock").text(recording: CatalogLock(.standard).text))
        let findings = CatalogLint.findings(in: Catalog.standard.definitions, fieldRules: FieldRule.builtIn, lock: lock)
        #expect(findings == [], "\(findings)")
        #expect(lock.statuses.count == 29)
    }

    @Test func aLockReadsWhatItWrites() throws {
        let lock = CatalogLock(.standard)
        #expect(try CatalogLock(parsing: lock.text) == lock)
        #expect(try CatalogLock(parsing: "# codes\n\n" + lock.text) == lock)
        #expect(lock.text.split(separator: "\n").first == "ACCOUNT_LOCKED 429")
    }

    @Test func aRemovedCodeAChangedStatusAndANewCodeAreFound() throws {
        let lock = try CatalogLock(parsing: "GONE 404\nKEPT 409\nMOVED 400\n")
        let findings = CatalogLint.findings(
            in: [definition("KEPT", 409), definition("MOVED", 422), definition("NEW_ONE", 500)], lock: lock)
        #expect(findings.map(\.rule) == [.codeRemoved, .statusChanged, .codeNotLocked])
        #expect(findings.map(\.code) == ["GONE", "MOVED", "NEW_ONE"])
        #expect(findings[1].description == "STATUS_CHANGED MOVED: 422, locked as 400")
    }

    @Test func lintWithALockFindsFaultsInTextsToo() throws {
        let faulty = ErrorDefinition("KEPT", status: 409, message: .init(en: "Good.", ar: ""), userMessage: Self.good)
        let findings = CatalogLint.findings(in: [faulty], lock: try CatalogLock(parsing: "KEPT 409"))
        #expect(findings.map(\.rule) == [.emptyText])
    }

    @Test(
        arguments: [
            ("KEPT", 1), ("KEPT 409 x", 1), ("A 1\n", 1), ("KEPT 409\nkept 409", 2), ("KEPT 200", 1), ("KEPT  409", 1), ("KEPT 0409", 1),
            ("KEPT +40", 1), ("\n\nKEPT -40\n", 3), ("KEPT 409\r\n", 1), (" KEPT 409", 1), ("\u{FEFF}KEPT 409", 1), ("KEPT ٤٠٩", 1),
        ] as [(String, Int)])
    func aMalformedLineIsNamed(text: String, line: Int) {
        let error = #expect(throws: CatalogLockError.self) { try CatalogLock(parsing: text) }
        #expect(error?.reason == .malformedLine && error?.line == line)
    }

    @Test func aCodeIsLockedOnce() {
        let error = #expect(throws: CatalogLockError.self) { try CatalogLock(parsing: "KEPT 409\nGOOD 400\nKEPT 409") }
        #expect(error?.description == "line 3 repeats a code")
    }
}
