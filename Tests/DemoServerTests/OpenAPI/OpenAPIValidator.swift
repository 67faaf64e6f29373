import Foundation
import NIOHTTP1

@testable import DemoServer

/// One request and its answer, as the client saw them.
struct HTTPExchange: Sendable {
    var method = "GET"
    let path: String
    var requestBody: String?
    /// Whether a browser asks before a cross-origin request.
    var isPreflight = false
    let status: Int
    let headers: HTTPHeaders
    let body: String

    /// `/health/` and `//health` reach the route but none of its exemptions: they are limited, and may be refused, like any path.
    var isRespelled: Bool {
        let path = path.prefix { $0 != "?" }
        return path.hasSuffix("/") || path.contains("//")
    }
}

/// Holds what a server answers against its own description.
///
/// Strict in both directions: what is not described must not happen, and what is described as required must be there.
struct OpenAPIValidator: Sendable {
    private let document: JSONTree
    private let schemas: SchemaValidator

    /// What the protocol itself sends.
    private static let transportFields: Set<String> = [
        "date", "content-length", "content-type", "connection", "transfer-encoding", "keep-alive",
    ]

    init(_ document: JSONTree) {
        self.document = document
        schemas = SchemaValidator(root: document)
    }

    /// What is wrong with an exchange; empty when nothing is.
    func problems(with exchange: HTTPExchange) -> [String] {
        let operation = operation(for: exchange)
        guard let responses = responses(operation, exchange) else { return ["no description of this answer"] }
        guard let response = responses[String(exchange.status)].map(schemas.resolved) else {
            return ["status \(exchange.status) is not described"]
        }
        return headerProblems(exchange, response) + bodyProblems(exchange, response) + requestProblems(exchange, operation)
    }

    // MARK: - Which description

    private func operation(for exchange: HTTPExchange) -> JSONTree? {
        let path = exchange.path.prefix { $0 != "?" }
        guard case .object(let items)? = document["paths"] else { return nil }
        // What is literal comes before what is a parameter (OpenAPI 3.1, section 4.8.8.2).
        let matching = items.filter { Self.matches(path, $0.name) }
        let item = matching.first { !$0.name.contains("{") } ?? matching.first
        return item?.value[exchange.method == "HEAD" ? "get" : exchange.method.lowercased()]
    }

    private func responses(_ operation: JSONTree?, _ exchange: HTTPExchange) -> JSONTree? {
        if exchange.isPreflight, let preflight = document["x-preflight-responses"] { return preflight }
        let unmatched = document["x-unmatched-responses"]
        guard let operation else { return unmatched }
        if exchange.isRespelled, operation["responses"]?[String(exchange.status)] == nil { return unmatched }
        return operation["responses"]
    }

    private static func matches(_ path: Substring, _ template: String) -> Bool {
        let (segments, parts) = (path.split(separator: "/"), template.split(separator: "/"))
        return segments.count == parts.count && zip(segments, parts).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
    }

    // MARK: - Header fields

    private func headerProblems(_ exchange: HTTPExchange, _ response: JSONTree) -> [String] {
        guard case .object(let described)? = response["headers"] else { return ["no header fields are described"] }
        var problems: [String] = []
        for field in described {
            let header = schemas.resolved(field.value)
            let values = exchange.headers[field.name]
            // The one field that may be repeated (RFC 6265, section 3).
            if values.count > 1, field.name != "Set-Cookie" { problems.append("\(field.name) is there \(values.count) times") }
            if values.isEmpty, header["required"] == true { problems.append("\(field.name) is missing") }
            for value in values {
                let tree = Int(value).map(JSONTree.integer) ?? .string(value)
                let isNumber = header["schema"]?["type"] == "integer"
                problems += schemas.problems(of: isNumber ? tree : .string(value), under: header["schema"] ?? true, at: field.name)
            }
        }
        var names = Set(described.map { $0.name.lowercased() }).union(Self.transportFields)
        if exchange.isRespelled, case .object(let quota)? = document["x-unmatched-responses"]?["404"].map(schemas.resolved)?["headers"] {
            names.formUnion(quota.map { $0.name.lowercased() })
        }
        for name in Set(exchange.headers.map { $0.name.lowercased() }).subtracting(names) { problems.append("\(name) is not described") }
        return problems
    }

    // MARK: - Bodies

    private func bodyProblems(_ exchange: HTTPExchange, _ response: JSONTree) -> [String] {
        let contentType = exchange.headers["content-type"]
        guard case .object(let content)? = response["content"] else {
            return exchange.body.isEmpty && contentType.isEmpty ? [] : ["a body where none is described"]
        }
        guard contentType.count == 1 else { return ["Content-Type is there \(contentType.count) times"] }
        let mediaType = contentType[0].prefix { $0 != ";" }
        guard let schema = content.first(where: { $0.name == mediaType })?.value["schema"] else { return ["\(mediaType) is not described"] }
        if exchange.method == "HEAD" { return exchange.body.isEmpty ? [] : ["a body in an answer to HEAD"] }
        if mediaType == "text/event-stream" { return eventProblems(exchange.body, schema) }
        if !mediaType.hasSuffix("json") { return schemas.problems(of: .string(exchange.body), under: schema) }
        guard let value = JSONTree(parsing: exchange.body) else { return ["the body is not JSON"] }
        return schemas.problems(of: value, under: schema)
    }

    /// WHATWG HTML §9.2.6, as far as the server uses it: one name and one line of data an event, and comments.
    private func eventProblems(_ body: String, _ schema: JSONTree) -> [String] {
        guard body.hasSuffix("\n\n") else { return ["the last event is not whole"] }
        return body.components(separatedBy: "\n\n").dropLast().filter { !$0.hasPrefix(":") }.flatMap { block -> [String] in
            let lines = block.components(separatedBy: "\n")
            guard lines.count == 2, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: ") else { return ["not an event: \(block)"] }
            let event: JSONTree = [
                "event": .string(String(lines[0].dropFirst("event: ".count))), "data": .string(String(lines[1].dropFirst("data: ".count))),
            ]
            return schemas.problems(of: event, under: schema)
        }
    }

    /// A body that was accepted is one that is described: a client may believe the schema.
    private func requestProblems(_ exchange: HTTPExchange, _ operation: JSONTree?) -> [String] {
        guard (200..<300).contains(exchange.status), let body = operation?["requestBody"] else { return [] }
        guard let schema = body["content"]?["application/json"]?["schema"],
            let value = exchange.requestBody.flatMap(JSONTree.init(parsing:))
        else { return ["a request without a body was accepted"] }
        return schemas.problems(of: value, under: schema, at: "request")
    }
}
