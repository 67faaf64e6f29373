extension Catalog {
    /// The `components` of an OpenAPI 3.1 document: one schema of the problem document, one of a field
    /// error, and one response for every code, named by the code.
    ///
    /// ```yaml
    /// responses:
    ///   "404": { $ref: "#/components/responses/PROPERTY_NOT_FOUND" }
    /// ```
    /// - Complexity: linear in the catalogue; not for a request path.
    public var openAPIComponents: String {
        JSONText.object([
            ("schemas", .object([("Problem", problemSchema), ("FieldError", Self.fieldErrorSchema)])),
            ("responses", .object(definitions.map { ($0.code, $0.openAPIResponse) })),
        ]).text
    }

    private var problemSchema: JSONText {
        func text(_ description: String) -> JSONText { .object([("type", "string"), ("description", .string(description))]) }
        let members: [(String, JSONText)] = [
            ("type", .object([("type", "string"), ("format", "uri-reference")])),
            ("title", text("Constant for a code and language.")),
            ("status", .object([("type", "integer"), ("minimum", .number(400)), ("maximum", .number(599))])),
            ("detail", text("The message for the user, in the language of the answer.")),
            ("instance", .object([("type", "string"), ("format", "uri")])),
            ("error_code", .object([("type", "string"), ("enum", .array(definitions.map { .string($0.code) }))])),
            ("message", text("For developers, in English.")),
            ("message_ar", text("For developers, in Arabic.")),
            ("user_message", text("For the user, in English.")),
            ("user_message_ar", text("For the user, in Arabic.")),
            ("details", .object([("type", "object"), ("description", "Which members there are depends on the code.")])),
            ("timestamp", .object([("type", "string"), ("format", "date-time")])),
            ("request_id", .object([("type", "string")])),
        ]
        return .object([
            ("type", "object"), ("description", "RFC 9457, with the members of every error of this service."),
            ("required", .array(members.map { .string($0.0) })), ("properties", .object(members)),
        ])
    }

    private static var fieldErrorSchema: JSONText {
        let string = JSONText.object([("type", "string")])
        return .object([
            ("type", "object"), ("required", ["pointer", "code", "message", "message_ar"]),
            (
                "properties",
                .object([
                    ("pointer", .object([("type", "string"), ("format", "json-pointer")])), ("code", string), ("message", string),
                    ("message_ar", string),
                ])
            ),
        ])
    }
}

extension ErrorDefinition {
    fileprivate var openAPIResponse: JSONText {
        var headers: [(String, JSONText)] = [
            ("Content-Language", Self.header("The language of `title` and `detail`.", type: "string")),
            ("X-Request-Id", Self.header("Names the request in the log.", type: "string")),
        ]
        if isRetryable { headers.append(("Retry-After", Self.header("Seconds, where they are known.", type: "integer"))) }
        if status == 401 { headers.append(("WWW-Authenticate", Self.header("The scheme to authenticate with.", type: "string"))) }
        let problem = JSONText.object([
            (
                "allOf",
                [
                    .object([("$ref", "#/components/schemas/Problem")]),
                    .object([("properties", .object([("error_code", .object([("const", .string(code))])), ("details", detailsSchema)]))]),
                ]
            )
        ])
        return .object([
            ("description", .string(title.english.exportedSentences.joined(separator: " "))), ("headers", .object(headers)),
            (
                "content",
                .object([
                    ("application/problem+json", .object([("schema", problem)])), ("application/json", .object([("schema", problem)])),
                ])
            ),
        ])
    }

    private var detailsSchema: JSONText {
        let members = documentedDetails.map { ($0.name, $0.kind.schema) }
        return .object([("type", "object"), ("properties", .object(members))])
    }

    private static func header(_ description: String, type: String) -> JSONText {
        .object([("description", .string(description)), ("schema", .object([("type", .string(type))]))])
    }
}

extension DetailKind {
    /// A decimal is a JSON number; a list and an object may hold anything.
    fileprivate var schema: JSONText {
        switch self {
        case .text: .object([("type", "string")])
        case .integer: .object([("type", "integer")])
        case .seconds: .object([("type", "integer"), ("minimum", .number(0))])
        case .decimal: .object([("type", "number")])
        case .boolean: .object([("type", "boolean")])
        case .list: .object([("type", "array")])
        case .object: .object([("type", "object")])
        case .fieldErrors: .object([("type", "array"), ("items", .object([("$ref", "#/components/schemas/FieldError")]))])
        case .any: .object([])
        }
    }
}

extension JSONText: ExpressibleByArrayLiteral {
    init(arrayLiteral elements: JSONText...) { self = .array(elements) }
}
