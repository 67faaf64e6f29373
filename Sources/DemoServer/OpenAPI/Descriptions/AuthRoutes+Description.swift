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
            method: .post, path: "/api/auth/login", id: "login", tag: "Accounts", summary: "Exchanges a password for tokens.",
            body: .input(["email": .email, "password": .text(1...1024, pattern: .withoutNUL)]).named("Credentials"),
            answers: [.json("The tokens.", SignedIn.schema, headers: [.cacheControl])],
            failures: [.authenticationError, .accountLocked, .serviceUnavailable]),
        RouteDescription(
            method: .post, path: "/api/auth/refresh", id: "refresh", tag: "Accounts",
            summary: "Exchanges a refresh token for new tokens. It works once; used again, it ends the session.",
            body: .input(["refresh_token": .credential]),
            answers: [.json("The tokens.", SignedIn.schema, headers: [.cacheControl])],
            failures: [.authenticationError, .serviceUnavailable]),
        RouteDescription(
            method: .post, path: "/api/auth/key", id: "exchangeKey", tag: "Accounts", summary: "Exchanges an API key for an access token.",
            body: .input(["api_key": .credential]),
            answers: [.json("The token.", SignedIn.schema, headers: [.cacheControl])],
            failures: [.authenticationError, .serviceUnavailable]),
        RouteDescription(
            method: .post, path: "/api/auth/logout", id: "logout", tag: "Accounts", summary: "Ends the session.", access: .bearer,
            answers: [.empty("The token, and the session it belongs to, is no longer accepted.")]),
        RouteDescription(
            method: .post, path: "/api/auth/logout-all", id: "logoutAll", tag: "Accounts", summary: "Ends every token of the caller.",
            access: .bearer, answers: [.empty("No token issued so far is accepted any more.")]),
    ]
}

extension SignedIn {
    static let schema = Schema.object(
        ["access_token": .text, "token_type": .constant("bearer"), "expires_in": .integer(from: 1)],
        optional: ["refresh_token": .text, "refresh_expires_in": .integer(from: 0)]
    ).named("SignedIn")
}

extension Schema {
    /// What is checked as a credential and not as a text.
    static let credential = text(1...1024, pattern: .withoutNUL)
    /// Eight to 72 characters, and no more than the 72 bytes that bcrypt reads.
    static let newPassword = text(8...72, pattern: .withoutNUL).described("At most 72 bytes in UTF-8.")
}

extension String {
    /// No character NUL, which bodies are refused for.
    static let withoutNUL = "^[^\\u0000]*$"
    /// The same, and not white space alone: the text is trimmed first.
    static let visible = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
}
