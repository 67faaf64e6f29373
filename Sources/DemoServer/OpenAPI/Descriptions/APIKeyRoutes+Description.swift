import ErrorCatalog

extension APIKeyRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .get, path: "/api/keys", id: "keys", tag: "API keys", summary: "The caller's keys, without their secrets.",
            access: .bearer, answers: [.json("The keys.", .object(["api_keys": .array(of: APIKeyAnswer.schema)]))],
            failures: [.forbidden]),
        RouteDescription(
            method: .post, path: "/api/keys", id: "createKey", tag: "API keys", summary: "Makes a key, which is shown this once.",
            access: .bearer, body: .input([:], optional: ["expires_in_days": .integer(1...longestDays).nullable]),
            answers: [.json("The key.", created, status: 201)], failures: [.forbidden, .tooManyAPIKeys, .serviceUnavailable]),
        RouteDescription(
            method: .post, path: "/api/keys/{id}/rotate", id: "rotateKey", tag: "API keys",
            summary: "Makes a successor; both work for a day.", access: .bearer,
            parameters: [.path("id", "As listed.", .text)],
            answers: [.json("The successor.", created, status: 201)],
            failures: [.forbidden, .resourceNotFound, .apiKeyAlreadyRotated, .tooManyAPIKeys, .validationError, .serviceUnavailable]),
        RouteDescription(
            method: .delete, path: "/api/keys/{id}", id: "revokeKey", tag: "API keys", summary: "Ends a key and its tokens.",
            access: .bearer, parameters: [.path("id", "As listed.", .text)],
            answers: [.empty("The key signs nobody in any more.")], failures: [.forbidden, .resourceNotFound, .validationError]),
    ]

    private static let created = Schema.object(["api_key": .text, "key": APIKeyAnswer.schema]).named("NewAPIKey")
}

extension APIKeyAnswer {
    static let schema = Schema.object(
        ["id": .text, "hint": .text, "created_at": .timestamp], optional: ["expires_at": .timestamp, "last_used_at": .timestamp]
    ).named("APIKey")
}
