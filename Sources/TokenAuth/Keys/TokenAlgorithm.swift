/// A signature algorithm of RFC 7518 or RFC 8037 that this library verifies.
///
/// There is no `none` and no way to add one: a key belongs to exactly one algorithm, and a token
/// that names another is refused before any signature is computed.
public struct TokenAlgorithm: Sendable, Hashable, CustomStringConvertible {
    /// The value of the `alg` header.
    public let name: String
    /// The exact length of a signature, in bytes.
    public let signatureByteCount: Int
    /// The shortest secret accepted: the length of the hash (RFC 7518 §3.2), or of a private key.
    public let minimumSecretByteCount: Int
    /// Whether verifying needs only what may be published.
    public let isAsymmetric: Bool

    private init(name: String, signatureByteCount: Int, minimumSecretByteCount: Int, isAsymmetric: Bool = false) {
        self.name = name
        self.signatureByteCount = signatureByteCount
        self.minimumSecretByteCount = minimumSecretByteCount
        self.isAsymmetric = isAsymmetric
    }

    /// HMAC with SHA-256: one service signs and verifies.
    public static let hs256 = TokenAlgorithm(name: "HS256", signatureByteCount: 32, minimumSecretByteCount: 32)
    /// HMAC with SHA-384.
    public static let hs384 = TokenAlgorithm(name: "HS384", signatureByteCount: 48, minimumSecretByteCount: 48)
    /// HMAC with SHA-512.
    public static let hs512 = TokenAlgorithm(name: "HS512", signatureByteCount: 64, minimumSecretByteCount: 64)
    /// ECDSA on P-256 with SHA-256: others verify with a public key (RFC 7518 §3.4).
    public static let es256 = TokenAlgorithm(name: "ES256", signatureByteCount: 64, minimumSecretByteCount: 32, isAsymmetric: true)
    /// Ed25519: the same, with deterministic signatures (RFC 8037 §3.1).
    public static let edDSA = TokenAlgorithm(name: "EdDSA", signatureByteCount: 64, minimumSecretByteCount: 32, isAsymmetric: true)

    public var description: String { name }
}
