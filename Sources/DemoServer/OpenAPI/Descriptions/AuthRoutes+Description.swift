import ErrorCatalog

extension AuthRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .post, path: "/api/auth/register", id: "register", tag: "Accounts", summary: "Creates an account.",
            body: .input(
                ["email": .email, "password": .newPassword],
                optional: ["full_name": .text(1...100, pattern: .visible).nullable]
            ).named("Registration"),
            answers: [.json("The account.", .object(["id": .text, "email": .email]).named("Registered"), status: 201)],
            failures: [.emailTaken, .serviceUnavailable]),
        RouteDescription(
            method: .post, path: "/api/auth/login", id: "login", tag: "Accounts", summary: "Exchanges a password for a token.",
            body: .input(["email": .email, "password": .text(1...1024, pattern: .withoutNUL)]).named("Credentials"),
            answers: [
                .json(
                    "The token.",
                    .object(["access_token": .text, "token_type": .constant("bearer"), "expires_in": .integer(from: 1)]).named("SignedIn"))
            ],
            failures: [.authenticationError, .accountLocked, .serviceUnavailable]),
        RouteDescription(
            method: .post, path: "/api/auth/logout", id: "logout", tag: "Accounts", summary: "Ends the token.", access: .bearer,
            answers: [.empty("The token is no longer accepted.")]),
        RouteDescription(
            method: .get, path: "/api/me", id: "me", tag: "Accounts", summary: "Whose token it is.", access: .bearer,
            answers: [.json("The account.", .object(["id": .text, "email": .email, "plan": .choice(User.Plan.self)]).named("Me"))]),
    ]
}

extension Schema {
    /// Eight to 72 characters, and no more than the 72 bytes that bcrypt reads.
    static let newPassword = text(8...72, pattern: .withoutNUL).described("At most 72 bytes in UTF-8.")
}

extension String {
    /// No character NUL, which bodies are refused for.
    static let withoutNUL = "^[^\\u0000]*$"
    /// The same, and not white space alone: the text is trimmed first.
    static let visible = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
}
