/// What the terminal shows once the server listens.
enum Welcome {
    static func text(address: String, configuration: DemoConfiguration) -> String {
        guard configuration.environment == .development else { return "listening on \(address)" }
        let accounts = SeedAccounts.all.map { "  \($0.email)  \(SeedAccounts.password)  (\($0.plan.rawValue))" }.joined(separator: "\n")
        return """
            listening on \(address)

            Accounts to try:
            \(accounts)

            Try:
              TOKEN=$(curl -s \(address)/api/auth/login -H 'Content-Type: application/json' \\
                -d '{"email":"\(SeedAccounts.all[0].email)","password":"\(SeedAccounts.password)"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
              curl -s \(address)/api/chat -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"message":"Hello"}'
              curl -s \(address)/health/costs
              curl -s \(address)/api/property/99 -H 'Accept-Language: ar'

            Ctrl-C stops it.
            """
    }
}
