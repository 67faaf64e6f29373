import ErrorCatalog

extension BrowserRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .post, path: path, id: "beginSession", tag: AuthRoutes.tag, summary: "Exchanges a password for session cookies.",
            body: .input(["email": .email, "password": .text(1...1024, pattern: .withoutNUL)]),
            answers: [
                .json(
                    "Signed in. `csrf_token` goes into `X-CSRF-Token` of requests that change something.",
                    .object(["csrf_token": .text, "expires_in": .count.described("Seconds.")]).named("BrowserSession"),
                    headers: [.cacheControl, .setCookie])
            ],
            failures: [.authenticationError, .accountLocked, .serviceUnavailable, .databaseError]),
        RouteDescription(
            method: .delete, path: path, id: "endSession", tag: AuthRoutes.tag, summary: "Ends the session and its cookies.",
            access: .bearer, answers: [.empty("The session is over.", headers: [.setCookie])],
            failures: [.databaseError]),
    ]
}
