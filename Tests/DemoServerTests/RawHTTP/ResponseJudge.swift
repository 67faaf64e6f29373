@testable import DemoServer

/// What every response must be, whatever was asked.
struct ResponseJudge: Sendable {
    /// Words of the inside: types, files, modules, memory.
    private static let internals = [
        "/work", "/tmp", "/home", "/root", "Sources/", ".swift", "NIO", "Hummingbird", "Foundation", "Swift.", "DecodingError", "Optional(",
        "Error Domain", "HTTPParserError", "CatalogError", "0x0000", "Fatal error", "sqlite",
    ]

    /// Codes that say the server did not know what to do.
    private static let helpless: Set<JSONTree> = ["INTERNAL_ERROR", "CONFIGURATION_ERROR"]

    private let schemas: SchemaValidator

    init(_ document: JSONTree) {
        schemas = SchemaValidator(root: document)
    }

    func problems(with response: RawResponse) -> [String] {
        var problems = leaks(in: response)
        for name in ["x-content-type-options", "x-request-id"] where response.values(name).count != 1 {
            problems.append("\(response.status): \(name) is there \(response.values(name).count) times")
        }
        guard response.status >= 400 else { return problems }
        let mediaType = response.values("content-type")
        if mediaType != ["application/problem+json"], mediaType != ["application/json"] { problems.append("an error of type \(mediaType)") }
        guard let body = JSONTree(parsing: String(decoding: response.body, as: UTF8.self)) else {
            return problems + ["an error without JSON"]
        }
        problems += schemas.problems(of: body, under: ["$ref": "#/components/schemas/Problem"])
        if body["status"] != .integer(response.status) { problems.append("the status is told differently") }
        if let code = body["error_code"], Self.helpless.contains(code) { problems.append("the server did not know what to do") }
        return problems
    }

    private func leaks(in response: RawResponse) -> [String] {
        let text =
            response.fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n") + String(decoding: response.body, as: UTF8.self)
        return Self.internals.filter { text.contains($0) }.map { "\(response.status) tells of \($0)" }
    }
}
