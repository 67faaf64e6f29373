import Crypto
import HardeningCore
import Testing
import TokenAuth

struct VectorTests {
    struct HMACVector: Sendable {
        let key: [UInt8]
        let data: [UInt8]
        let sha256: String
        let sha384: String
        let sha512: String
    }

    /// RFC 4231 §4.2–4.4, 4.7 and 4.8.
    static let hmacVectors = [
        HMACVector(
            key: [UInt8](repeating: 0x0b, count: 20), data: Array("Hi There".utf8),
            sha256: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            sha384: "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
            sha512: "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"),
        HMACVector(
            key: Array("Jefe".utf8), data: Array("what do ya want for nothing?".utf8),
            sha256: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            sha384: "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            sha512: "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"),
        HMACVector(
            key: [UInt8](repeating: 0xaa, count: 20), data: [UInt8](repeating: 0xdd, count: 50),
            sha256: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            sha384: "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27",
            sha512: "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
                + "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"),
        HMACVector(
            key: [UInt8](repeating: 0xaa, count: 131), data: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            sha256: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            sha384: "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952",
            sha512: "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"),
    ]

    @Test(arguments: hmacVectors)
    func `HMAC agrees with RFC 4231`(_ vector: HMACVector) {
        for (algorithm, expected) in [(TokenAlgorithm.hs256, vector.sha256), (.hs384, vector.sha384), (.hs512, vector.sha512)] {
            let context = MACContext(algorithm, secret: Secret(vector.key))
            let code = vector.data.withUnsafeBytes { context.code(of: $0) }
            #expect(code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == expected)
        }
    }

    @Test func `HMAC agrees with swift-crypto for every key and message length`() {
        for length in stride(from: 0, through: 200, by: 7) {
            let key = (0..<length).map { UInt8($0) }
            let message = (0..<(200 - length)).map { UInt8($0) }
            let codes: [(TokenAlgorithm, [UInt8])] = [
                (.hs256, Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))),
                (.hs384, Array(HMAC<SHA384>.authenticationCode(for: message, using: SymmetricKey(data: key)))),
                (.hs512, Array(HMAC<SHA512>.authenticationCode(for: message, using: SymmetricKey(data: key)))),
            ]
            for (algorithm, code) in codes {
                let context = MACContext(algorithm, secret: Secret(key))
                #expect(message.withUnsafeBytes { context.code(of: $0) } == code)
                // The kept states are not changed by use.
                #expect(message.withUnsafeBytes { context.code(of: $0) } == code)
            }
        }
    }

    /// RFC 7515 appendix A.1: key, signing input and signature.
    static let example = (
        key: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        signed: "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
            + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
        signature: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )

    static func decode(_ text: String) -> [UInt8] {
        var bits: [Int] = []
        for character in text {
            let value = Fixture.alphabet.firstIndex(of: character) ?? 0
            bits += (0..<6).map { value >> (5 - $0) & 1 }
        }
        return (0..<(bits.count / 8)).map { index in bits[(index * 8)..<(index * 8 + 8)].reduce(0) { $0 << 1 | UInt8($1) } }
    }

    @Test func `the signature of RFC 7515 A.1 is reproduced`() {
        let context = MACContext(.hs256, secret: Secret(Self.decode(Self.example.key)))
        let message = Array(Self.example.signed.utf8)
        let signature = Self.decode(Self.example.signature)
        #expect(message.withUnsafeBytes { context.code(of: $0) } == signature)
        #expect(message.withUnsafeBytes { message in signature.withUnsafeBytes { context.isValid($0, for: message) } })
    }

    /// It names no key; with one, its payload lacks what this profile requires.
    ///
    /// Either way the first rule answers.
    @Test func `the token of RFC 7515 A.1 is refused for what it lacks`() throws {
        let secret = Self.decode(Self.example.key)
        let service = try TokenService(
            issuer: "joe", audience: "api", keys: KeySet(active: .hs256(secret: Secret(secret), id: "k")), types: .jwt,
            time: .manual(ManualTime(timestamp: Timestamp(secondsSince1970: 1_300_819_000))))
        let token = Self.example.signed + "." + Self.example.signature
        #expect(service.why(token).hasPrefix("TOKEN_KEY_ID_MISSING"))
        let payload = String(decoding: Self.decode(String(Self.example.signed.split(separator: ".")[1])), as: UTF8.self)
        let header = "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\",\"kid\":\"k\"}"
        #expect(service.why(Fixture.sign(header: header, payload: payload, secret: secret)).hasPrefix("TOKEN_AUDIENCE_MISSING"))
    }
}
