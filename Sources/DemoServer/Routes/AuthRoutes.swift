import ErrorCatalog
import HTTPHardening
import HardeningHummingbird
import Hummingbird
import TokenAuth

/// Sign-up, sign-in, refresh and sign-out.
struct AuthRoutes: Sendable {
    let signIn: SignIn
    let machines: MachineSignIn

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
        let pair = try await signIn.login(email: email, password: password, from: context.hardening.clientAddress)
        return SignedIn(pair).answer
    }

    func refresh(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let token = try await request.json { input in input.string("refresh_token", length: 1...1024) }
        return SignedIn(try await signIn.refresh(token)).answer
    }

    /// An API key for an access token.
    func exchangeKey(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let key = try await request.json { input in input.string("api_key", length: 1...1024) }
        return SignedIn(try await machines.login(key: key)).answer
    }

    func logout(_ request: Request, _ context: DemoContext) async throws -> HTTPResponse.Status {
        try await signIn.logout(context.hardening.requireCaller())
        return .noContent
    }

    func logoutAll(_ request: Request, _ context: DemoContext) async throws -> HTTPResponse.Status {
        try await signIn.logoutAll(context.hardening.requireCaller())
        return .noContent
    }

    private struct Registered: Encodable {
        let id: String
        let email: String
    }
}
