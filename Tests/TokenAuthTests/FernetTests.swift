import HardeningCore
import Testing
import TokenAuth

/// The vectors of the Fernet specification: generate.json, verify.json and invalid.json of github.com/fernet/spec.
struct FernetTests {
    static let secret = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
    /// 1985-10-26T01:20:00-07:00.
    static let sealed = Timestamp(secondsSince1970: 499_162_800)
    static let good = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=="

    static func box() throws -> FernetBox { try FernetBox(key: FernetBox.key(secret)) }

    @Test func `the specification's token is generated and verified`() throws {
        #expect(try Self.box().seal(Array("hello".utf8), now: Self.sealed, vector: (0..<16).map { $0 }) == Self.good)
        let opened = try Self.box().open(Self.good, maximumAge: .seconds(60), now: Self.sealed.advanced(by: .seconds(1)))
        #expect(opened == Array("hello".utf8))
    }

    @Test(arguments: [
        ("SEAL_NOT_AUTHENTIC", "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ=="),
        ("SEAL_MALFORMED", "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA=="),
        ("SEAL_MALFORMED", "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q=="),
        ("SEAL_MALFORMED", "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm"),
        ("SEAL_MALFORMED", "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw=="),
        ("SEAL_FROM_THE_FUTURE", "gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw=="),
        ("SEAL_MALFORMED", "gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ=="),
    ])
    func `the specification's invalid tokens are refused`(_ code: String, _ token: String) throws {
        let box = try Self.box()
        let now = Self.sealed.advanced(by: .seconds(1))
        #expect(SecretBoxTests.code { _ = try box.open(token, maximumAge: .seconds(60), now: now) } == code)
    }

    @Test func `age and skew are exact`() throws {
        let box = try Self.box()
        func code(_ offset: Duration) -> String? {
            SecretBoxTests.code { _ = try box.open(Self.good, maximumAge: .seconds(60), now: Self.sealed.advanced(by: offset)) }
        }
        #expect(code(.seconds(60)) == nil && code(.seconds(60) + .nanoseconds(1)) == "SEAL_TOO_OLD")
        #expect(code(.seconds(-60)) == nil && code(.seconds(-60) - .nanoseconds(1)) == "SEAL_FROM_THE_FUTURE")
        #expect(throws: Never.self) { try box.open(Self.good, maximumAge: nil, now: .distantFuture) }
    }

    @Test func `every bit flip and every other spelling is refused, and keys rotate`() throws {
        let box = try Self.box()
        var bytes = VectorTests.decode(String(Self.good.dropLast(2)))
        for bit in 0..<(bytes.count * 8) {
            bytes[bit / 8] ^= 1 << (bit % 8)
            let code = SecretBoxTests.code { _ = try box.open(Fixture.base64URL(bytes) + "==", maximumAge: nil, now: Self.sealed) }
            #expect(code == (bit < 8 ? "SEAL_MALFORMED" : "SEAL_NOT_AUTHENTIC"))
            bytes[bit / 8] ^= 1 << (bit % 8)
        }
        let bare = String(Self.good.dropLast(2))
        for text in [
            bare, bare + "=", Self.good + "=", Self.good + "\n", " " + Self.good, bare.dropLast() + "B==",
            Self.good.replacing("_", with: "/"),
        ] {
            #expect(SecretBoxTests.code { _ = try box.open(text, maximumAge: nil, now: Self.sealed) } == "SEAL_MALFORMED")
        }
        let rotated = try FernetBox(key: SecretBoxTests.key, previousKeys: [FernetBox.key(Self.secret)])
        #expect(try rotated.open(Self.good, maximumAge: nil, now: Self.sealed) == Array("hello".utf8))
        let other = try FernetBox(key: SecretBoxTests.key)
        #expect(SecretBoxTests.code { _ = try other.open(Self.good, maximumAge: nil, now: Self.sealed) } == "SEAL_NOT_AUTHENTIC")
    }
}
