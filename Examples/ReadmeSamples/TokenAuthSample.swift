import HardeningCore
import TokenAuth

func tokenAuthSample(configuredSecret: String) async throws {
    let keys = try KeySet(active: .hs256(secret: Secret(checking: configuredSecret), id: "2026-11"))
    let tokens = try TokenService(issuer: "https://api.example.com", audience: "api", keys: keys)

    let token = try tokens.issue(subject: "user-42").token
    let verified: Verified<Claims> = try tokens.verify(token)
    try await tokens.revoke(verified)
    print(tokens.why(token))
}
