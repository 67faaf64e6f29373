import ErrorCatalog

/// What a client must know of one route: an operation of the OpenAPI document.
///
/// What every route of its kind has (the 401 of a route behind a token, the 415 of one with a body, the limits and their
/// header fields) is added by the document and not repeated here.
struct RouteDescription: Sendable {
    enum Method: String, Sendable {
        case get, post, put, patch, delete
    }

    /// Who may call.
    enum Access: Sendable {
        case anyone
        case bearer
    }

    let method: Method
    /// Parameters in braces, as the router has it.
    let path: String
    /// Unique; what generated clients call the function.
    let id: String
    let tag: String
    let summary: String
    var access = Access.anyone
    /// Whether neither the abuse guard nor a limit concerns it.
    var isExempt = false
    var parameters: [ParameterDescription] = []
    /// A JSON body that must be sent.
    var body: Schema?
    let answers: [AnswerDescription]
    /// Errors of its own.
    var failures: [ErrorDefinition] = []

    /// Every error it can answer with, of its own and of its kind.
    func allFailures(_ layers: OpenAPIDocument.Layers) -> [ErrorDefinition] {
        var failures = self.failures + [.invalidInput, .requestTimeout, .internalError]
        if !isExempt { failures += [.clientBlocked, .serviceUnavailable] }
        if !isExempt && layers.isRateLimited { failures += [.rateLimitExceeded] }
        // Wherever a cookie may have signed the caller in.
        if method != .get { failures += [.csrfRejected] }
        if access == .bearer { failures += [.authenticationError, .tokenRevoked] }
        if body != nil { failures += [.validationError, .payloadTooLarge, .unsupportedMediaType] }
        return failures
    }
}

/// A parameter in the path, the query or a header field.
struct ParameterDescription: Sendable {
    enum Place: String, Sendable {
        case path, query, header
    }

    let name: String
    let place: Place
    let isRequired: Bool
    let description: String
    let schema: Schema

    static func path(_ name: String, _ description: String, _ schema: Schema) -> Self {
        Self(name: name, place: .path, isRequired: true, description: description, schema: schema)
    }

    static func query(_ name: String, _ description: String, _ schema: Schema, isRequired: Bool = false) -> Self {
        Self(name: name, place: .query, isRequired: isRequired, description: description, schema: schema)
    }

    static func header(_ name: String, _ description: String, _ schema: Schema = .text) -> Self {
        Self(name: name, place: .header, isRequired: false, description: description, schema: schema)
    }

    var tree: JSONTree {
        [
            "name": .string(name), "in": .string(place.rawValue), "required": .bool(isRequired), "description": .string(description),
            "schema": schema.tree,
        ]
    }
}

/// An answer that is not an error.
struct AnswerDescription: Sendable {
    let status: Int
    let description: String
    /// Media types without parameters, and what the bodies look like; none for an answer without a body.
    let content: KeyValuePairs<String, Schema>
    /// Fields beyond those that every answer has.
    let headers: [HeaderDescription]

    static func json(_ description: String, _ body: Schema, status: Int = 200, headers: [HeaderDescription] = []) -> Self {
        Self(status: status, description: description, content: ["application/json": body], headers: headers)
    }

    static func empty(_ description: String, status: Int = 204, headers: [HeaderDescription] = []) -> Self {
        Self(status: status, description: description, content: [:], headers: headers)
    }
}

extension Schema {
    /// Server-sent events: one of these, many times.
    ///
    /// OpenAPI 3.1 has no word for the items of a stream; the schema is that of an event, as in 3.2.
    static func events(_ data: KeyValuePairs<String, Schema>) -> Schema {
        let events = data.map { name, data -> JSONTree in
            [
                "type": "object",
                "properties": [
                    "event": ["const": .string(name)],
                    "data": ["type": "string", "contentMediaType": "application/json", "contentSchema": data.tree],
                ],
                "required": ["event", "data"], "additionalProperties": false,
            ]
        }
        return Schema(
            ["description": "One event of the stream.", "oneOf": .array(events)],
            components: data.reduce(into: [:]) { $0.merge($1.value.components) { $1 } })
    }
}
