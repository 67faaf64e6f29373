/// A keyed 128-bit digest of a client key: an address, a user id, a session.
///
/// Limiters and guards store fingerprints, never the raw key: memory per client is fixed however
/// long the key is, a memory dump holds no addresses, and without the ``FingerprintKey`` nobody can
/// construct two clients that collide. Two keys collide by chance once in 2⁶⁴ clients.
///
/// It is not a password hash and not a signature.
@frozen
public struct Fingerprint: Sendable, Hashable, BitwiseCopyable {
    public var high: UInt64
    public var low: UInt64

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

extension Fingerprint: CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public var description: String {
        Self.hexadecimal(high) + Self.hexadecimal(low)
    }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The secret seed of fingerprints.
///
/// A random one per process is right for state that lives in that process. Instances that share a
/// store must share a key, or each would see its own clients.
public struct FingerprintKey: Sendable {
    private let key0: UInt64
    private let key1: UInt64

    /// A fresh random key, different in every process.
    public init() {
        var generator = SystemRandomNumberGenerator()
        key0 = generator.next()
        key1 = generator.next()
    }

    /// A configured key: 16 bytes derived from the service's root secret.
    ///
    /// - Returns: nil unless `secret` holds exactly 16 bytes.
    public init?(_ secret: Secret) {
        guard secret.byteCount == 16 else { return nil }
        (key0, key1) = secret.withUnsafeBytes { bytes in
            (
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// - Complexity: O(n) in the bytes, about 15 ns for an address; no allocation for native strings.
    public func fingerprint(of text: String) -> Fingerprint {
        if let fingerprint = text.utf8.withContiguousStorageIfAvailable({ fingerprint(of: UnsafeRawBufferPointer($0)) }) {
            return fingerprint
        }
        return Array(text.utf8).withUnsafeBytes(fingerprint(of:))
    }

    public func fingerprint(of bytes: UnsafeRawBufferPointer) -> Fingerprint {
        let (low, high) = SipHash128.hash(bytes, key0: key0, key1: key1)
        return Fingerprint(high: high, low: low)
    }
}

extension FingerprintKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "<fingerprint key>" }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
