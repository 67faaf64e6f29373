import HTTPHardening
import HTTPTypes
import HardeningCore
import HardeningHummingbird
import TokenAuth

/// A service's tokens, and callers who hold some.
struct SignIn: Sendable {
    let tokens: TokenService
    let csrf = CSRFTokens(key: Secret(Array(repeating: 7, count: 32)))

    init(time: ManualTime = ManualTime()) throws {
        let key = SigningKey.hs256(secret: Secret(Array(repeating: 3, count: 32)), id: "k1")
        tokens = try TokenService(issuer: "https://api.example.com", audience: "api", keys: KeySet(active: key), time: .manual(time))
    }

    func token(session: String?) throws -> String {
        try tokens.issue(subject: "ann", session: session).token
    }
}

extension HTTPFields {
    mutating func add(_ name: HTTPField.Name, _ value: String) {
        append(HTTPField(name: name, value: value))
    }
}
