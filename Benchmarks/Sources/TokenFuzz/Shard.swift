import HardeningCore
import TokenAuth

/// One thread's share of the inputs, with services and a mutator of its own.
struct Shard {
    private static let secret = Array("0b9d3f7c5a1e8642c0a1f9e7b3d5826479".utf8)
    /// Stands still, so that a seed means the same tokens and verdicts on every run.
    private static let time = TimeSource.manual(ManualTime())

    private let service: TokenService
    /// Services whose mutants nobody can sign again, each with a token.
    private let asymmetric: [(service: TokenService, token: [UInt8])]
    private var mutator: Mutator

    init(seed: UInt64) throws {
        service = try Self.service(.hs256(secret: Secret(Self.secret), id: "k1"))
        let privateKey = Secret([UInt8](repeating: 7, count: 32))
        asymmetric = try [SigningKey.es256(privateKey: privateKey, id: "k1"), .edDSA(privateKey: privateKey, id: "k1")].map { key in
            let service = try Self.service(key)
            return (service, Array(try service.issue(subject: "user-42", lifetime: .seconds(900)).token.utf8))
        }
        let seconds = Self.time.timestamp.secondsSince1970
        mutator = Mutator(
            header: #"{"alg":"HS256","kid":"k1","typ":"at+jwt"}"#,
            payload: """
                {"iss":"\(Rules.issuer)","aud":"\(Rules.audience)","sub":"user-42","iat":\(seconds),"exp":\(seconds + 900),\
                "jti":"AAECAwQFBgcICQoLDA0ODw"}
                """,
            secret: Self.secret, seed: seed)
    }

    private static func service(_ key: SigningKey) throws -> TokenService {
        try TokenService(
            issuer: Rules.issuer, audience: Rules.audience, keys: KeySet(active: key), leeway: .seconds(Rules.leeway),
            maximumLifetime: .seconds(Rules.maximumLifetime), time: time)
    }

    /// - Throws: when the untouched token is refused: then the rest would prove nothing.
    consuming func run(_ inputs: Int) throws -> Verdict {
        var verdict = Verdict(inputs: inputs)
        _ = try Self.claims(of: mutator.token, by: service)
        for index in 0..<inputs {
            // Every 250th is under a private key, whose verification costs that much more.
            if index % 250 == 249 {
                tryAsymmetric(asymmetric[index / 250 % asymmetric.count], &verdict)
            } else {
                trySymmetric(&verdict)
            }
        }
        return verdict
    }

    /// As a service asks, with text: bytes that are not UTF-8 arrive as U+FFFD.
    ///
    /// `FuzzTests` verifies the bare bytes.
    private static func claims(of token: [UInt8], by service: TokenService) throws(TokenError) -> Claims {
        try service.verify(String(decoding: token, as: UTF8.self)).value
    }

    private mutating func trySymmetric(_ verdict: inout Verdict) {
        let mutant = mutator.mutant()
        if mutant.isSigned { verdict.signed += 1 }
        guard let claims = try? Self.claims(of: mutant.bytes, by: service) else { return }
        if mutant.bytes == mutator.token {
            verdict.untouched += 1
        } else if mutant.isSigned, Rules.hold(for: mutant.bytes, claims: claims, at: Self.time.timestamp) {
            verdict.accepted += 1
        } else {
            verdict.wrong.append(String(decoding: mutant.bytes, as: UTF8.self))
        }
    }

    private mutating func tryAsymmetric(_ pair: (service: TokenService, token: [UInt8]), _ verdict: inout Verdict) {
        verdict.asymmetric += 1
        let bytes = mutator.changed(pair.token)
        guard (try? Self.claims(of: bytes, by: pair.service)) != nil, bytes != pair.token else { return }
        verdict.wrong.append(String(decoding: bytes, as: UTF8.self))
    }
}
