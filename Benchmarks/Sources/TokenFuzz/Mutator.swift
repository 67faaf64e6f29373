import Crypto
import Foundation

/// Changes bytes of a token, or of its decoded parts, which are then encoded and, half of the time, signed again.
struct Mutator {
    /// What a token is turned into, and whether its signature is a signer's.
    struct Mutant {
        var bytes: [UInt8]
        var isSigned: Bool
    }

    private static let fragments = [
        #"{"alg":"none"}"#, #""kid":"k1""#, #""crit":["exp"]"#, "\\u0000", "null", "1e999", "-0", "[[[[[[[[[[", "{\"a\":{\"a\":",
        "\u{feff}", "\"", "}", ",", ":", "\\ud800", "99999999999999999999", "\u{0}", ".", "..", "=", "+/", "\n",
    ].map { Array($0.utf8) }

    let token: [UInt8]
    private let header: [UInt8]
    private let payload: [UInt8]
    private let signature: ArraySlice<UInt8>
    private let key: SymmetricKey
    private var generator: SeededGenerator

    init(header: String, payload: String, secret: [UInt8], seed: UInt64) {
        self.header = Array(header.utf8)
        self.payload = Array(payload.utf8)
        key = SymmetricKey(data: secret)
        generator = SeededGenerator(state: seed)
        token = Self.signed(Self.encode(self.header) + [UInt8(ascii: ".")] + Self.encode(self.payload), by: key)
        signature = token.suffix(44)
    }

    mutating func mutant() -> Mutant {
        let kind = Int.random(in: 0..<4, using: &generator)
        guard kind > 0 else { return Mutant(bytes: changed(token), isSigned: false) }
        let bytes =
            Self.encode(kind == 1 ? changed(header) : header) + [UInt8(ascii: ".")] + Self.encode(kind == 1 ? payload : changed(payload))
        guard Bool.random(using: &generator) else { return Mutant(bytes: bytes + signature, isSigned: false) }
        return Mutant(bytes: Self.signed(bytes, by: key), isSigned: true)
    }

    /// One to three changes at random places.
    mutating func changed(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...Int.random(in: 0..<3, using: &generator) {
            let position = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where position < bytes.count: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1 where position < bytes.count: bytes[position] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 0..<9, using: &generator)))
            case 3: bytes.insert(contentsOf: Self.fragments.randomElement(using: &generator) ?? [], at: position)
            case 4: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 20)], at: position)
            default: bytes.swapAt(position % max(1, bytes.count), Int.random(in: 0..<max(1, bytes.count), using: &generator))
            }
            if bytes.isEmpty { return bytes }
        }
        return bytes
    }

    /// swift-crypto's own HMAC, independently of the code under test.
    private static func signed(_ input: [UInt8], by key: SymmetricKey) -> [UInt8] {
        input + [UInt8(ascii: ".")] + encode(Array(HMAC<SHA256>.authenticationCode(for: input, using: key)))
    }

    private static func encode(_ bytes: [UInt8]) -> [UInt8] {
        Array(Data(bytes).base64EncodedData()).compactMap { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
    }
}

/// SplitMix64: the same tokens on every run and machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
