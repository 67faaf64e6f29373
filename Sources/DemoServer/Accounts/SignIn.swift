import ErrorCatalog
import HTTPHardening
import HardeningCore
import RateLimit
import TokenAuth

/// Accounts, passwords and sessions put together: what the sign-in routes do.
struct SignIn: Sendable {
    struct Registration: Sendable {
        let email: String
        let password: String
        let fullName: String?
    }

    let users: UserStore
    let passwords: any PasswordChecking
    let sessions: SessionService
    let guardian: AbuseGuard
    let time: TimeSource

    var tokens: TokenService { sessions.tokens }

    /// - Throws: EMAIL_TAKEN, VALIDATION_ERROR, or SERVICE_UNAVAILABLE when too many passwords are being hashed.
    func register(_ form: Registration, plan: User.Plan = .free) async throws -> User {
        if try await users.user(email: form.email) != nil { throw CatalogError(.emailTaken) }
        let hash = try await hashing("/password") { try await passwords.hash(form.password) }
        let now = time.timestamp
        let user = User(
            id: Self.newID(now), email: form.email, fullName: form.fullName, passwordHash: hash, plan: plan, createdAt: now)
        try await users.add(user)
        return user
    }

    /// Begins a session.
    ///
    /// Unknown accounts and wrong passwords are one answer, after the same work, and are counted and locked alike.
    ///
    /// - Throws: AUTHENTICATION_ERROR, ACCOUNT_LOCKED, or SERVICE_UNAVAILABLE.
    func login(email: String, password: String, from address: IPAddress) async throws -> TokenPair {
        let user = try await check(password, of: try await users.user(email: email), email: email, from: address)
        return try await begin(user, provenBy: try await rehashed(user, password))
    }

    /// Begins a session for whoever knew the password behind a hash, while that is the account's.
    ///
    /// Checking a password takes long enough for it to be changed, or for the account to be erased. Either ends the sessions there
    /// are, so that one which begins later must look again.
    private func begin(_ user: User, provenBy hash: String) async throws -> TokenPair {
        let pair = try await sessions.signIn(subject: user.id, scope: user.plan.scope)
        guard try await users.user(id: user.id)?.passwordHash == hash else {
            try await sessions.logout(refreshToken: pair.refreshToken)
            throw CatalogError(.authenticationError)
        }
        return pair
    }

    /// The account's hash after it was replaced, where it was weaker than today's.
    private func rehashed(_ user: User, _ password: String) async throws -> String {
        guard passwords.needsRehash(user.passwordHash) else { return user.passwordHash }
        let hash = try await hashing("/password") { try await passwords.hash(password) }
        if try await users.replaceHash(of: user, with: hash) { return hash }
        // Another sign-in was faster, or the password was changed.
        guard let latest = try await users.user(id: user.id),
            try await hashing("/password", { try await passwords.verify(password: password, hash: latest.passwordHash) })
        else { throw CatalogError(.authenticationError) }
        return latest.passwordHash
    }

    /// Exchanges a refresh token for a new pair.
    ///
    /// - Throws: AUTHENTICATION_ERROR for any token that does not work: sign in again.
    func refresh(_ token: String) async throws -> TokenPair {
        try await sessions.refresh(token)
    }

    /// Puts a new password in the place of the old one, ends every session and begins one for the caller.
    ///
    /// - Throws: as ``login(email:password:from:)``, when the old password is wrong.
    func changePassword(of user: User, from old: String, to new: String, at address: IPAddress) async throws -> TokenPair {
        let user = try await check(old, of: user, email: user.email, from: address)
        let hash = try await hashing("/new_password") { try await passwords.hash(new) }
        // Two changes at once: the second began with a password that is no longer one.
        guard try await users.replaceHash(of: user, with: hash) else { throw CatalogError(.authenticationError) }
        try await sessions.logoutAll(subject: user.id)
        return try await begin(user, provenBy: hash)
    }

    /// The token, and with it its session, is dead before this returns.
    func logout(_ caller: Verified<Claims>) async throws {
        // What a key signed in has no session of its own: ending it would end the key.
        if caller.isFromAPIKey { return try await tokens.revoke(caller) }
        try await sessions.logout(caller)
    }

    func logoutAll(_ caller: Verified<Claims>) async throws {
        try await sessions.logoutAll(subject: caller.value.subject)
    }

    /// The account of a valid token; a token of an account that is gone is no longer one.
    func user(of caller: Verified<Claims>) async throws -> User {
        guard let user = try await users.user(id: caller.value.subject) else { throw CatalogError(.authenticationError) }
        return user
    }

    private func check(_ password: String, of user: User?, email: String, from address: IPAddress) async throws -> User {
        switch guardian.beginSignIn(.init(address: address, account: email)) {
        case .locked(let retryAfter):
            throw CatalogError(.accountLocked, retryAfter: retryAfter)
        case .allowed(let attempt):
            let isRight: Bool
            do {
                isRight = try await hashing("/password") { try await isPassword(password, of: user) }
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
            return user
        }
    }

    private func isPassword(_ password: String, of user: User?) async throws -> Bool {
        if let user { return try await passwords.verify(password: password, hash: user.passwordHash) }
        return try await passwords.verifyUnknownAccount(password: password)
    }

    private func hashing<Value>(_ field: JSONPointer, _ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as PasswordError {
            switch error {
            case .busy(let retryAfter): throw CatalogError(.serviceUnavailable, retryAfter: retryAfter, cause: error)
            case .tooLong(let maximum): throw CatalogError.validation([FieldError(field, .tooLong(max: maximum))])
            case .empty, .containsNUL: throw CatalogError.validation([FieldError(field, .notAllowed())])
            case .cancelled: throw CancellationError()
            case .costOutOfRange, .malformedHash: throw error
            }
        }
    }

    private static func newID(_ now: Timestamp) -> String {
        "usr_" + RequestIdentifier(at: now).description.dropFirst("req_".count)
    }
}
