/// Accounts that exist from the start in development, one per plan, so that the first request works.
enum SeedAccounts {
    static let password = "correct horse battery"

    static let all: [(email: String, plan: User.Plan)] = [
        ("free@example.com", .free), ("pro@example.com", .pro), ("enterprise@example.com", .enterprise),
    ]

    /// Registers those that an earlier start has not; the passwords are hashed side by side.
    static func register(with signIn: SignIn) async throws {
        try await withThrowingTaskGroup { group in
            for account in all {
                group.addTask {
                    if try await signIn.users.user(email: account.email) != nil { return }
                    _ = try await signIn.register(
                        .init(email: account.email, password: password, fullName: nil), plan: account.plan)
                }
            }
            try await group.waitForAll()
        }
    }
}
