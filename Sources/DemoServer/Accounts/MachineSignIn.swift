import ErrorCatalog
import HardeningCore
import HardeningHummingbird
import TokenAuth

/// API keys, for where no person signs in: a key is exchanged for an access token of minutes.
///
/// The long-lived credential travels once a quarter of an hour, and requests are checked without asking a store.
struct MachineSignIn: Sendable {
    /// What keeps a key's tokens apart from sessions of people.
    static let sessionPrefix = "key_"

    let users: UserStore
    let keys: APIKeyService
    let tokens: TokenService

    /// - Throws: AUTHENTICATION_ERROR for any key that does not work.
    func login(key: String) async throws -> IssuedToken {
        let record = try await keys.verify(key).value
        guard let user = try await users.user(id: record.owner) else { throw CatalogError(.authenticationError) }
        let token = try tokens.issue(subject: user.id, session: Self.session(record.id), scope: user.plan.scope)
        // An erasure in between has revoked what was issued before it, and not this.
        guard try await users.user(id: user.id) != nil else { throw CatalogError(.authenticationError) }
        return token
    }

    /// Makes a key that is shown this once.
    ///
    /// - Throws: AUTHENTICATION_ERROR when the account was erased meanwhile, or TOO_MANY_API_KEYS.
    func create(owner: String, lifetime: Duration?) async throws -> NewAPIKey {
        let key = try await keys.create(owner: owner, lifetime: lifetime)
        guard try await users.user(id: owner) != nil else {
            try await keys.revoke(key.record.id, owner: owner)
            throw CatalogError(.authenticationError)
        }
        return key
    }

    /// Ends a key, and every token it was exchanged for, before it returns.
    ///
    /// - Throws: RESOURCE_NOT_FOUND unless the owner has such a key.
    func revoke(_ id: TokenID, owner: String) async throws {
        guard try await keys.keys(owner: owner).contains(where: { $0.id == id }) else { throw CatalogError(.resourceNotFound) }
        // The tokens first: a crash in between leaves a key that signs nobody in.
        try await tokens.revoke(session: Self.session(id))
        try await keys.revoke(id, owner: owner)
    }

    /// - Throws: RESOURCE_NOT_FOUND, or API_KEY_ALREADY_ROTATED.
    func rotate(_ id: TokenID, owner: String) async throws -> NewAPIKey {
        do {
            return try await keys.rotate(id, owner: owner)
        } catch let error as APIKeyError where error == .unknown || error == .expired {
            throw CatalogError(.resourceNotFound, cause: error)
        }
    }

    private static func session(_ key: TokenID) -> String { sessionPrefix + key.description }
}

extension Verified<Claims> {
    /// Whether an API key signed this caller in, and no person.
    var isFromAPIKey: Bool { value.session?.hasPrefix(MachineSignIn.sessionPrefix) ?? false }
}

extension RequestFacts {
    /// The caller, where only the account's owner will do: an API key that leaked must not take the account over.
    ///
    /// - Throws: FORBIDDEN for what an API key signed in.
    func requirePerson() throws -> Verified<Claims> {
        let caller = try requireCaller()
        if caller.isFromAPIKey { throw CatalogError(.forbidden) }
        return caller
    }
}
