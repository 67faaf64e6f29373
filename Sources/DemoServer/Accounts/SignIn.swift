import ErrorCatalog
import HTTPHardening
import HardeningCore
import RateLimit
import TokenAuth

/// Accounts and tokens put together: what the sign-in routes do.
struct SignIn: Sendable {
    struct Registration: Sendable {
        let email: String
        let password: String
        let fullName: String?
    }

    let users: UserStore
    let passwords: PasswordHasher
    let tokens: TokenService
    let failures: FailedSignIns

    var lifetimeSeconds: Int64 { tokens.accessLifetime.components.seconds }

    /// - Throws: EMAIL_TAKEN, VALIDATION_ERROR, or SERVICE_UNAVAILABLE when too many passwords are being hashed.
    func register(_ form: Registration, plan: User.Plan = .free) async throws -> User {
        if users.user(email: form.email) != nil { throw CatalogError(.emailTaken) }
        let hash = try await hashing { try await passwords.hash(form.password) }
        let user = User(id: Self.newID(), email: form.email, fullName: form.fullName, passwordHash: hash, plan: plan)
        try users.add(user)
        return user
    }

    /// Unknown accounts and wrong passwords are one answer, after the same work.
    ///
    /// - Throws: AUTHENTICATION_ERROR, ACCOUNT_LOCKED, or SERVICE_UNAVAILABLE.
    func login(email: String, password: String) async throws -> IssuedToken {
        let attempt = try failures.begin(email)
        guard let user = users.user(email: email) else {
            _ = try await hashing { try await passwords.verifyUnknownAccount(password: password) }
            throw CatalogError(.authenticationError)
        }
        guard try await hashing({ try await passwords.verify(password: password, hash: user.passwordHash) }) else {
            throw CatalogError(.authenticationError)
        }
        failures.succeeded(attempt)
        if passwords.needsRehash(user.passwordHash) { users.rehash(user, to: try await hashing { try await passwords.hash(password) }) }
        do {
            return try tokens.issue(subject: user.id)
        } catch .tooSoon(let retryAfter) {
            throw CatalogError(.serviceUnavailable, retryAfter: retryAfter)
        }
    }

    /// The token is dead before this returns.
    func logout(_ caller: Verified<Claims>) async throws {
        try await tokens.revoke(caller)
    }

    /// The account of a valid token; a token of an account that is gone is no longer one.
    func user(of caller: Verified<Claims>) throws(CatalogError) -> User {
        guard let user = users.user(id: caller.value.subject) else { throw CatalogError(.authenticationError) }
        return user
    }

    private func hashing<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as PasswordError {
            switch error {
            case .busy(let retryAfter): throw CatalogError(.serviceUnavailable, retryAfter: retryAfter, cause: error)
            case .tooLong(let maximum): throw CatalogError.validation([FieldError("/password", .tooLong(max: maximum))])
            case .empty, .containsNUL: throw CatalogError.validation([FieldError("/password", .notAllowed())])
            case .cancelled: throw CancellationError()
            case .costOutOfRange, .malformedHash: throw error
            }
        }
    }

    private static func newID() -> String {
        "usr_" + RequestIdentifier(at: TimeSource.system.timestamp).description.dropFirst("req_".count)
    }
}
