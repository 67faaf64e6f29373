import ErrorCatalog
import HTTPHardening
import HardeningHummingbird
import Hummingbird
import TokenAuth

/// Sign-up, sign-in, sign-out and who I am.
struct AuthRoutes: Sendable {
    let signIn: SignIn

    func register(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let form = try await request.json { input in
            SignIn.Registration(
                email: input.email("email"), password: input.string("password", length: 8...72),
                fullName: input.optionalString("full_name", length: 1...100, trimmed: true))
        }
        let user = try await signIn.register(form)
        return JSONAnswer(Registered(id: user.id, email: user.email), status: .created)
    }

    func login(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let (email, password) = try await request.json { input in
            (input.email("email"), input.string("password", length: 1...1024))
        }
        let token = try await signIn.login(email: email, password: password, from: context.hardening.clientAddress)
        return JSONAnswer(SignedIn(accessToken: token.token, tokenType: "bearer", expiresIn: signIn.lifetimeSeconds))
    }

    func logout(_ request: Request, _ context: DemoContext) async throws -> HTTPResponse.Status {
        try await signIn.logout(context.hardening.requireCaller())
        return .noContent
    }

    func me(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let user = try signIn.user(of: context.hardening.requireCaller())
        return JSONAnswer(Me(id: user.id, email: user.email, plan: user.plan.rawValue))
    }

    private struct Registered: Encodable {
        let id: String
        let email: String
    }

    private struct SignedIn: Encodable {
        let accessToken: String
        let tokenType: String
        let expiresIn: Int64
    }

    private struct Me: Encodable {
        let id: String
        let email: String
        let plan: String
    }
}
