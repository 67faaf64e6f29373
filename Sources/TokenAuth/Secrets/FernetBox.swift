import Crypto
import CryptoExtras
public import HardeningCore

/// Seals values as Fernet tokens, to share them with services in other languages.
///
/// The Fernet specification (github.com/fernet/spec), version 0x80: AES-128 in CBC mode, then HMAC-SHA256
/// over everything, with the time of sealing in clear. Read strictly: canonical padded base64url, one
/// spelling per token. For data of your own prefer ``SecretBox``: a Fernet token opens in any row.
public struct FernetBox: Sendable {
    private struct Key: Sendable {
        let mac: MACContext
        let cipher: SymmetricKey

        init?(_ secret: Secret) {
            guard secret.byteCount == 32 else { return nil }
            (mac, cipher) = secret.withUnsafeBytes { bytes in
                (MACContext(.hs256, secret: Secret(bytes[..<16])), SymmetricKey(data: Array(bytes[16...])))
            }
        }
    }

    /// Tokens from further ahead are refused, as the specification says.
    public static let maximumClockSkew = Duration.seconds(60)
    private static let version: UInt8 = 0x80
    /// Version, time, initialisation vector, one block, code.
    private static let minimumByteCount = 1 + 8 + 16 + 16 + 32

    private let current: Key
    private let keys: [Key]

    /// - Parameters:
    ///   - key: 32 bytes: what ``key(_:)`` reads out of the usual text.
    ///   - previousKeys: open what was sealed before.
    /// - Throws: ``SealError/unusableKey``.
    public init(key: Secret, previousKeys: [Secret] = []) throws(SealError) {
        guard let current = Key(key) else { throw .unusableKey }
        let previous = previousKeys.compactMap { Key($0) }
        guard previous.count == previousKeys.count else { throw .unusableKey }
        self.current = current
        keys = [current] + previous
    }

    /// A key as other implementations write it: 44 characters of padded base64url.
    ///
    /// - Throws: ``SealError/unusableKey``.
    public static func key(_ text: String) throws(SealError) -> Secret {
        guard let bytes = Base64URL.decodedPadded(text), bytes.count == 32 else { throw .unusableKey }
        return Secret(bytes)
    }

    /// - Parameter now: written into the token in clear, in whole seconds.
    /// - Throws: ``SealError/tooLarge``.
    public func seal(_ value: [UInt8], now: Timestamp) throws(SealError) -> String {
        try seal(value, now: now, vector: RandomBytes.make(16))
    }

    /// - Parameter vector: 16 bytes; given only by the specification's test vectors.
    package func seal(_ value: [UInt8], now: Timestamp, vector: [UInt8]) throws(SealError) -> String {
        guard value.count <= SecretBox.maximumByteCount else { throw .tooLarge }
        guard let iv = try? AES._CBC.IV(ivBytes: vector), let sealed = try? AES._CBC.encrypt(value, using: current.cipher, iv: iv) else {
            throw .unusableKey
        }
        var bytes: [UInt8] = [Self.version]
        withUnsafeBytes(of: UInt64(max(0, now.secondsSince1970)).bigEndian) { bytes.append(contentsOf: $0) }
        bytes += vector + Array(sealed)
        bytes += bytes.withUnsafeBytes { current.mac.code(of: $0) }
        var text: [UInt8] = []
        Base64URL.encode(bytes, onto: &text)
        text += [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
        return String(decoding: text, as: UTF8.self)
    }

    /// - Parameters:
    ///   - maximumAge: refuse older tokens; nil for any age.
    ///   - now: the time to compare with.
    /// - Throws: ``SealError``: `malformed`, `notAuthentic`, `tooOld` or `fromTheFuture`. Times are judged only
    ///   once the token is authentic.
    public func open(_ text: String, maximumAge: Duration?, now: Timestamp) throws(SealError) -> [UInt8] {
        let limit = (SecretBox.maximumByteCount + Self.minimumByteCount + 16) / 3 * 4
        guard text.utf8.count <= limit, let bytes = Base64URL.decodedPadded(text), bytes.count >= Self.minimumByteCount,
            bytes[0] == Self.version, (bytes.count - Self.minimumByteCount) % 16 == 0
        else { throw .malformed }
        let signed = bytes.count - 32
        let key = keys.first { key in
            bytes.withUnsafeBytes { bytes in
                key.mac.isValid(UnsafeRawBufferPointer(rebasing: bytes[signed...]), for: UnsafeRawBufferPointer(rebasing: bytes[..<signed]))
            }
        }
        guard let key else { throw .notAuthentic }
        // Far beyond 9999 is only ever a hostile clock: it saturates and is from the future.
        let seconds = bytes[1..<9].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let sealedAt = Timestamp(secondsSince1970: Int64(clamping: seconds))
        if sealedAt > now.advanced(by: Self.maximumClockSkew) { throw .fromTheFuture }
        if let maximumAge, now > sealedAt.advanced(by: maximumAge) { throw .tooOld }
        guard let iv = try? AES._CBC.IV(ivBytes: bytes[9..<25]),
            let value = try? AES._CBC.decrypt(bytes[25..<signed], using: key.cipher, iv: iv)
        else { throw .malformed }
        return Array(value)
    }
}
