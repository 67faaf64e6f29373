import HardeningCore
import Testing
import TokenAuth

@Suite(.timeLimit(.minutes(60)))
struct ScryptTests {
    static let light = ScryptParameters(unchecked: 14, 8, 1)

    /// RFC 7914 §12; its fourth vector needs 1 GiB and is left to the library underneath.
    @Test(arguments: [
        (
            "", "", 4, 1, 1,
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
        ),
        (
            "password", "NaCl", 10, 8, 16,
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        (
            "pleaseletmein", "SodiumChloride", 14, 8, 1,
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ])
    func `scrypt agrees with RFC 7914`(_ password: String, _ salt: String, _ n: Int, _ r: Int, _ p: Int, _ expected: String) {
        let digest = ScryptHash.compute(
            password: Secret(password.utf8), parameters: ScryptParameters(unchecked: n, r, p), salt: Array(salt.utf8), byteCount: 64)
        #expect(digest == PeerVectorTests.bytes(expected))
    }

    @Test func `a long password verifies against its hash and nothing else does`() async throws {
        let hasher = PasswordHasher(uncheckedScheme: .scrypt(Self.light))
        let password = String(repeating: "long ", count: 30) + "\0end"
        let hash = try await hasher.hash(password)
        #expect(hash.hasPrefix("$scrypt$ln=14,r=8,p=1$"))
        #expect(try await hasher.verify(password: password, hash: hash))
        #expect(try await !hasher.verify(password: password + " ", hash: hash))
        #expect(try await !hasher.verifyUnknownAccount(password: password))
        #expect(!hasher.needsRehash(hash))
        await #expect(throws: PasswordError.tooLong(maximumBytes: 1_024)) { try await hasher.hash(String(repeating: "x", count: 1_025)) }
        await #expect(throws: PasswordError.empty) { try await hasher.hash("") }
    }

    @Test func `a sign-in replaces a hash of the other scheme or of weaker settings`() async throws {
        let bcrypt = PasswordHasher(uncheckedCost: 5)
        let scrypt = PasswordHasher(uncheckedScheme: .scrypt(Self.light))
        let old = try await bcrypt.hash("p")
        let wrong = try await scrypt.verifyAndRehash(password: "q", hash: old)
        #expect(!wrong.isMatch && wrong.replacement == nil)
        let right = try await scrypt.verifyAndRehash(password: "p", hash: old)
        let new = try #require(right.replacement)
        #expect(right.isMatch && new.hasPrefix("$scrypt$"))
        let again = try await scrypt.verifyAndRehash(password: "p", hash: new)
        #expect(again.isMatch && again.replacement == nil)
        // And back: a stronger setting of the same scheme, and the other way round.
        #expect(PasswordHasher(uncheckedScheme: .scrypt(.recommended)).needsRehash(new))
        #expect(bcrypt.needsRehash(new))
        #expect(
            try await PasswordHasher(uncheckedCost: 6).verifyAndRehash(password: "p", hash: old).replacement?.hasPrefix("$2b$06$") == true)
    }

    @Test(arguments: [
        "$scrypt$ln=30,r=8,p=1$c2FsdHNhbHQ$", "$scrypt$ln=14,r=8$c2FsdHNhbHQ$AAAA", "$scrypt$ln=14,r=8,p=1$$", "$scrypt$",
        "$argon2id$v=19$m=1,t=1,p=1$a$b",
        "$scrypt$ln=014,r=8,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "$scrypt$ln=+14,r=8,p=1$c2FsdHNhbHQ$AAAA",
        "$scrypt$ln=99999999999999999999,r=8,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=20,r=32,p=16$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ])
    func `a damaged or greedy record is refused`(_ hash: String) async {
        let hasher = PasswordHasher(uncheckedCost: 4)
        await #expect(throws: PasswordError.malformedHash) { try await hasher.verify(password: "p", hash: hash) }
    }

    @Test func `parameters outside of what is safe and bearable cannot be made`() {
        for (n, r, p) in [(13, 8, 1), (21, 8, 1), (17, 0, 1), (17, 8, 0), (17, 33, 1), (17, 8, 17), (20, 32, 1), (14, 1, 1), (-1, -1, -1)] {
            #expect(ScryptParameters(logRounds: n, blockSize: r, parallelism: p) == nil)
        }
        #expect(ScryptParameters(logRounds: 17, blockSize: 8, parallelism: 1) == .recommended)
        #expect(ScryptParameters.recommended.byteCount == 128 << 20)
    }
}
