import ErrorCatalog

extension MeRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .get, path: "/api/me", id: "me", tag: tag, summary: "Whose token it is.", access: .bearer,
            answers: [.json("The account.", .object(["id": .text, "email": .email, "plan": .choice(User.Plan.self)]).named("Me"))],
            failures: [.databaseError]),
        RouteDescription(
            method: .delete, path: "/api/me", id: "eraseMe", tag: tag, summary: "Erases the account.", access: .bearer,
            answers: [.empty("Erased.")], failures: [.forbidden, .serviceUnavailable, .databaseError]),
        RouteDescription(
            method: .get, path: "/api/me/export", id: "exportMe", tag: tag, summary: "Everything kept about the caller.", access: .bearer,
            answers: [.json("A file.", export, headers: [.contentDisposition])], failures: [.forbidden, .databaseError]),
        RouteDescription(
            method: .post, path: "/api/me/password", id: "changePassword", tag: tag,
            summary: "Changes the password, ends every session and begins one.", access: .bearer,
            body: .input(["password": .text(1...1024, pattern: .withoutNUL), "new_password": .newPassword]),
            answers: [SignedIn.described], failures: [.forbidden, .accountLocked, .serviceUnavailable, .databaseError]),
    ]

    private static let tag = AuthRoutes.tag

    private static let export = Schema.object([
        "exported_at": .timestamp,
        "account": .object(
            ["id": .text, "email": .email, "plan": .choice(User.Plan.self), "created_at": .timestamp], optional: ["full_name": .text]),
        "sessions": .array(of: .object(["id": .text, "signed_in_at": .timestamp, "last_refreshed_at": .timestamp])),
        "api_keys": .array(of: APIKeyRoutes.key),
        "costs": .object(["total_usd": .dollars, "requests": .count, "input_tokens": .count, "output_tokens": .count]),
    ]).named("Export")
}
