import Crypto
import HardeningCore

/// A P-256 or Ed25519 key: always its public half, the private one where this service signs.
struct AsymmetricKey: Sendable {
    private enum Material: Sendable {
        case p256(P256.Signing.PublicKey, P256.Signing.PrivateKey?)
        case ed25519(Curve25519.Signing.PublicKey, Curve25519.Signing.PrivateKey?)
    }

    private let material: Material

    init?(p256Private secret: Secret) {
        guard let key = secret.withUnsafeBytes({ try? P256.Signing.PrivateKey(rawRepresentation: $0) }) else { return nil }
        material = .p256(key.publicKey, key)
    }

    init?(p256PEM text: String) {
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: text) else { return nil }
        material = .p256(key.publicKey, key)
    }

    init?(p256Public bytes: [UInt8]) {
        guard bytes.count == 65, let key = try? P256.Signing.PublicKey(x963Representation: bytes) else { return nil }
        material = .p256(key, nil)
    }

    init?(ed25519Private secret: Secret) {
        guard let key = secret.withUnsafeBytes({ try? Curve25519.Signing.PrivateKey(rawRepresentation: $0) }) else { return nil }
        material = .ed25519(key.publicKey, key)
    }

    init?(ed25519Public bytes: [UInt8]) {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return nil }
        material = .ed25519(key, nil)
    }

    var canSign: Bool {
        switch material {
        case .p256(_, let key): key != nil
        case .ed25519(_, let key): key != nil
        }
    }

    /// Whether `signature` is one of the message: for ES256 r and s of 32 bytes each, either of s and n − s.
    ///
    /// RFC 7518 §3.4 knows no smaller one of the two, so both are accepted; that is harmless because nothing
    /// here is keyed by the bytes of a signature.
    func isValid(_ signature: UnsafeRawBufferPointer, for message: UnsafeRawBufferPointer) -> Bool {
        switch material {
        case .p256(let key, _):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(bufferPointer: message))
        case .ed25519(let key, _):
            return key.isValidSignature(signature, for: message)
        }
    }

    /// The signature, or nil without a private key.
    func signature(of message: UnsafeRawBufferPointer) -> [UInt8]? {
        switch material {
        case .p256(_, let key):
            guard let signature = try? key?.signature(for: SHA256.hash(bufferPointer: message)) else { return nil }
            return Array(signature.rawRepresentation)
        case .ed25519(_, let key):
            guard let signature = try? key?.signature(for: message) else { return nil }
            return Array(signature)
        }
    }

    /// X9.63 without compression for P-256, 32 bytes for Ed25519.
    var publicBytes: [UInt8] {
        switch material {
        case .p256(let key, _): Array(key.x963Representation)
        case .ed25519(let key, _): Array(key.rawRepresentation)
        }
    }

    /// The members of a JSON Web Key that describe the public key: RFC 7518 §6.2.1, RFC 8037 §2.
    ///
    /// In the order that RFC 7638 hashes, by name.
    var webKeyMembers: [(name: String, value: String)] {
        func encoded(_ bytes: some Sequence<UInt8>) -> String {
            var text: [UInt8] = []
            Base64URL.encode(bytes, onto: &text)
            return String(decoding: text, as: UTF8.self)
        }
        let bytes = publicBytes
        switch material {
        case .p256:
            return [("crv", "P-256"), ("kty", "EC"), ("x", encoded(bytes.dropFirst().prefix(32))), ("y", encoded(bytes.suffix(32)))]
        case .ed25519:
            return [("crv", "Ed25519"), ("kty", "OKP"), ("x", encoded(bytes))]
        }
    }
}

extension HashFunction {
    /// The digest of bytes that are lent, without copying them into a `Data`.
    static func hash(bufferPointer bytes: UnsafeRawBufferPointer) -> Digest {
        var hash = Self()
        hash.update(bufferPointer: bytes)
        return hash.finalize()
    }
}
