import ErrorCatalog

extension MeRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .get, path: "/api/me", id: "me", tag: "Own data", summary: "Whose token it is.", access: .bearer,
            answers: [.json("The account.", .object(["id": .text, "email": .email, "plan": .choice(User.Plan.self)]).named("Me"))]),
        RouteDescription(
            method: .delete, path: "/api/me", id: "eraseMe", tag: "Own data",
            summary: "Erases the account with its sessions and keys. What was spent is kept under an id that leads to nobody.",
            access: .bearer, answers: [.empty("Nothing personal is left.")], failures: [.forbidden]),
        RouteDescription(
            method: .get, path: "/api/me/export", id: "exportMe", tag: "Own data", summary: "All that is kept about the caller.",
            access: .bearer, answers: [.json("The data.", exported, headers: [.contentDisposition])],
            failures: [.forbidden, .databaseError]),
        RouteDescription(
            method: .post, path: "/api/me/password", id: "changePassword", tag: "Own data",
            summary: "Changes the password, ends every session and begins a new one.", access: .bearer,
            body: .input(["password": .credential, "new_password": .newPassword]),
            answers: [.json("The tokens.", SignedIn.schema, headers: [.cacheControl])],
            failures: [.forbidden, .accountLocked, .serviceUnavailable]),
    ]

    private static let exported = Schema.object([
        "exported_at": .timestamp,
        "account": .object(
            ["id": .text, "email": .email, "plan": .choice(User.Plan.self), "created_at": .timestamp], optional: ["full_name": .text]),
        "sessions": .array(of: .object(["id": .text, "signed_in_at": .timestamp, "last_refreshed_at": .timestamp])),
        "api_keys": .array(of: APIKeyAnswer.schema),
        "costs": .object(["total_usd": .dollars, "requests": .count, "input_tokens": .count, "output_tokens": .count]),
    ]).named("OwnData")
}
