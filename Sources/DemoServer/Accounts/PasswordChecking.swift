import TokenAuth

/// The part of `PasswordHasher` that signing in needs: a seam, so that a test can count the work behind an answer.
protocol PasswordChecking: Sendable {
    func hash(_ password: String) async throws(PasswordError) -> String
    func verify(password: String, hash: String) async throws(PasswordError) -> Bool
    func verifyUnknownAccount(password: String) async throws(PasswordError) -> Bool
    func needsRehash(_ hash: String) -> Bool
}

extension PasswordHasher: PasswordChecking {}
