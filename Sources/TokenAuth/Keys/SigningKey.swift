public import HardeningCore

/// A named key that signs and verifies with one algorithm.
///
/// The id travels in every token's header; make it a date or a counter ("2026-11"), never anything
/// derived from the secret. A key does nothing by itself: ``KeySet`` checks it and gives it a state.
public struct SigningKey: Sendable {
    enum Material: Sendable {
        case secret(Secret)
    }

    /// 1 to 64 characters out of letters, digits, `.`, `_` and `-`; checked by ``KeySet``.
    public let id: String
    public let algorithm: TokenAlgorithm
    let material: Material

    /// A shared secret of at least 32 bytes for HMAC with SHA-256.
    public static func hs256(secret: Secret, id: String) -> SigningKey {
        SigningKey(id: id, algorithm: .hs256, material: .secret(secret))
    }

    /// A shared secret of at least 48 bytes for HMAC with SHA-384.
    public static func hs384(secret: Secret, id: String) -> SigningKey {
        SigningKey(id: id, algorithm: .hs384, material: .secret(secret))
    }

    /// A shared secret of at least 64 bytes for HMAC with SHA-512.
    public static func hs512(secret: Secret, id: String) -> SigningKey {
        SigningKey(id: id, algorithm: .hs512, material: .secret(secret))
    }
}
