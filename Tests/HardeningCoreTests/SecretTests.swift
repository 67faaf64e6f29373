import HardeningCore
import Testing

@Suite struct SecretTests {
    @Test func aSecretNeverPrints() {
        let text = "hunter2-hunter2-hunter2-hunter2-x"
        let secret = Secret(text.utf8)
        var dumped = ""
        dump(secret, to: &dumped)
        for shown in [
            "\(secret)", secret.debugDescription, String(reflecting: secret), "\([secret])", "\(Optional(secret) as Any)", dumped,
        ] {
            #expect(!shown.contains("hunter2"))
            #expect(shown.contains("<secret>"))
        }
    }

    @Test func secretsCompareByTheirBytes() {
        #expect(Secret([1, 2, 3]) == Secret([1, 2, 3]))
        #expect(Secret([1, 2, 3]) != Secret([1, 2, 4]))
        #expect(Secret([1, 2, 3]) != Secret([1, 2, 3, 4]))
        #expect(Secret([]) == Secret([]))
        #expect(Secret([7, 8]).withUnsafeBytes { Array($0) } == [7, 8])
        #expect(Secret.random(byteCount: -1).byteCount == 0)
        #expect(Secret.random() != Secret.random())
    }

    @Test(arguments: [
        ("", SecretRefusal.Reason.empty),
        ("short", .tooShort),
        ("your-secret-key-here", .placeholder),
        ("please-CHANGEME-before-you-deploy-this", .placeholder),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", .repetitive),
        ("k3yB0x!zk3yB0x!zk3yB0x!zk3yB0x!zk3yB0x!z", .repetitive),
        ("abcdefghijklmnopqrstuvwxyz0123456789", .sequential),
        ("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE", .keyFile),
        ("this is the jwt signing key for the production api server", .dictionaryWords),
        ("abacabadcbdadbcabdcbadcbabcdabdcbacd", .lowEntropy),
    ])
    func weakSecretsAreRefusedWithTheReason(text: String, reason: SecretRefusal.Reason) {
        let refusal = #expect(throws: SecretRefusal.self) { try Secret(checking: text) }
        #expect(refusal?.reason == reason)
        if text.count > 5 { #expect(refusal?.description.contains(text) == false) }
    }

    @Test(arguments: [
        "0123456789abcdef", "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", "abcdefghijklmnopqrstuvwxyz",
    ])
    func randomSecretsAreNeverRefused(alphabet: String) throws {
        let letters = Array(alphabet)
        for _ in 0..<500 {
            let secret = String((0..<32).map { _ in letters.randomElement() ?? "x" })
            #expect(throws: Never.self) { try Secret(checking: secret) }
        }
    }

    @Test func constantTimeComparisonSeesEveryBit() {
        let bytes = (0..<64).map { UInt8($0) }
        #expect(ConstantTime.equal(bytes, bytes))
        for bit in 0..<(64 * 8) {
            var other = bytes
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!ConstantTime.equal(bytes, other))
            #expect(!bytes.withUnsafeBytes { left in other.withUnsafeBytes { ConstantTime.equal(left, $0) } })
        }
        #expect(!ConstantTime.equal(bytes, bytes.dropLast()))
        #expect(ConstantTime.equal([UInt8](), [UInt8]()))
    }
}
