public import HardeningCore

/// A named key that signs and verifies with one algorithm, or only verifies.
///
/// The id travels in every token's header; make it a date or a counter ("2026-11"), never anything
/// derived from the secret. A key does nothing by itself: ``KeySet`` checks it and gives it a state.
///
/// HMAC keys are for a service that verifies its own tokens: whoever can verify can forge. ES256 and
/// EdDSA keys let others verify with what ``KeySet/jsonWebKeySet`` publishes, at 20 to 60 times the cost.
public struct SigningKey: Sendable {
    enum Material: Sendable {
        case secret(Secret)
        case pair(AsymmetricKey)
    }

    /// 1 to 64 characters out of letters, digits, `.`, `_` and `-`; checked by ``KeySet``.
    public let id: String
    public let algorithm: TokenAlgorithm
    /// The last `iat` under which this key counts; see ``retired(at:overlap:)``.
    public private(set) var lastIssue: Timestamp?
    let material: Material

    private init(id: String, algorithm: TokenAlgorithm, material: Material) {
        self.id = id
        self.algorithm = algorithm
        self.material = material
    }

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

    /// A P-256 private key, the 32 bytes of its number (`d` of a JWK).
    ///
    /// - Throws: ``KeySetRefusal``, `KEY_MALFORMED`, when the bytes are no private key.
    public static func es256(privateKey: Secret, id: String) throws(KeySetRefusal) -> SigningKey {
        try pair(.es256, AsymmetricKey(p256Private: privateKey), id)
    }

    /// A P-256 private key as a PEM file: what `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` writes.
    ///
    /// - Throws: ``KeySetRefusal``, `KEY_MALFORMED`.
    public static func es256(pem: String, id: String) throws(KeySetRefusal) -> SigningKey {
        try pair(.es256, AsymmetricKey(p256PEM: pem), id)
    }

    /// Another issuer's P-256 public key, 65 bytes uncompressed (X9.63); verifies only.
    ///
    /// - Throws: ``KeySetRefusal``, `KEY_MALFORMED`, also for a point that is not on the curve.
    public static func es256(publicKey: [UInt8], id: String) throws(KeySetRefusal) -> SigningKey {
        try pair(.es256, AsymmetricKey(p256Public: publicKey), id)
    }

    /// An Ed25519 private key, its 32-byte seed (`d` of a JWK).
    ///
    /// - Throws: ``KeySetRefusal``, `KEY_MALFORMED`.
    public static func edDSA(privateKey: Secret, id: String) throws(KeySetRefusal) -> SigningKey {
        try pair(.edDSA, AsymmetricKey(ed25519Private: privateKey), id)
    }

    /// Another issuer's Ed25519 public key, 32 bytes; verifies only.
    ///
    /// - Throws: ``KeySetRefusal``, `KEY_MALFORMED`.
    public static func edDSA(publicKey: [UInt8], id: String) throws(KeySetRefusal) -> SigningKey {
        try pair(.edDSA, AsymmetricKey(ed25519Public: publicKey), id)
    }

    /// Whether the key can be the active one of a ``KeySet``.
    public var canSign: Bool {
        switch material {
        case .secret: true
        case .pair(let pair): pair.canSign
        }
    }

    /// The same key for the `retiring` list, refusing tokens that claim to be issued after its turn.
    ///
    /// Without this a copy of a retired key can still mint tokens until it is dropped.
    ///
    /// - Parameters:
    ///   - moment: when another key became active.
    ///   - overlap: how long other instances may still have signed with this one: the length of the
    ///     roll-out plus the difference of clocks; 10 minutes by default.
    public func retired(at moment: Timestamp, overlap: Duration = .seconds(600)) -> SigningKey {
        var key = self
        key.lastIssue = moment.advanced(by: max(.zero, overlap))
        return key
    }

    private static func pair(_ algorithm: TokenAlgorithm, _ pair: AsymmetricKey?, _ id: String) throws(KeySetRefusal) -> SigningKey {
        guard let pair else { throw KeySetRefusal(.malformedKey, id: id) }
        return SigningKey(id: id, algorithm: algorithm, material: .pair(pair))
    }

    /// Whether both keys would accept the same signatures.
    func sharesMaterial(with other: SigningKey) -> Bool {
        switch (material, other.material) {
        case (.secret(let a), .secret(let b)): a == b
        case (.pair(let a), .pair(let b)): a.publicBytes == b.publicBytes
        default: false
        }
    }
}

// For the tests, which hold published vectors against the bare signature.
extension SigningKey {
    package func signature(of message: [UInt8]) -> [UInt8]? {
        message.withUnsafeBytes { bytes in
            switch material {
            case .secret(let secret): MACContext(algorithm, secret: secret).code(of: bytes)
            case .pair(let pair): pair.signature(of: bytes)
            }
        }
    }

    package func accepts(signature: [UInt8], for message: [UInt8]) -> Bool {
        message.withUnsafeBytes { message in
            signature.withUnsafeBytes { signature in
                switch material {
                case .secret(let secret): MACContext(algorithm, secret: secret).isValid(signature, for: message)
                case .pair(let pair): pair.isValid(signature, for: message)
                }
            }
        }
    }
}
