import CostTracker
import ErrorCatalog
import HTTPHardening
import HardeningCore
import HardeningHummingbird
import Hummingbird
import TokenAuth

/// Who I am, all that is kept about me, and an end to it.
struct MeRoutes: Sendable {
    let signIn: SignIn
    let data: OwnData

    func me(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let user = try await signIn.user(of: context.hardening.requireCaller())
        return JSONAnswer(Me(id: user.id, email: user.email, plan: user.plan.rawValue))
    }

    func export(_ request: Request, _ context: DemoContext) async throws -> Response {
        let user = try await signIn.user(of: context.hardening.requirePerson())
        let answer = JSONAnswer(Exported(try await data.export(user), at: signIn.time.timestamp))
        var response = try answer.response(from: request, context: context)
        response.headers[.contentDisposition] = "attachment; filename=\"my-data.json\""
        return response
    }

    func erase(_ request: Request, _ context: DemoContext) async throws -> HTTPResponse.Status {
        try await data.erase(try await signIn.user(of: context.hardening.requirePerson()))
        return .noContent
    }

    func changePassword(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let user = try await signIn.user(of: context.hardening.requirePerson())
        let (old, new) = try await request.json { input in
            (input.string("password", length: 1...1024), input.string("new_password", length: 8...72))
        }
        let pair = try await signIn.changePassword(of: user, from: old, to: new, at: context.hardening.clientAddress)
        return SignedIn(pair).answer
    }

    private struct Me: Encodable {
        let id: String
        let email: String
        let plan: String
    }
}

/// The body of an export.
private struct Exported: Encodable {
    struct Account: Encodable {
        let id: String
        let email: String
        let fullName: String?
        let plan: String
        let createdAt: String
    }

    struct Session: Encodable {
        let id: String
        let signedInAt: String
        let lastRefreshedAt: String
    }

    struct Costs: Encodable {
        let totalUsd: Dollars
        let requests: Int64
        let inputTokens: Int64
        let outputTokens: Int64
    }

    let exportedAt: String
    let account: Account
    let sessions: [Session]
    let apiKeys: [APIKeyAnswer]
    let costs: Costs

    init(_ export: OwnData.Export, at now: Timestamp) {
        let user = export.user
        exportedAt = now.description
        account = Account(
            id: user.id, email: user.email, fullName: user.fullName, plan: user.plan.rawValue, createdAt: user.createdAt.description)
        sessions = export.sessions.map {
            Session(id: $0.id.description, signedInAt: $0.createdAt.description, lastRefreshedAt: $0.rotatedAt.description)
        }
        apiKeys = export.keys.map { APIKeyAnswer($0) }
        costs = Costs(
            totalUsd: Dollars(export.costs.used), requests: export.costs.requests, inputTokens: export.costs.inputTokens,
            outputTokens: export.costs.outputTokens)
    }
}
