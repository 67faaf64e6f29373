#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Bytes that never print, compare in constant time, and are wiped when the last copy goes.
///
/// `description`, `debugDescription`, `dump` and mirrors all show `<secret>`. The bytes are reached
/// only inside ``withUnsafeBytes(_:)``. A `Secret` is not `Codable`, so it cannot end up in a log or
/// a snapshot by way of an encoder.
public struct Secret: Sendable {
    private let storage: Storage

    /// Copies `bytes` as they are.
    ///
    /// Use ``init(checking:minimumBytes:)`` for what an operator typed.
    public init(_ bytes: some Collection<UInt8>) {
        storage = Storage(bytes)
    }

    /// Accepts what an operator configured, or says why it is too weak to sign or seal with.
    ///
    /// - Parameters:
    ///   - text: the secret as configured; its UTF-8 bytes are the secret.
    ///   - minimumBytes: 32 by default: HMAC-SHA256 keys shorter than the hash weaken it (RFC 7518 §3.2).
    /// - Throws: ``SecretRefusal``, which never contains the secret.
    public init(checking text: String, minimumBytes: Int = 32) throws(SecretRefusal) {
        if let refusal = SecretRefusal.reason(toRefuse: text, minimumBytes: minimumBytes) { throw refusal }
        self.init(text.utf8)
    }

    /// Random bytes from the system's generator.
    public static func random(byteCount: Int = 32) -> Secret {
        var generator = SystemRandomNumberGenerator()
        return Secret((0..<max(0, byteCount)).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    public var byteCount: Int { storage.bytes.count }

    /// Lends the bytes for the duration of `body`.
    ///
    /// Do not let the pointer escape.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage.bytes))
    }

    /// The bytes live outside the Swift array heap so that they can be wiped before they are freed.
    ///
    /// `@unchecked`: written once in `init`, only read afterwards, freed by the last reference.
    private final class Storage: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer

        init(_ source: some Collection<UInt8>) {
            bytes = .allocate(byteCount: source.count, alignment: 16)
            bytes.copyBytes(from: source)
        }

        deinit {
            #if canImport(Darwin)
                if let base = bytes.baseAddress { memset_s(base, bytes.count, 0, bytes.count) }
            #else
                if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) }
            #endif
            bytes.deallocate()
        }
    }
}

extension Secret: Equatable {
    /// Constant time for secrets of equal length.
    public static func == (left: Secret, right: Secret) -> Bool {
        ConstantTime.equal(UnsafeRawBufferPointer(left.storage.bytes), UnsafeRawBufferPointer(right.storage.bytes))
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<secret>" }
    public var debugDescription: String { "<secret>" }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
