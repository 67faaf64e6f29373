import Foundation
import HardeningCore
import Testing

/// How often a random secret is refused for looking weak.
///
/// `SECRET_RULE_SAMPLES=1000000 swift test --filter SecretRuleTests` measures the promise of 0 in 10⁶.
struct SecretRuleTests {
    static let samples = ProcessInfo.processInfo.environment["SECRET_RULE_SAMPLES"].flatMap(Int.init) ?? 4_000
    static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    @Test(arguments: [
        ("hexadecimal", 32, "0123456789abcdef"), ("hexadecimal", 64, "0123456789abcdef"), ("base64", 32, String(base64)),
        ("base64", 64, String(base64)), ("decimal", 39, "0123456789"), ("letters", 40, "abcdefghijklmnopqrstuvwxyz"),
    ])
    func `no random secret is refused`(_ name: String, _ length: Int, _ alphabet: String) {
        var generator = SeededGenerator(state: 2_026)
        let characters = Array(alphabet.utf8)
        var refused: [String] = []
        for _ in 0..<(Self.samples / 6) {
            // Sixteen bits a character: none is likelier than another by more than a part in a thousand.
            var bytes = [UInt8](repeating: 0, count: length)
            var word: UInt64 = 0
            for index in 0..<length {
                if index & 3 == 0 { word = generator.next() }
                bytes[index] = characters[Int(word & 0xffff) % characters.count]
                word >>= 16
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                _ = try Secret(checking: text)
            } catch {
                refused.append("\(error.reason): \(text)")
            }
        }
        print("secret rules: \(refused.count) of \(Self.samples / 6) random \(name) secrets of \(length) characters refused")
        #expect(refused.isEmpty, "\(refused.prefix(3))")
    }
}
