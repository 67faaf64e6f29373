import HardeningCore
import TokenAuth

// Two instances of one service; each step is one roll-out, and no client notices any of them.
let start = Timestamp(secondsSince1970: 1_767_225_600)
let time = ManualTime(timestamp: start)
let old = SigningKey.hs256(secret: .random(), id: "2026-05")
let new = SigningKey.hs256(secret: .random(), id: "2026-11")

func instance(_ keys: KeySet) throws -> TokenService {
    try TokenService(issuer: "https://api.example.com", audience: "api", keys: keys, time: .manual(time))
}

/// Every instance must take what any instance issues.
func show(_ step: String, _ a: TokenService, _ b: TokenService) throws {
    let fromA = try a.issue(subject: "user-42")
    let fromB = try b.issue(subject: "user-42")
    print(
        "\(step): A signs with \(fromA.claims.keyID) (B: \(b.why(fromA.token))), B signs with \(fromB.claims.keyID) (A: \(a.why(fromB.token)))"
    )
}

let a = try instance(KeySet(active: old))
let b = try instance(KeySet(active: old))
let early = try a.issue(subject: "user-42").token

// 1. Stage: the new key verifies everywhere before anybody signs with it.
let staged = try KeySet(active: old, staged: [new])
a.use(staged)
try show("staging   ", a, b)
b.use(staged)

// 2. Activate, one instance after the other. The old key goes on verifying what it signed until then.
let rotated = try KeySet(active: new, retiring: [old.retired(at: time.timestamp)])
a.use(rotated)
try show("activating", a, b)
b.use(rotated)
print("a token of before: \(b.why(early))")

// 3. A copy of the retired key mints nothing: a later `iat` under it is refused.
time.advance(by: .seconds(700))
let thief = try instance(KeySet(active: old))
print("a forgery after  : \(a.why(try thief.issue(subject: "admin").token))")

// 4. Drop the old key once its last token has expired: maximum lifetime, leeway and overlap later.
time.advance(by: .seconds(86_400 + 30))
let final = try KeySet(active: new)
a.use(final)
b.use(final)
try show("dropped   ", a, b)
print("the old key      : \(a.why(try thief.issue(subject: "admin").token))")
