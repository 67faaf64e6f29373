import HardeningCore
import TokenAuth

// A service's keys: the secret comes from its configuration and is refused when it is weak.
let secret = try Secret(checking: "4s9Kq0vTz7mWb2XcR8yLd5NfJ1hGpEuA")
let keys = try KeySet(active: .hs256(secret: secret, id: "2026-11"))
let tokens = try TokenService(issuer: "https://api.example.com", audience: "api", keys: keys)

// Sign-in.
let issued = try tokens.issue(subject: "user-42", session: "phone", scope: "chat search")
print("issued   \(issued.claims.id) for \(issued.claims.subject), valid until \(issued.claims.expiresAt)")

// Every request: synchronous, and only `verify` can make a `Verified<Claims>`.
let verified: Verified<Claims> = try tokens.verify(issued.token)
print("verified \(verified.subject), may chat: \(verified.value.hasScope("chat"))")

// A token with one character changed.
print("altered  \(tokens.why(issued.token.dropLast(2) + "AA"))")

// Logout: from the moment this returns, the token is dead.
try await tokens.revoke(verified)
do {
    _ = try tokens.verify(issued.token)
} catch {
    print("revoked  \(error.code)")
}

// Logout everywhere, and a sign-in in the same second.
let other = try tokens.issue(subject: "user-42", session: "laptop")
try await tokens.revokeAll(subject: "user-42")
let fresh = try tokens.issue(subject: "user-42", session: "laptop")
print("other    \(tokens.why(other.token))")
print("fresh    \(tokens.why(fresh.token))")
