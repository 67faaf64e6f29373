import Crypto
public import HardeningCore

/// Seals what must be stored and read again: provider keys, webhook secrets, one-time-password seeds.
///
/// ```swift
/// let box = try SecretBox(key: purposes.key(for: "provider keys"))
/// row.key = try box.seal(Array(apiKey.utf8), for: .init(purpose: "openai-key", owner: "org-7", record: "42"))
/// ```
///
/// AES-256-GCM with the context as associated data: a box copied into another row, column or account does
/// not open there, which ``FernetBox`` cannot promise. NIST SP 800-38D allows 2³² boxes under one key
/// with random nonces; rotate long before. Passwords are never sealed: see ``PasswordHasher``.
public struct SecretBox: Sendable {
    /// What a box is bound to; open it with the same three.
    public struct Context: Sendable, Hashable {
        public var purpose: String
        public var owner: String
        public var record: String

        public init(purpose: String, owner: String, record: String) {
            self.purpose = purpose
            self.owner = owner
            self.record = record
        }

        /// Unambiguous: each part is preceded by its length.
        fileprivate var bytes: [UInt8] { KeyedDigest.joined(["sb1", purpose, owner, record].map { Array($0.utf8) }) }
    }

    private struct Key: Sendable {
        /// Names the key inside a box: 4 bytes of a digest that tells nothing about it.
        let id: [UInt8]
        let key: SymmetricKey

        init?(_ secret: Secret) {
            guard secret.byteCount == 32 else { return nil }
            id = Array(KeyedDigest(key: secret).digest([Array("SecretBox key id".utf8)]).prefix(4))
            key = secret.withUnsafeBytes { SymmetricKey(data: $0) }
        }
    }

    /// 1 MiB: secrets are small; files belong elsewhere.
    public static let maximumByteCount = 1 << 20
    private static let prefix = "sb1_"
    private static let overhead = 4 + 12 + 16

    private let current: Key
    private let keys: [Key]

    /// - Parameters:
    ///   - key: 32 bytes; seals.
    ///   - previousKeys: open what was sealed before; see ``reseal(_:for:)``.
    /// - Throws: ``SealError/unusableKey``.
    public init(key: Secret, previousKeys: [Secret] = []) throws(SealError) {
        guard let current = Key(key) else { throw .unusableKey }
        let previous = previousKeys.compactMap { Key($0) }
        guard previous.count == previousKeys.count else { throw .unusableKey }
        self.current = current
        keys = [current] + previous
    }

    /// Text of `sb1_` and base64url; 48 characters more than 4/3 of the value.
    ///
    /// - Throws: ``SealError/tooLarge``.
    public func seal(_ value: [UInt8], for context: Context) throws(SealError) -> String {
        guard value.count <= Self.maximumByteCount else { throw .tooLarge }
        guard let box = try? AES.GCM.seal(value, using: current.key, authenticating: context.bytes) else { throw .unusableKey }
        var bytes = current.id
        bytes.append(contentsOf: box.nonce)
        bytes.append(contentsOf: box.ciphertext)
        bytes.append(contentsOf: box.tag)
        var text = Array(Self.prefix.utf8)
        Base64URL.encode(bytes, onto: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// - Throws: ``SealError``: `malformed`, `unknownKey` or `notAuthentic`.
    public func open(_ text: String, for context: Context) throws(SealError) -> [UInt8] {
        try opened(text, for: context).value
    }

    /// Opens a value and seals it anew under the current key.
    ///
    /// - Returns: nil when it is under the current key already. Run it over the stored rows, then drop the old key.
    public func reseal(_ text: String, for context: Context) throws(SealError) -> String? {
        let (value, isCurrent) = try opened(text, for: context)
        return isCurrent ? nil : try seal(value, for: context)
    }

    private func opened(_ text: String, for context: Context) throws(SealError) -> (value: [UInt8], isCurrent: Bool) {
        let limit = Self.prefix.utf8.count + (Self.maximumByteCount + Self.overhead + 2) / 3 * 4
        guard text.utf8.count <= limit, text.hasPrefix(Self.prefix),
            let bytes = Base64URL.decoded(text.utf8.dropFirst(Self.prefix.utf8.count)), bytes.count >= Self.overhead
        else { throw .malformed }
        let candidates = keys.filter { $0.id.elementsEqual(bytes.prefix(4)) }
        guard !candidates.isEmpty else { throw .unknownKey }
        guard let box = try? AES.GCM.SealedBox(combined: bytes[4...]) else { throw .malformed }
        for candidate in candidates {
            if let value = try? AES.GCM.open(box, using: candidate.key, authenticating: context.bytes) {
                return (Array(value), candidate.id == current.id)
            }
        }
        throw .notAuthentic
    }
}
