import HardeningCore
import Testing
import TokenAuth

struct SecretBoxTests {
    static let key = Secret((0..<32).map { UInt8($0) })
    static let other = Secret((0..<32).map { UInt8($0) ^ 0xff })
    static let context = SecretBox.Context(purpose: "key", owner: "org-7", record: "42")

    static func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? SealError)?.code ?? "\(error)"
        }
    }

    @Test(arguments: [0, 1, 15, 16, 17, 1_000]) func `a value comes back, and no two boxes are alike`(_ count: Int) throws {
        let box = try SecretBox(key: Self.key)
        let value = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = try box.seal(value, for: Self.context)
        #expect(try box.open(sealed, for: Self.context) == value)
        #expect(try box.seal(value, for: Self.context) != sealed)
    }

    @Test(arguments: [
        SecretBox.Context(purpose: "kez", owner: "org-7", record: "42"), .init(purpose: "key", owner: "org-8", record: "42"),
        .init(purpose: "key", owner: "org-7", record: "43"), .init(purpose: "keyo", owner: "rg-7", record: "42"),
        .init(purpose: "", owner: "keyorg-742", record: ""),
    ])
    func `a box moved to another place does not open`(_ elsewhere: SecretBox.Context) throws {
        let box = try SecretBox(key: Self.key)
        let sealed = try box.seal([1, 2, 3], for: Self.context)
        #expect(Self.code { _ = try box.open(sealed, for: elsewhere) } == "SEAL_NOT_AUTHENTIC")
    }

    @Test func `every bit flip is refused`() throws {
        let box = try SecretBox(key: Self.key)
        var bytes = VectorTests.decode(String(try box.seal([1, 2, 3], for: Self.context).dropFirst(4)))
        for bit in 0..<(bytes.count * 8) {
            bytes[bit / 8] ^= 1 << (bit % 8)
            let code = Self.code { _ = try box.open("sb1_" + Fixture.base64URL(bytes), for: Self.context) }
            #expect(code == (bit < 32 ? "SEAL_UNKNOWN_KEY" : "SEAL_NOT_AUTHENTIC"))
            bytes[bit / 8] ^= 1 << (bit % 8)
        }
    }

    @Test func `keys rotate: old boxes open and are sealed anew`() throws {
        let old = try SecretBox(key: Self.other)
        let sealed = try old.seal([7], for: Self.context)
        let new = try SecretBox(key: Self.key, previousKeys: [Self.other])
        #expect(try new.open(sealed, for: Self.context) == [7])
        let resealed = try #require(try new.reseal(sealed, for: Self.context))
        #expect(try new.reseal(resealed, for: Self.context) == nil)
        #expect(try SecretBox(key: Self.key).open(resealed, for: Self.context) == [7])
        #expect(Self.code { _ = try SecretBox(key: Self.key).open(sealed, for: Self.context) } == "SEAL_UNKNOWN_KEY")
    }

    @Test func `what is no box, no key or too large is refused`() throws {
        let box = try SecretBox(key: Self.key)
        for text in ["", "sb1_", "sb1_AAAA", "xx1_" + String(repeating: "A", count: 64), "sb1_" + String(repeating: "=", count: 64)] {
            #expect(Self.code { _ = try box.open(text, for: Self.context) } == "SEAL_MALFORMED")
        }
        #expect(Self.code { _ = try SecretBox(key: Secret([1])) } == "SEAL_UNUSABLE_KEY")
        #expect(Self.code { _ = try SecretBox(key: Self.key, previousKeys: [Secret([])]) } == "SEAL_UNUSABLE_KEY")
        let large = [UInt8](repeating: 0, count: SecretBox.maximumByteCount + 1)
        #expect(Self.code { _ = try box.seal(large, for: Self.context) } == "SEAL_TOO_LARGE")
    }

    @Test func `purpose keys differ by purpose and root and repeat themselves`() {
        let keys = PurposeKeys(root: Self.key)
        #expect(keys.key(for: "a") == keys.key(for: "a") && keys.key(for: "a").byteCount == 32)
        #expect(keys.key(for: "a") != keys.key(for: "b"))
        #expect(keys.key(for: "a") != PurposeKeys(root: Self.other).key(for: "a"))
    }
}
