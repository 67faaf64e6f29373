import Crypto
import HardeningCore

/// The id of a session, the `sid` of its access tokens: 128 random bits, 22 characters of base64url.
public struct SessionID: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init() {
        description = TokenID().description
    }

    /// Reads the canonical 22 characters.
    public init?(_ text: String) {
        guard text.utf8.count == 22, TokenID(text) != nil else { return nil }
        description = text
    }
}

/// The SHA-256 of a refresh token's secret: all that is ever stored of it.
public struct RefreshDigest: Sendable, Hashable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// - Returns: nil unless there are 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    init(of secret: [UInt8]) {
        bytes = Array(SHA256.hash(data: secret))
    }

    public static func == (left: Self, right: Self) -> Bool { ConstantTime.equal(left.bytes, right.bytes) }

    public var description: String { "<refresh digest>" }
}

/// A refresh token taken apart: `rt1_` and base64url of session id (16 bytes), secret (32), seal (16).
///
/// The seal is an HMAC of the other two. It tells a token this service once issued from an invented
/// one, so that knowing a session's id, which access tokens show, is not enough to end the session by
/// pretending a reuse. No store is asked before the seal has matched.
struct RefreshToken {
    static let prefix = Array("rt1_".utf8)
    static let characterCount = 4 + 86

    let session: SessionID
    let secret: [UInt8]

    /// - Returns: nil when the text is no token that one of these keys sealed.
    init?(_ text: String, keys: [KeyedDigest]) {
        let characters = Array(text.utf8.prefix(Self.characterCount + 1))
        guard characters.count == Self.characterCount, characters.starts(with: Self.prefix) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = characters.withUnsafeBytes { text in
            bytes.withUnsafeMutableBytes { Base64URL.decode(UnsafeRawBufferPointer(rebasing: text[Self.prefix.count...]), into: $0) }
        }
        guard count == 64 else { return nil }
        let id = Array(bytes[..<16])
        let secret = Array(bytes[16..<48])
        let seal = bytes[48...]
        guard keys.contains(where: { ConstantTime.equal(Self.seal(id, secret, $0), Array(seal)) }) else { return nil }
        var name: [UInt8] = []
        Base64URL.encode(id, onto: &name)
        guard let session = SessionID(String(decoding: name, as: UTF8.self)) else { return nil }
        self.session = session
        self.secret = secret
    }

    init(session: SessionID, secret: [UInt8]) {
        self.session = session
        self.secret = secret
    }

    /// The secret of the successor: a pseudo-random function of this one.
    ///
    /// Replaying a parent computes the successor again instead of storing it. Whoever steals the store
    /// has the nonce but neither the key nor a secret.
    func successor(nonce: [UInt8], key: KeyedDigest) -> RefreshToken {
        RefreshToken(
            session: session, secret: key.digest([Array("refresh successor".utf8), Array(session.description.utf8), nonce, secret]))
    }

    var digest: RefreshDigest { RefreshDigest(of: secret) }

    func text(key: KeyedDigest) -> String {
        let id = TokenID(session.description)?.bytes ?? []
        var characters = Self.prefix
        Base64URL.encode(id + secret + Self.seal(id, secret, key), onto: &characters)
        return String(decoding: characters, as: UTF8.self)
    }

    private static func seal(_ id: [UInt8], _ secret: [UInt8], _ key: KeyedDigest) -> [UInt8] {
        Array(key.digest([Array("refresh seal".utf8), id, secret]).prefix(16))
    }
}
