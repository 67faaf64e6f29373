import Crypto
import HardeningCore
import Testing
import TokenAuth

/// A service under manual time, and a forger who knows its secret and writes whatever he likes.
struct Fixture {
    static let issuer = "https://api.example.com"
    static let secretBytes = Array("0b9d3f7c5a1e8642c0a1f9e7b3d5826479".utf8)
    static let retiringBytes = Array("f3a86d0b1c975e24e8d1b60f7a3c9258aa".utf8)
    static let retiredBytes = Array("7be2f46a0d91c3585fa09be14c6d7823cc".utf8)
    /// The start of ``ManualTime``.
    static let start: Int64 = 1_767_225_600
    static let header = #"{"alg":"HS256","kid":"k1","typ":"at+jwt"}"#

    let time = ManualTime()
    let list: RevocationList
    let service: TokenService

    init(
        leeway: Duration = .seconds(30), maximumLifetime: Duration = .seconds(86_400), types: TokenTypeProfile = .accessToken,
        list: RevocationList = RevocationList()
    ) throws {
        self.list = list
        service = try TokenService(
            issuer: Self.issuer, audience: "api", keys: Self.keys(), leeway: leeway, maximumLifetime: maximumLifetime, types: types,
            revocations: list, time: .manual(time))
    }

    static func keys() throws -> KeySet {
        try KeySet(
            active: .hs256(secret: Secret(secretBytes), id: "k1"),
            retiring: [
                .hs256(secret: Secret(retiringBytes), id: "k0"),
                .hs256(secret: Secret(retiredBytes), id: "kr").retired(
                    at: Timestamp(secondsSince1970: start - 700), overlap: .seconds(600)),
            ],
            compromised: ["stolen"])
    }

    /// The rule that refuses, or nil when the token is accepted.
    func refusal(_ token: String) -> TokenError.Rule? {
        do {
            _ = try service.verify(token)
            return nil
        } catch {
            return error.rule
        }
    }

    /// A payload with members replaced, added or (by nil) left out.
    ///
    /// Values are JSON.
    static func payload(_ changes: [(String, String?)] = [], now: Int64 = start) -> String {
        var members: [(String, String)] = [
            ("iss", "\"\(issuer)\""), ("aud", "\"api\""), ("sub", "\"user-42\""), ("iat", "\(now)"), ("exp", "\(now + 900)"),
            ("jti", "\"AAECAwQFBgcICQoLDA0ODw\""),
        ]
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    static func sign(header: String = header, payload: String = payload(), secret: [UInt8] = secretBytes) -> String {
        sign(header: Array(header.utf8), payload: Array(payload.utf8), secret: secret)
    }

    static func sign(header: [UInt8], payload: [UInt8], secret: [UInt8] = secretBytes) -> String {
        sign(encoded: base64URL(header) + "." + base64URL(payload), secret: secret)
    }

    /// Signs with swift-crypto's own HMAC, independently of the code under test.
    static func sign(encoded: String, secret: [UInt8] = secretBytes) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array(encoded.utf8), using: SymmetricKey(data: secret))
        return encoded + "." + base64URL(Array(code))
    }

    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    static func base64URL(_ bytes: [UInt8]) -> String {
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            let word = chunk.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - chunk.count))
            for index in 0...chunk.count { text.append(alphabet[word >> (18 - 6 * index) & 63]) }
        }
        return text
    }
}

/// SplitMix64: the same tokens on every run and machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
