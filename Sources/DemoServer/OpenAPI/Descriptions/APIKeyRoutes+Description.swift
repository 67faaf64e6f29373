import ErrorCatalog

extension APIKeyRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .get, path: "/api/keys", id: "apiKeys", tag: tag, summary: "The caller's API keys.", access: .bearer,
            answers: [.json("The keys.", .object(["api_keys": .array(of: key)]))], failures: [.forbidden, .databaseError]),
        RouteDescription(
            method: .post, path: "/api/keys", id: "createAPIKey", tag: tag, summary: "Makes an API key.", access: .bearer,
            body: .input([:], optional: ["expires_in_days": .integer(1...longestDays).nullable]),
            answers: [.json("The key, for the only time.", created, status: 201)],
            failures: [.forbidden, .tooManyAPIKeys, .serviceUnavailable, .databaseError]),
        RouteDescription(
            method: .post, path: "/api/keys/{id}/rotate", id: "rotateAPIKey", tag: tag, summary: "Makes a successor of an API key.",
            access: .bearer, parameters: [id], answers: [.json("The successor, for the only time.", created, status: 201)],
            failures: [
                .forbidden, .resourceNotFound, .validationError, .tooManyAPIKeys, .apiKeyAlreadyRotated, .serviceUnavailable,
                .databaseError,
            ]),
        RouteDescription(
            method: .delete, path: "/api/keys/{id}", id: "revokeAPIKey", tag: tag, summary: "Ends an API key and its tokens.",
            access: .bearer, parameters: [id], answers: [.empty("Neither the key nor a token of it is accepted.")],
            failures: [.forbidden, .resourceNotFound, .validationError, .serviceUnavailable, .databaseError]),
    ]

    /// A key as its owner sees it again.
    static let key = Schema.object(
        ["id": .text, "hint": .text, "created_at": .timestamp], optional: ["expires_at": .timestamp, "last_used_at": .timestamp]
    ).named("APIKey")

    private static let tag = "API keys"
    private static let created = Schema.object(["api_key": .text, "key": key]).named("NewAPIKey")
    private static let id = ParameterDescription.path(
        "id", "As listed, or the same as a UUID.",
        .text(22...36, pattern: "^([A-Za-z0-9_-]{21}[AQgw]|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$"))
}
