import Foundation
import Testing

@testable import DemoServer

/// `docs/demo-server.md` says what the code says.
@Suite struct DemoServerPageTests {
    private static func page() throws -> String {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: here.appending(path: "../../docs/demo-server.md").standardizedFileURL, encoding: .utf8)
    }

    @Test func itsSettingsAreThoseOfTheHelp() throws {
        let rows = try Self.page().split(separator: "\n").filter { $0.wholeMatch(of: /\| `[A-Z_]+` \|[^|]*\|[^|]*\|/) != nil }
        #expect(rows.map(String.init) == Setting.allCases.map { "| `\($0.rawValue)` | \($0.defaultText) | \($0.meaning) |" })
        for name in Setting.notSupportedYet { #expect(try Self.page().contains("`\(name)`")) }
    }

    @Test func itsRoutesAreThoseOfTheDescription() throws {
        let named = try Self.page().matches(of: /`((?:GET|POST|PUT|PATCH|DELETE) \/[^`]*)`/).map { String($0.1) }
        let settings = DemoUnderTest.defaults.merging(["DATA_DIR": "unused", "ENVIRONMENT": "development"]) { $1 }
        let document = OpenAPIDocument(try DemoConfiguration(SettingsReader(settings))).tree
        let described = try #require(document["paths"]).members.flatMap { item in
            item.value.members.filter { $0.name != "parameters" }.map { "\($0.name.uppercased()) \(item.name)" }
        }
        #expect(named.sorted() == described.sorted())
    }

    @Test func itsModesAreThoseOfTheUpstream() throws {
        let modes = UpstreamMode.names.map { "`\($0)`" }.joined(separator: ", ")
        #expect(try Self.page().contains(modes))
    }
}
