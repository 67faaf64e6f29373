import ErrorCatalog

/// The errors of the document: a schema for every code, out of the catalogue's own export, and a response for every set
/// of codes that one route answers with under one status.
struct FailureDescriptions: Sendable {
    private let definitions: [ErrorDefinition]
    /// `Problem`, `FieldError`, and one by the name of each code.
    let schemas: [String: JSONTree]
    private(set) var responses: [String: JSONTree] = [:]

    /// - Parameter definitions: the codes this server answers with.
    init(_ definitions: [ErrorDefinition]) {
        self.definitions = definitions
        schemas = Self.schemas(of: definitions)
    }

    /// References to the responses of a route, by status.
    mutating func references(to failures: [ErrorDefinition], _ layers: OpenAPIDocument.Layers) -> [Int: JSONTree] {
        Dictionary(grouping: failures, by: \.status).mapValues { group in
            // In the catalogue's order, so that the same set is the same response.
            let codes = definitions.filter { definition in group.contains { $0.code == definition.code } }
            let name = codes.map(\.code).joined(separator: ".") + (layers.isRateLimited ? "" : ".unlimited")
            if responses[name] == nil { responses[name] = Self.response(to: codes, layers) }
            return ["$ref": .string("#/components/responses/\(name)")]
        }
    }

    private static func response(to codes: [ErrorDefinition], _ layers: OpenAPIDocument.Layers) -> JSONTree {
        let references = codes.map { JSONTree.object([.init(name: "$ref", value: .string("#/components/schemas/\($0.code)"))]) }
        let schema: JSONTree = references.count == 1 ? references[0] : ["oneOf": .array(references)]
        var required = HeaderDescription.everywhere + [.contentLanguage, .vary, .cacheControl]
        if codes.contains(where: { $0.status == 401 }) { required.append(.authenticate) }
        if codes.contains(where: { $0.status == 405 }) { required.append(.allow) }
        var optional: [HeaderDescription] = [.strictTransportSecurity]
        if codes.contains(where: \.isRetryable) { optional.append(.retryAfter) }
        if layers.isCrossOrigin { optional += HeaderDescription.crossOrigin }
        // Not on what is refused before limits are counted.
        if layers.isRateLimited { optional += HeaderDescription.quota + HeaderDescription.windows }
        return [
            "description": .string(codes.map(\.code).joined(separator: " or ")),
            "headers": .headers(required: required, optional: optional),
            "content": ["application/problem+json": ["schema": schema], "application/json": ["schema": schema]],
        ]
    }

    /// Takes the schemas out of the catalogue's responses, and closes them: we own every member.
    private static func schemas(of definitions: [ErrorDefinition]) -> [String: JSONTree] {
        guard let catalog = try? Catalog(definitions), let components = JSONTree(parsing: catalog.openAPIComponents) else { return [:] }
        var schemas: [String: JSONTree] = [:]
        for name in ["Problem", "FieldError"] {
            schemas[name] = components["schemas"]?[name]?.merging(["additionalProperties": false])
        }
        // RFC 9457, section 3.1.1: a reference, which the catalogue's default `/errors/…` is.
        schemas["Problem"]?["properties"]?["type"] = ["type": "string", "format": "uri-reference"]
        for definition in definitions {
            let content = components["responses"]?[definition.code]?["content"]
            guard case .array(let parts)? = content?["application/problem+json"]?["schema"]?["allOf"] else { continue }
            schemas[definition.code] = ["allOf": .array(parts.map { closed($0, definition) })]
        }
        return schemas
    }

    private static func closed(_ part: JSONTree, _ definition: ErrorDefinition) -> JSONTree {
        guard var members = part["properties"], var details = members["details"], var values = details["properties"] else { return part }
        // The wait is told wherever it is known, whether or not the definition lists it.
        if values["retry_after_seconds"] == nil { values["retry_after_seconds"] = ["type": "integer", "minimum": 0] }
        details["properties"] = values
        details["additionalProperties"] = false
        members["details"] = details
        members["status"] = ["const": .integer(definition.status)]
        var part = part
        part["properties"] = members
        return part
    }
}

extension JSONTree {
    /// The `headers` of a response.
    static func headers(required: [HeaderDescription], optional: [HeaderDescription]) -> JSONTree {
        let required = required.map { Member(name: $0.name, value: $0.reference(isRequired: true)) }
        return .object(required + optional.map { Member(name: $0.name, value: $0.reference(isRequired: false)) })
    }
}
