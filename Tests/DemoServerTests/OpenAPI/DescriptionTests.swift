import HTTPTypes
import Hummingbird
import Testing

@testable import DemoServer

/// The description and the router name the same routes, and the description is well made.
@Suite(.timeLimit(.minutes(60))) struct DescriptionTests {
    private static let variants: [[String: String]] = [
        [:], ["ENVIRONMENT": "development"], ["RATE_LIMIT_ENABLED": "false"], ["CORS_ORIGINS": "https://app.example.com"],
        ["ENVIRONMENT": "development", "UPSTREAM": "real", "ANTHROPIC_API_KEY": "sk-ant-test"],
    ]

    @Test(arguments: variants) func everyRouteIsDescribedAndEveryDescriptionIsARoute(settings: [String: String]) async throws {
        try await DemoUnderTest.run(settings) { demo in
            let application = demo.application
            let router = DemoRouter.build(
                application.services, configuration: application.configuration, control: application.upstreamControl,
                logger: silent)
            let registered = router.routes.filter { $0.method != .head }.map { "\($0.method.rawValue) \($0.path)" }
            let described = try #require(OpenAPIDocument(application.configuration).tree["paths"]).members.flatMap { item in
                item.value.members.filter { $0.name != "parameters" }.map { "\($0.name.uppercased()) \(item.name)" }
            }
            #expect(Set(registered) == Set(described))
            #expect(described.count == Set(described).count)
        }
    }

    @Test(arguments: variants) func referencesLeadSomewhereAndNothingIsLeftOver(settings: [String: String]) throws {
        let settings = DemoUnderTest.defaults.merging(["DATA_DIR": "unused"]) { $1 }.merging(settings) { $1 }
        let tree = OpenAPIDocument(try DemoConfiguration(SettingsReader(settings))).tree
        let references = Set(tree.strings(named: "$ref"))
        let validator = SchemaValidator(root: tree)
        #expect(references.filter { validator.resolve($0) == nil }.isEmpty)
        for kind in ["schemas", "responses"] {
            let components = try #require(tree["components"]?[kind]).members.map { "#/components/\(kind)/\($0.name)" }
            #expect(Set(components).subtracting(references).isEmpty)
        }
        let identifiers = tree.strings(named: "operationId")
        #expect(identifiers.count == Set(identifiers).count)
    }

    @Test func everySchemaIsInTheValidatorsVocabulary() throws {
        for schema in Self.schemas(of: try Self.document()) {
            #expect(Set(schema.members.map(\.name)).subtracting(SchemaValidator.keywords).isEmpty)
        }
    }

    @Test func parametersInAPathAreDescribed() throws {
        for item in try #require(try Self.document()["paths"]).members {
            let names = Set(item.name.matches(of: /\{([^}]+)\}/).map { String($0.1) })
            for operation in item.value.members where operation.name != "parameters" {
                let described = operation.value["parameters"]?.items.filter { $0["in"] == "path" }.compactMap { $0["name"] } ?? []
                #expect(Set(described) == Set(names.map(JSONTree.string)), "\(operation.name) \(item.name)")
            }
        }
    }

    /// A client may be too slow for any route, and for a path that is none.
    @Test(arguments: variants) func everyRouteMayAnswer408(settings: [String: String]) throws {
        let settings = DemoUnderTest.defaults.merging(["DATA_DIR": "unused"]) { $1 }.merging(settings) { $1 }
        let tree = OpenAPIDocument(try DemoConfiguration(SettingsReader(settings))).tree
        let validator = SchemaValidator(root: tree)
        let operations = tree["paths"]?.members.flatMap { $0.value.members.filter { $0.name != "parameters" } }.map(\.value) ?? []
        let all = operations.map { $0["responses"] } + [tree["x-unmatched-responses"]]
        #expect(all.count > 20)
        for responses in all {
            let response = try #require(responses?["408"].map(validator.resolved))
            #expect(response["description"] == "REQUEST_TIMEOUT")
        }
    }

    @Test func theDocumentIsServedWithAValidator() async throws {
        try await DemoUnderTest.run { demo in
            let answer = try await demo.get("/openapi.json")
            let tag = try #require(answer.header("etag"))
            #expect(answer.status == 200 && answer.header("cache-control") == "public, max-age=3600")
            let served = try #require(JSONTree(parsing: answer.text))
            #expect(served.sorted == OpenAPIDocument(demo.application.configuration).tree.sorted)
            #expect(served["openapi"] == "3.1.0")
            for known in [tag, "W/\(tag)", "\"old\", \(tag)", "*"] {
                let cached = try await demo.get("/openapi.json", headers: [("If-None-Match", known)])
                #expect(cached.status == 304 && cached.text.isEmpty && cached.header("etag") == tag)
            }
            for unknown in ["\"old\"", "old", ""] {
                #expect(try await demo.get("/openapi.json", headers: [("If-None-Match", unknown)]).status == 200)
            }
        }
    }

    private static func document() throws -> JSONTree {
        let settings = DemoUnderTest.defaults.merging(["DATA_DIR": "unused", "ENVIRONMENT": "development"]) { $1 }
        return OpenAPIDocument(try DemoConfiguration(SettingsReader(settings))).tree
    }

    /// Every schema, those inside of others included.
    private static func schemas(of document: JSONTree) -> [JSONTree] {
        let named = document["components"]?["schemas"]?.members.map(\.value) ?? []
        return (named + document.values(named: "schema")).flatMap(parts)
    }

    private static func parts(of schema: JSONTree) -> [JSONTree] {
        let members = schema["properties"]?.members.map(\.value) ?? []
        let branches = ["allOf", "anyOf", "oneOf"].flatMap { schema[$0]?.items ?? [] }
        let others = [schema["items"], schema["additionalProperties"], schema["contentSchema"]].compactMap(\.self)
        return [schema] + (members + branches + others).flatMap(parts)
    }
}

extension JSONTree {
    var members: [Member] { if case .object(let members) = self { members } else { [] } }
    var items: [JSONTree] { if case .array(let items) = self { items } else { [] } }

    /// The values of all members of a name, at any depth.
    func values(named name: String) -> [JSONTree] {
        members.flatMap { ($0.name == name ? [$0.value] : []) + $0.value.values(named: name) } + items.flatMap { $0.values(named: name) }
    }

    func strings(named name: String) -> [String] {
        values(named: name).compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    /// With members in the order of their names.
    var sorted: JSONTree {
        switch self {
        case .object(let members): .object(sorted: Dictionary(members.map { ($0.name, $0.value.sorted) }) { $1 })
        case .array(let items): .array(items.map(\.sorted))
        default: self
        }
    }
}
