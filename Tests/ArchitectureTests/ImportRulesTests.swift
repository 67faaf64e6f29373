import Testing

/// Who may import whom.
///
/// The compiler's own check catches what Package.swift does not declare; this
/// one catches what it should not have declared.
@Suite struct ImportRulesTests {
    private static let platform: Set<String> = ["Darwin", "Glibc", "Musl"]
    private static let foundation: Set<String> = ["Foundation", "FoundationEssentials"]

    /// Light targets see HardeningCore and the standard library, and never each other.
    private static let allowed: [String: Set<String>] = [
        "HardeningCore": platform.union(["Synchronization"]),
        "ErrorCatalog": ["HardeningCore", "Synchronization"],
        "RateLimit": ["HardeningCore", "Synchronization"],
        "CircuitBreaker": ["HardeningCore", "Synchronization"],
        "CostTracker": ["HardeningCore", "Synchronization"],
        "TokenAuth": platform.union(["HardeningCore", "Synchronization", "Crypto", "CryptoExtras", "CBlowfish"]),
        "CBlowfish": [],
        "HTTPHardening": foundation.union(["HardeningCore", "ErrorCatalog", "RateLimit", "HTTPTypes", "Synchronization"]),
        "HardeningHummingbird": platform.union([
            "HardeningCore", "ErrorCatalog", "RateLimit", "TokenAuth", "HTTPHardening", "Hummingbird", "Logging", "NIOCore", "NIOHTTPTypes",
            "Synchronization",
        ]),
        "HardeningSQLite": foundation.union(platform).union([
            "HardeningCore", "CostTracker", "TokenAuth", "GRDB", "GRDBSQLite", "Synchronization",
        ]),
        "LedgerTool": platform.union(["CostTracker", "HardeningSQLite"]),
        "HardeningTesting": [
            "HardeningCore", "ErrorCatalog", "RateLimit", "CircuitBreaker", "CostTracker", "TokenAuth", "Synchronization",
        ],
    ]

    /// The demo server composes everything; it is an executable that nobody can import.
    private static let compositionRoot = "DemoServer"

    @Test func everyTargetHasARule() throws {
        let targets = try SourceTree.targets()
        #expect(Set(targets) == Set(Self.allowed.keys).union([Self.compositionRoot]))
    }

    @Test(arguments: allowed.keys.sorted())
    func aTargetImportsOnlyWhatItMay(target: String) throws {
        let allowed = try #require(Self.allowed[target])
        for file in try SourceTree.swiftFiles(below: "Sources/\(target)") {
            let forbidden = ImportScanner.modules(in: file.text).subtracting(allowed)
            #expect(forbidden.isEmpty, "\(file.path) imports \(forbidden.sorted())")
        }
    }

    @Test func foundationIsOnlyTheFallbackOfFoundationEssentials() throws {
        for file in try SourceTree.swiftFiles(below: "Sources") where !file.path.hasPrefix("Sources/\(Self.compositionRoot)/") {
            let modules = ImportScanner.modules(in: file.text)
            if modules.contains("Foundation") {
                #expect(
                    modules.contains("FoundationEssentials") && file.text.contains("#if canImport(FoundationEssentials)"), "\(file.path)")
            }
        }
    }

    @Test func eachDependencyIsImportedByOneLibrary() throws {
        let own = try Set(SourceTree.targets()).union(Self.platform).union(Self.foundation).union(["Synchronization"])
        var importers: [String: Set<String>] = [:]
        for file in try SourceTree.swiftFiles(below: "Sources") {
            let target = String(file.path.split(separator: "/")[1])
            guard target != Self.compositionRoot else { continue }
            for module in ImportScanner.modules(in: file.text).subtracting(own) { importers[module, default: []].insert(target) }
        }
        for (module, targets) in importers { #expect(targets.count == 1, "\(module) is imported by \(targets.sorted())") }
        #expect(importers["Crypto"] == ["TokenAuth"])
        #expect(importers["HTTPTypes"] == ["HTTPHardening"])
        #expect(importers["Hummingbird"] == ["HardeningHummingbird"])
        #expect(importers["GRDB"] == ["HardeningSQLite"])
    }

    @Test func theScannerSeesEveryFormOfImport() {
        let text = """
            public import A
            @testable import B
            internal import struct C.Thing
            @preconcurrency public import D
                import E
            // import F
            let important = 1
            @_exported import class G.H
            """
        #expect(ImportScanner.modules(in: text) == ["A", "B", "C", "D", "E", "G"])
    }
}
