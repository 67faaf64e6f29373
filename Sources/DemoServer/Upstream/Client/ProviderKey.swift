import HardeningCore

/// An API key that is known to fit into a request header.
///
/// Checked once, at the edge: a key with a line break pasted into it would otherwise fail at the
/// first chat, in an error that quotes it.
struct ProviderKey: Sendable {
    private let secret: Secret

    /// - Returns: nil unless the key is made of 1 to 512 visible ASCII characters (RFC 9110 §5.5).
    init?(_ secret: Secret) {
        let isUsable = secret.withUnsafeBytes { bytes in
            (1...512).contains(bytes.count) && bytes.allSatisfy { (0x21...0x7e).contains($0) }
        }
        guard isUsable else { return nil }
        self.secret = secret
    }

    private init(unchecked secret: Secret) { self.secret = secret }

    /// What the simulated upstream is called with; it accepts any key.
    static let simulated = ProviderKey(unchecked: Secret("simulated".utf8))

    /// The key in the clear, to be put into a header and nowhere else.
    var headerValue: String {
        secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
