import HardeningCore
import Testing
import TokenAuth

struct KeySetTests {
    static func secret(_ count: Int, _ seed: UInt8 = 0) -> Secret { Secret((0..<count).map { UInt8($0) &+ seed }) }

    static func code(_ make: () throws(KeySetRefusal) -> KeySet) -> String? {
        do {
            _ = try make()
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [(31, "KEY_SECRET_TOO_SHORT"), (32, nil), (0, "KEY_SECRET_TOO_SHORT"), (200, nil)] as [(Int, String?)])
    func `HS256 needs 32 bytes`(_ count: Int, _ code: String?) {
        #expect(Self.code { () throws(KeySetRefusal) in try KeySet(active: .hs256(secret: Self.secret(count), id: "k")) } == code)
    }

    @Test func `longer hashes need longer secrets`() {
        #expect(
            Self.code { () throws(KeySetRefusal) in try KeySet(active: .hs384(secret: Self.secret(47), id: "k")) } == "KEY_SECRET_TOO_SHORT"
        )
        #expect(
            Self.code { () throws(KeySetRefusal) in try KeySet(active: .hs512(secret: Self.secret(63), id: "k")) } == "KEY_SECRET_TOO_SHORT"
        )
    }

    @Test(arguments: ["", "a b", "k\"", "k\n", "é", String(repeating: "k", count: 65), "a/b"])
    func `an id that could break a header is refused`(_ id: String) {
        #expect(Self.code { () throws(KeySetRefusal) in try KeySet(active: .hs256(secret: Self.secret(32), id: id)) } == "KEY_ID_MALFORMED")
    }

    @Test func `ids and secrets are unique, the active key is not compromised`() {
        let a = SigningKey.hs256(secret: Self.secret(32), id: "a")
        let sameID = SigningKey.hs256(secret: Self.secret(32, 9), id: "a")
        let sameSecret = SigningKey.hs256(secret: Self.secret(32), id: "b")
        #expect(Self.code { () throws(KeySetRefusal) in try KeySet(active: a, retiring: [sameID]) } == "KEY_ID_DUPLICATE")
        #expect(Self.code { () throws(KeySetRefusal) in try KeySet(active: a, staged: [sameSecret]) } == "KEY_SECRET_REUSED")
        #expect(Self.code { () throws(KeySetRefusal) in try KeySet(active: a, compromised: ["a"]) } == "KEY_ACTIVE_COMPROMISED")
        let many = (0..<20).map { "k\($0)" }
        #expect(Self.code { () throws(KeySetRefusal) in try KeySet(active: a, compromised: many) } == "KEY_SET_TOO_LARGE")
    }

    @Test func `states are what was asked for`() throws {
        let a = SigningKey.hs256(secret: Self.secret(32), id: "a")
        let b = SigningKey.hs256(secret: Self.secret(32, 1), id: "b")
        let c = SigningKey.hs256(secret: Self.secret(32, 2), id: "c")
        let keys = try KeySet(active: a, staged: [b], retiring: [c], compromised: ["c", "d"])
        #expect(["a", "b", "c", "d", "e"].map { keys.state(of: $0) } == [.active, .staged, .compromised, .compromised, nil])
        #expect(try KeySet(active: a, retiring: [c]).state(of: "c") == .retiring)
    }

    @Test func `a rotation refuses nobody, and a compromise refuses at once`() throws {
        let old = SigningKey.hs256(secret: Self.secret(32), id: "old")
        let new = SigningKey.hs256(secret: Self.secret(32, 1), id: "new")
        let service = try TokenService(issuer: "i", audience: "a", keys: KeySet(active: old, staged: [new]), time: .manual(ManualTime()))
        let before = try service.issue(subject: "s").token
        service.use(try KeySet(active: new, retiring: [old]))
        let after = try service.issue(subject: "s").token
        #expect(try service.verify(before).keyID == "old")
        #expect(try service.verify(after).keyID == "new")
        service.use(try KeySet(active: new, retiring: [old], compromised: ["old"]))
        #expect(service.why(before).hasPrefix("TOKEN_KEY_COMPROMISED"))
        service.use(try KeySet(active: new))
        #expect(service.why(before).hasPrefix("TOKEN_KEY_UNKNOWN"))
        #expect(try service.verify(after).subject == "s")
    }

    @Test func `no description shows a secret`() throws {
        let text = "4s9Kq0vTz7mWb2XcR8yLd5NfJ1hGpEuA"
        let key = SigningKey.hs256(secret: try Secret(checking: text), id: "k")
        var dumped = ""
        dump(try KeySet(active: key), to: &dumped)
        #expect(!dumped.contains(text) && !dumped.contains("52, 115, 57") && !"\(key)".contains(text))
    }

    @Test func `a retired key verifies what it signed before and nothing that claims to be younger`() throws {
        let fixture = try Fixture()
        let header = #"{"alg":"HS256","kid":"kr","typ":"at+jwt"}"#
        for (offset, rule) in [(-101, nil), (-100, nil), (-99, .keyRetired), (0, .keyRetired)] as [(Int64, TokenError.Rule?)] {
            let issued = ("iat", Optional("\(Fixture.start + offset)"))
            #expect(fixture.refusal(Fixture.sign(header: header, payload: Fixture.payload([issued]), secret: Fixture.retiredBytes)) == rule)
        }
    }
}
