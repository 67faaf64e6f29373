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
    let passwords: any PasswordChecking
    let tokens: TokenService
    let guardian: AbuseGuard

    var lifetimeSeconds: Int64 { tokens.accessLifetime.components.seconds }

    /// - Throws: EMAIL_TAKEN, VALIDATION_ERROR, or SERVICE_UNAVAILABLE when too many passwords are being hashed.
    func register(_ form: Registration, plan: User.Plan = .free) async throws -> User {
        if users.user(email: form.email) != nil { throw CatalogError(.emailTaken) }
        let hash = try await hashing { try await passwords.hash(form.password) }
        let user = User(id: Self.newID(), email: form.email, fullName: form.fullName, passwordHash: hash, plan: plan)
        try users.add(user)
        return user
    }

    /// Unknown accounts and wrong passwords are one answer, after the same work, and are counted and locked alike.
    ///
    /// - Throws: AUTHENTICATION_ERROR, ACCOUNT_LOCKED, or SERVICE_UNAVAILABLE.
    func login(email: String, password: String, from address: IPAddress) async throws -> IssuedToken {
        let user = users.user(email: email)
        switch guardian.beginSignIn(.init(address: address, account: email)) {
        case .locked(let retryAfter):
            throw CatalogError(.accountLocked, retryAfter: retryAfter)
        case .allowed(let attempt):
            let isRight: Bool
            do {
                isRight = try await hashing { try await isPassword(password, of: user) }
            } catch let error as CatalogError {
                attempt.cancelled()
                throw error
            }
            // What else is thrown drops the attempt, which counts as failed: a guesser who hangs up gets nothing for it.
            guard isRight, let user else {
                attempt.failed()
                throw CatalogError(.authenticationError)
            }
            attempt.succeeded()
            return try await issue(to: user, password)
        }
    }

    private func isPassword(_ password: String, of user: User?) async throws -> Bool {
        if let user { return try await passwords.verify(password: password, hash: user.passwordHash) }
        return try await passwords.verifyUnknownAccount(password: password)
    }

    private func issue(to user: User, _ password: String) async throws -> IssuedToken {
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
