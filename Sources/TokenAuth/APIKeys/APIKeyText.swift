import Crypto
import HardeningCore

/// The SHA-256 of an API key: all that is ever stored of it.
///
/// A plain hash suffices because the key has 256 random bits: there is nothing to guess.
public struct APIKeyDigest: Sendable, Hashable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// - Returns: nil unless there are 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    init(of text: String) {
        bytes = Array(SHA256.hash(data: Array(text.utf8)))
    }

    public static func == (left: Self, right: Self) -> Bool { ConstantTime.equal(left.bytes, right.bytes) }

    public var description: String { "<API key digest>" }
}

/// How an API key is written: a prefix, `_`, 43 characters of secret, 6 of checksum.
///
/// The prefix lets scanners of code and logs recognise a leaked key; the checksum lets them, and the
/// service, tell a mistyped or invented one without asking a store.
struct APIKeyText {
    static let secretCharacters = 43
    static let checksumCharacters = 6

    let prefix: String

    /// - Returns: nil unless the prefix has 2 to 20 lower-case letters, digits and inner underscores.
    init?(prefix: String) {
        let bytes = Array(prefix.utf8)
        let isAcceptable = bytes.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "_")
        }
        guard isAcceptable, (2...20).contains(bytes.count), bytes.first != UInt8(ascii: "_"), bytes.last != UInt8(ascii: "_") else {
            return nil
        }
        self.prefix = prefix
    }

    var characterCount: Int { prefix.utf8.count + 1 + Self.secretCharacters + Self.checksumCharacters }

    func make() -> String {
        var text = Array(prefix.utf8) + [UInt8(ascii: "_")]
        Base64URL.encode(RandomBytes.make(32), onto: &text)
        text += Self.checksum(of: text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether the text could be a key: prefix, length, alphabet, checksum.
    func isWellFormed(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(characterCount + 1))
        guard bytes.count == characterCount, bytes.starts(with: prefix.utf8), bytes[prefix.utf8.count] == UInt8(ascii: "_") else {
            return false
        }
        let body = bytes.dropLast(Self.checksumCharacters)
        guard Base64URL.decoded(body.suffix(Self.secretCharacters)) != nil else { return false }
        return ConstantTime.equal(Self.checksum(of: Array(body)), bytes.suffix(Self.checksumCharacters))
    }

    private static func checksum(of text: [UInt8]) -> [UInt8] {
        var characters: [UInt8] = []
        withUnsafeBytes(of: CRC32C.checksum(text).bigEndian) { Base64URL.encode($0, onto: &characters) }
        return characters
    }
}
