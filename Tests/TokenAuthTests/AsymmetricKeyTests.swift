import Crypto
import HardeningCore
import Testing
import TokenAuth

/// ES256 and EdDSA: published vectors, and what another signature of the same token can and cannot do.
struct AsymmetricKeyTests {
    static let payloadOfA1 = VectorTests.example.signed.split(separator: ".").map(String.init)[1]

    static func key(_ algorithm: TokenAlgorithm, id: String = "k") throws -> SigningKey {
        let secret = Secret(Array(SHA256.hash(data: Array("\(algorithm.name) test key".utf8))))
        return algorithm == .es256 ? try .es256(privateKey: secret, id: id) : try .edDSA(privateKey: secret, id: id)
    }

    static func service(_ keys: KeySet, _ time: ManualTime = ManualTime()) throws -> TokenService {
        try TokenService(issuer: Fixture.issuer, audience: "api", keys: keys, time: .manual(time))
    }

    static func rule(_ service: TokenService, _ token: String) -> TokenError.Rule? {
        do {
            _ = try service.verify(token)
            return nil
        } catch {
            return error.rule
        }
    }

    @Test func `the signature of RFC 7515 A.3 is accepted and a changed one is not`() throws {
        let key = try SigningKey.es256(privateKey: Secret(VectorTests.decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI")), id: "k")
        let message = Array("eyJhbGciOiJFUzI1NiJ9.\(Self.payloadOfA1)".utf8)
        var signature = VectorTests.decode("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
        #expect(key.accepts(signature: signature, for: message))
        #expect(try KeySet(active: key).jsonWebKeySet.contains(#""x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU""#))
        #expect(try KeySet(active: key).jsonWebKeySet.contains(#""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#))
        signature[63] ^= 1
        #expect(!key.accepts(signature: signature, for: message))
    }

    @Test func `the keys, signature and thumbprint of RFC 8037 A are reproduced`() throws {
        let key = try SigningKey.edDSA(privateKey: Secret(VectorTests.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")), id: "k")
        let message = Array("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".utf8)
        let signature = VectorTests.decode("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
        #expect(key.accepts(signature: signature, for: message))
        #expect(try KeySet(active: key).jsonWebKeySet.contains(#""x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#))
        #expect(key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        let made = try #require(key.signature(of: message))
        #expect(key.accepts(signature: made, for: message))
        // Ed25519 is deterministic in the RFC; a library that adds randomness makes other valid ones.
        #expect(made.count == 64)
    }

    /// RFC 7515 A.2 (RS256) and A.4 (ES512) use algorithms that no key here can have.
    @Test(arguments: ["RS256", "ES512", "PS256", "ES384", "none", "Ed25519", "es256", "ES256K"])
    func `an algorithm outside the list is refused under every key`(_ name: String) throws {
        for key in [try Self.key(.es256), try Self.key(.edDSA), .hs256(secret: Secret(Fixture.secretBytes), id: "k")] {
            let service = try Self.service(KeySet(active: key))
            for payload in [Self.payloadOfA1, "UGF5bG9hZA"] {
                let header = Fixture.base64URL(Array(#"{"alg":"\#(name)","kid":"k","typ":"at+jwt"}"#.utf8))
                #expect(Self.rule(service, "\(header).\(payload).AAAA") == .algorithmMismatch)
            }
        }
    }

    @Test(arguments: [TokenAlgorithm.es256, .edDSA])
    func `a key pair signs, its public half verifies and cannot sign`(_ algorithm: TokenAlgorithm) throws {
        let pair = try Self.key(algorithm)
        let token = try Self.service(KeySet(active: pair)).issue(subject: "user-42").token
        let web = try KeySet(active: pair).jsonWebKeySet
        #expect(!web.contains("\"d\""))
        let half = try Self.publicHalf(of: pair)
        #expect(!half.canSign && pair.canSign)
        #expect(throws: KeySetRefusal.self) { try KeySet(active: half) }
        let verifier = try Self.service(KeySet(active: .hs256(secret: Secret(Fixture.secretBytes), id: "own"), retiring: [half]))
        #expect(try verifier.verify(token).subject == "user-42")
        for bit in 0..<512 {
            var parts = token.split(separator: ".").map(String.init)
            var signature = VectorTests.decode(parts[2])
            signature[bit / 8] ^= 1 << (bit % 8)
            parts[2] = Fixture.base64URL(signature)
            #expect(Self.rule(verifier, parts.joined(separator: ".")) == .signatureInvalid)
        }
    }

    /// A member of the one key of a published set.
    static func member(_ name: String, of key: SigningKey) throws -> [UInt8] {
        let parts = try KeySet(active: key).jsonWebKeySet.split(separator: "\"\(name)\":\"")
        return VectorTests.decode(String(try #require(parts.dropFirst().first).prefix { $0 != "\"" }))
    }

    static func publicHalf(of key: SigningKey) throws -> SigningKey {
        let x = try member("x", of: key)
        return key.algorithm == .es256
            ? try .es256(publicKey: [4] + x + member("y", of: key), id: key.id) : try .edDSA(publicKey: x, id: key.id)
    }

    /// The classic confusion: the public key, which everybody has, used as an HMAC secret.
    @Test(arguments: [TokenAlgorithm.es256, .edDSA])
    func `a public key is no HMAC secret`(_ algorithm: TokenAlgorithm) throws {
        let pair = try Self.key(algorithm)
        let service = try Self.service(KeySet(active: pair))
        let secret = try Self.member("x", of: pair)
        for name in ["HS256", algorithm.name] {
            let header = #"{"alg":"\#(name)","kid":"k","typ":"at+jwt"}"#
            let expected: TokenError.Rule = name == "HS256" ? .algorithmMismatch : .signatureLength
            #expect(Self.rule(service, Fixture.sign(header: header, secret: secret)) == expected)
        }
    }

    /// The order of P-256: FIPS 186-4 D.1.2.3.
    static let order: [UInt8] = stride(from: 0, to: 64, by: 2).compactMap { index in
        let text = Array("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        return UInt8(String(text[index...(index + 1)]), radix: 16)
    }

    static func negated(_ s: some Sequence<UInt8>) -> [UInt8] {
        var borrow = 0
        return Array(
            zip(order, s).reversed().map { n, s in
                let difference = Int(n) - Int(s) - borrow
                borrow = difference < 0 ? 1 : 0
                return UInt8(truncatingIfNeeded: difference)
            }.reversed())
    }

    @Test func `the other signature of an ES256 token, r and n − s, is as revoked as the first`() async throws {
        let service = try Self.service(KeySet(active: Self.key(.es256)))
        let token = try service.issue(subject: "user-42").token
        var parts = token.split(separator: ".").map(String.init)
        let signature = VectorTests.decode(parts[2])
        parts[2] = Fixture.base64URL(Array(signature[..<32]) + Self.negated(signature[32...]))
        let twin = parts.joined(separator: ".")
        #expect(twin != token)
        #expect(try service.verify(twin).id == service.verify(token).id)
        try await service.revoke(service.verify(token))
        #expect(Self.rule(service, token) == .revoked)
        #expect(Self.rule(service, twin) == .revoked)
    }

    @Test func `what is no key is refused`() {
        let zero = Secret([UInt8](repeating: 0, count: 32))
        let off: [UInt8] = [4] + [UInt8](repeating: 1, count: 64)
        #expect(throws: KeySetRefusal.self) { try SigningKey.es256(privateKey: zero, id: "k") }
        #expect(throws: KeySetRefusal.self) { try SigningKey.es256(privateKey: Secret(Self.order), id: "k") }
        #expect(throws: KeySetRefusal.self) { try SigningKey.es256(publicKey: off, id: "k") }
        #expect(throws: KeySetRefusal.self) { try SigningKey.es256(publicKey: [], id: "k") }
        #expect(throws: KeySetRefusal.self) { try SigningKey.es256(pem: "-----BEGIN PRIVATE KEY-----", id: "k") }
        #expect(throws: KeySetRefusal.self) { try SigningKey.edDSA(privateKey: Secret([1, 2, 3]), id: "k") }
        #expect(throws: KeySetRefusal.self) { try SigningKey.edDSA(publicKey: [1], id: "k") }
    }

    @Test func `the published set holds public keys of staged, active and retiring keys alone`() throws {
        let set = try KeySet(
            active: Self.key(.es256, id: "a"), staged: [Self.key(.edDSA, id: "b")],
            retiring: [.hs256(secret: Secret(Fixture.secretBytes), id: "c")], compromised: ["d"])
        let json = set.jsonWebKeySet
        #expect(json.hasPrefix(#"{"keys":[{"crv":"P-256","kty":"EC","x":""#))
        #expect(json.contains(#""kid":"a","alg":"ES256","use":"sig"}"#) && json.contains(#""kid":"b","alg":"EdDSA","use":"sig"}"#))
        #expect(!json.contains("\"c\"") && !json.contains("\"d\""))
        #expect(try KeySet(active: .hs256(secret: Secret(Fixture.secretBytes), id: "c")).jsonWebKeySet == #"{"keys":[]}"#)
        #expect(throws: KeySetRefusal.self) { try KeySet(active: Self.key(.es256, id: "a"), retiring: [Self.key(.es256, id: "b")]) }
    }
}
