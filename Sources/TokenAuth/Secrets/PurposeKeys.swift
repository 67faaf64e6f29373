import Crypto
public import HardeningCore

/// Keys for different purposes out of one configured root secret, so that none can be used for another.
///
/// ```swift
/// let purposes = PurposeKeys(root: try Secret(checking: configuration.rootSecret))
/// let csrf = CSRFTokens(key: purposes.key(for: "csrf"))
/// ```
///
/// HKDF with SHA-256 (RFC 5869). Whoever learns one purpose's key learns nothing about the root or the
/// others. Changing the root changes all of them: keep the old root in the rotation lists.
public struct PurposeKeys: Sendable {
    private let root: Secret

    /// - Parameter root: at least 32 bytes that passed ``Secret/init(checking:minimumBytes:)``.
    public init(root: Secret) {
        self.root = root
    }

    /// - Parameters:
    ///   - purpose: a fixed name such as `"csrf"` or `"refresh"`.
    ///   - byteCount: 32 by default, at most 8,160 (255 hashes).
    public func key(for purpose: String, byteCount: Int = 32) -> Secret {
        root.withUnsafeBytes { bytes in
            let key = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: bytes), salt: Array("swift-hardening".utf8), info: Array(purpose.utf8),
                outputByteCount: min(8_160, max(1, byteCount)))
            return key.withUnsafeBytes { Secret($0) }
        }
    }
}
