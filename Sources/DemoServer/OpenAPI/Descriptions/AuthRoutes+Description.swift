import ErrorCatalog

extension AuthRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .post, path: "/api/auth/register", id: "register", tag: tag, summary: "Creates an account.",
            body: .input(
                ["email": .email, "password": .newPassword], optional: ["full_name": .text(1...100, pattern: .visible).nullable]
            ).named("Registration"),
            answers: [.json("The account.", .object(["id": .text, "email": .email]).named("Registered"), status: 201)],
            failures: [.emailTaken, .serviceUnavailable, .databaseError]),
        RouteDescription(
            method: .post, path: "/api/auth/login", id: "login", tag: tag, summary: "Exchanges a password for tokens.",
            body: .input(["email": .email, "password": .text(1...1024, pattern: .withoutNUL)]).named("Credentials"),
            answers: [SignedIn.described], failures: [.authenticationError, .accountLocked, .serviceUnavailable, .databaseError]),
        RouteDescription(
            method: .post, path: "/api/auth/refresh", id: "refresh", tag: tag, summary: "Exchanges a refresh token for new tokens.",
            body: .input(["refresh_token": .text(1...1024, pattern: .withoutNUL)]),
            answers: [SignedIn.described], failures: [.authenticationError, .serviceUnavailable, .databaseError]),
        RouteDescription(
            method: .post, path: "/api/auth/key", id: "exchangeKey", tag: tag, summary: "Exchanges an API key for an access token.",
            body: .input(["api_key": .text(1...1024, pattern: .withoutNUL)]),
            answers: [SignedIn.described], failures: [.authenticationError, .serviceUnavailable, .databaseError]),
        RouteDescription(
            method: .post, path: "/api/auth/logout", id: "logout", tag: tag, summary: "Ends the session of the token.", access: .bearer,
            answers: [.empty("The token is no longer accepted.")], failures: [.serviceUnavailable, .databaseError]),
        RouteDescription(
            method: .post, path: "/api/auth/logout-all", id: "logoutAll", tag: tag, summary: "Ends every session of the account.",
            access: .bearer, answers: [.empty("No token is accepted any more.")], failures: [.serviceUnavailable, .databaseError]),
    ]

    static let tag = "Accounts"
}

extension SignedIn {
    static let described = AnswerDescription.json(
        "The tokens (RFC 6749, section 5.1).",
        .object(
            ["access_token": .text, "token_type": .constant("bearer"), "expires_in": .count.described("Seconds.")],
            optional: ["refresh_token": .text, "refresh_expires_in": .count.described("Seconds.")]
        ).named("SignedIn"), headers: [.cacheControl])
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
