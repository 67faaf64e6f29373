import HTTPHardening
import HTTPTypes
import HardeningHummingbird
import Hummingbird
import TokenAuth

/// `/api/auth/session`: signing in and out with cookies.
///
/// A session lasts as long as an access token; a page that needs longer signs in with tokens and refreshes them.
struct BrowserRoutes: Sendable {
    static let path = "/api/auth/session"

    let signIn: SignIn
    let browser: BrowserSession

    func begin(_ request: Request, _ context: DemoContext) async throws -> Response {
        let (email, password) = try await request.json { input in
            (input.email("email"), input.string("password", length: 1...1024))
        }
        let pair = try await signIn.login(email: email, password: password, from: context.hardening.clientAddress)
        let (fields, csrfToken) = try browser.begin(pair.access)
        let body = Begun(csrfToken: csrfToken, expiresIn: SignedIn(pair).expiresIn)
        var response = try JSONAnswer(body, headers: [.cacheControl: "no-store"]).response(from: request, context: context)
        response.headers.append(contentsOf: fields)
        return response
    }

    /// The session is dead before this returns, and the browser is told to forget it.
    func end(_ request: Request, _ context: DemoContext) async throws -> Response {
        try await signIn.logout(context.hardening.requireCaller())
        var response = Response(status: .noContent)
        response.headers.append(contentsOf: browser.end)
        return response
    }

    private struct Begun: Encodable {
        let csrfToken: String
        let expiresIn: Int64
    }
}
