import HardeningCore
import Testing
import TokenAuth

/// Tokens and boxes that other libraries made: PyJWT 2.15.1 and cryptography 50.0.2 under Python 3.11.
///
/// Recorded, so that nothing has to be installed; the other direction is checked by a run of those libraries.
struct PeerVectorTests {
    struct Peer: Sendable {
        let header: String
        let signature: String

        init(_ header: String, _ signature: String) {
            self.header = header
            self.signature = signature
        }

        /// All five carry the same payload: that of ``Fixture/payload(_:now:)``.
        var token: String { header + "." + Fixture.base64URL(Array(Fixture.payload().utf8)) + "." + signature }
    }

    static let peers: [String: Peer] = [
        "HS256": Peer("eyJhbGciOiJIUzI1NiIsImtpZCI6ImsiLCJ0eXAiOiJhdCtqd3QifQ", "8Owe5bQOFzGr2di_bZ4amCdkDlTd9z3wGR_5VAJynGU"),
        "HS384": Peer(
            "eyJhbGciOiJIUzM4NCIsImtpZCI6ImsiLCJ0eXAiOiJhdCtqd3QifQ", "bwiiGmWxQ7_gB5ERcV91TnrMk8Ms4m0wlomUAr_Jv5TWCzqotZAMFWVOiiYtg4u2"),
        "HS512": Peer(
            "eyJhbGciOiJIUzUxMiIsImtpZCI6ImsiLCJ0eXAiOiJhdCtqd3QifQ",
            "orH0q54nWL5eV4Xl0qB4kkqzVaEo1552F5o8JK5e-atei9tXP_DQL0FDzZbMAGYa6yaOFHQz90omgMQOG07w3w"),
        "ES256": Peer(
            "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsiLCJ0eXAiOiJhdCtqd3QifQ",
            "CWglD2VMXNAwaMENrcXdMEbcNOVbtRuXVcFBl-WpmnNzWX7PyAvzLGBOOfzNfwcmnYE078EnKe2horKkY_t6Iw"),
        "EdDSA": Peer(
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImsiLCJ0eXAiOiJhdCtqd3QifQ",
            "BEsbmFdZ06HXNKsYMqWox0aULZ874KpUttXYZffi2Ju4jdX9ShLrZB5fBEIH43rrdi2IjBegB-MTEKs0NkguDg"),
    ]

    static let hmacSecret = Array(String(repeating: "0b9d3f7c5a1e8642c0a1f9e7b3d58264", count: 2).utf8)
    /// SHA-256 of "es256 test key" and "eddsa test key".
    static let es256 = "47fc408d4c1c72fbe2e520616b8ba15b9ac4c0dd2659f193d6af555977be852c"
    static let edDSA = "e39de0265956e5641c143a8d56822efcb3c996b880d6582ce1ccaf19bcd5df42"

    static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }

    static func key(_ name: String) throws -> SigningKey {
        switch name {
        case "HS384": .hs384(secret: Secret(hmacSecret.prefix(48)), id: "k")
        case "HS512": .hs512(secret: Secret(hmacSecret), id: "k")
        case "ES256": try .es256(privateKey: Secret(bytes(es256)), id: "k")
        case "EdDSA": try .edDSA(privateKey: Secret(bytes(edDSA)), id: "k")
        default: .hs256(secret: Secret(hmacSecret.prefix(32)), id: "k")
        }
    }

    @Test(arguments: peers.keys.sorted())
    func `a token made by PyJWT verifies`(_ name: String) throws {
        let service = try AsymmetricKeyTests.service(KeySet(active: Self.key(name)))
        let token = try #require(Self.peers[name]).token
        #expect(try service.verify(token).subject == "user-42")
        var altered = Array(token.utf8)
        altered[altered.count - 20] = altered[altered.count - 20] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        #expect(AsymmetricKeyTests.rule(service, String(decoding: altered, as: UTF8.self)) == .signatureInvalid)
    }

    @Test func `a PEM file written by cryptography is read, and the published keys are those that PyJWT publishes`() throws {
        let pem = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgR/xAjUwccvvi5SBh
            a4uhW5rEwN0mWfGT1q9VWXe+hSyhRANCAASQcLmZ8j5NS1QvYRC3nuuc6USdz5qP
            3NsD7vguKVBIDdsPwXGQkA+aaxMiGolzZoUhtMrzf/MBwdUgTeUDiKzy
            -----END PRIVATE KEY-----
            """
        let key = try SigningKey.es256(pem: pem, id: "k")
        let service = try AsymmetricKeyTests.service(KeySet(active: key))
        #expect(try service.verify(#require(Self.peers["ES256"]).token).subject == "user-42")
        let set = try KeySet(active: key, retiring: [.edDSA(privateKey: Secret(Self.bytes(Self.edDSA)), id: "e")]).jsonWebKeySet
        #expect(set.contains(#""x":"kHC5mfI-TUtUL2EQt57rnOlEnc-aj9zbA-74LilQSA0","y":"2w_BcZCQD5prEyIaiXNmhSG0yvN_8wHB1SBN5QOIrPI""#))
        #expect(set.contains(#""x":"-7j94ad53tXyXSn0MszRxqTTkUfFeP08f2ITXpRHiy4""#))
    }

    @Test func `a Fernet token made by cryptography opens, and ours is the same to the byte`() throws {
        let box = try FernetBox(key: FernetBox.key("thAr4FUNjM0ih4D7L_6j_YvEL0Y_Jl7a5XIcs0fInU8="))
        let token = "gAAAAABpVbkAAAECAwQFBgcICQoLDA0OD8ePrYfSc36evZ8WNP7qWoOFZnhB7I7hP1wFLDCDrHhiuritn05nKKZEDsYbLDC1rQ=="
        let now = Timestamp(secondsSince1970: Fixture.start)
        #expect(try String(decoding: box.open(token, maximumAge: .seconds(1), now: now), as: UTF8.self) == "grüße, 世界")
        #expect(try box.seal(Array("grüße, 世界".utf8), now: now, vector: (0..<16).map { $0 }) == token)
    }

    @Test func `a secret box made with AESGCM of cryptography opens in its own context alone`() throws {
        let box = try SecretBox(key: Secret(Self.bytes("90a2bebc7536d7f52ca3cd681965a61bcd4acde43864ee5c4caf08f32200f5a5")))
        let sealed = "sb1_ifzvcgABAgMEBQYHCAkKC4R-7sxF8dLhnceuFuNeq1glMNAl58EvELS84pA0kjI"
        let context = SecretBox.Context(purpose: "openai-key", owner: "org-7", record: "42")
        #expect(try box.open(sealed, for: context) == Array("sk-proj-example".utf8))
    }
}
