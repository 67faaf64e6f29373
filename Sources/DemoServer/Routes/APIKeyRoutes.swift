import ErrorCatalog
import HTTPHardening
import HardeningCore
import HardeningHummingbird
import Hummingbird
import TokenAuth

/// `/api/keys`: the caller's API keys.
///
/// Only a person manages keys: a key that leaked makes no others.
struct APIKeyRoutes: Sendable {
    /// The longest life that can be asked for: ten years.
    static let longestDays = 3_650

    let machines: MachineSignIn

    func list(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let owner = try context.hardening.requirePerson().value.subject
        return JSONAnswer(Listed(apiKeys: try await machines.keys.keys(owner: owner).map { APIKeyAnswer($0) }))
    }

    func create(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let owner = try context.hardening.requirePerson().value.subject
        let days = try await request.json { input in input.optionalInteger("expires_in_days", in: 1...Self.longestDays) }
        let key = try await machines.create(owner: owner, lifetime: days.map { .seconds(Int64($0) * 86_400) })
        return JSONAnswer(Created(key), status: .created)
    }

    func rotate(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let owner = try context.hardening.requirePerson().value.subject
        return JSONAnswer(Created(try await machines.rotate(Self.id(context), owner: owner)), status: .created)
    }

    func revoke(_ request: Request, _ context: DemoContext) async throws -> HTTPResponse.Status {
        let owner = try context.hardening.requirePerson().value.subject
        try await machines.revoke(Self.id(context), owner: owner)
        return .noContent
    }

    private static func id(_ context: DemoContext) throws -> TokenID {
        guard let id = context.parameters.get("id").flatMap({ TokenID($0) }) else {
            throw CatalogError.validation([FieldError("/id", .invalidFormat)])
        }
        return id
    }

    private struct Listed: Encodable {
        let apiKeys: [APIKeyAnswer]
    }

    /// The only answer that ever shows a key.
    private struct Created: Encodable {
        let apiKey: String
        let key: APIKeyAnswer

        init(_ new: NewAPIKey) {
            apiKey = new.text
            key = APIKeyAnswer(new.record)
        }
    }
}

/// A key as its owner sees it again.
struct APIKeyAnswer: Encodable {
    let id: String
    let hint: String
    let createdAt: String
    let expiresAt: String?
    let lastUsedAt: String?

    init(_ record: APIKeyRecord) {
        id = record.id.description
        hint = record.hint
        createdAt = record.createdAt.description
        expiresAt = record.expiresAt?.description
        lastUsedAt = record.lastUsedAt?.description
    }
}
