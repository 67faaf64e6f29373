import Crypto
package import HardeningCore

/// HMAC (RFC 2104) with its key already absorbed; copied for every token.
///
/// Setting the key up costs more than authenticating a token, so it is done once a key. The two hash
/// states are kept directly because `HMAC<H>` reaches them through generic metadata on every call,
/// which is a fifth of the time of a verification. The tests hold both against each other.
package struct MACContext: Sendable {
    private enum States: Sendable {
        case sha256(inner: SHA256, outer: SHA256)
        case sha384(inner: SHA384, outer: SHA384)
        case sha512(inner: SHA512, outer: SHA512)
    }

    private let states: States

    package init(_ algorithm: TokenAlgorithm, secret: Secret) {
        switch algorithm {
        case .hs512:
            let (inner, outer) = Self.absorb(secret, SHA512.self)
            states = .sha512(inner: inner, outer: outer)
        case .hs384:
            let (inner, outer) = Self.absorb(secret, SHA384.self)
            states = .sha384(inner: inner, outer: outer)
        default:
            let (inner, outer) = Self.absorb(secret, SHA256.self)
            states = .sha256(inner: inner, outer: outer)
        }
    }

    /// Whether `signature` is the MAC of `message`; constant time for a signature of the right length.
    package func isValid(_ signature: UnsafeRawBufferPointer, for message: UnsafeRawBufferPointer) -> Bool {
        withCode(of: message) { ConstantTime.equal($0, signature) }
    }

    package func code(of message: UnsafeRawBufferPointer) -> [UInt8] {
        withCode(of: message) { [UInt8]($0) }
    }

    @inline(__always)
    private func withCode<Result>(of message: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch states {
        case .sha256(var inner, var outer):
            inner.update(bufferPointer: message)
            inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
            return outer.finalize().withUnsafeBytes(body)
        case .sha384(var inner, var outer):
            inner.update(bufferPointer: message)
            inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
            return outer.finalize().withUnsafeBytes(body)
        case .sha512(var inner, var outer):
            inner.update(bufferPointer: message)
            inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
            return outer.finalize().withUnsafeBytes(body)
        }
    }

    /// Step 1 to 3 and the key of step 5 of RFC 2104 §2: hash states that have read the padded key.
    private static func absorb<Hash: HashFunction>(_ secret: Secret, _: Hash.Type) -> (inner: Hash, outer: Hash) {
        var pad = secret.withUnsafeBytes { key in
            key.count > Hash.blockByteCount ? Array(Hash.hash(data: key)) : Array(key)
        }
        pad.append(contentsOf: repeatElement(0, count: max(0, Hash.blockByteCount - pad.count)))
        var inner = Hash()
        var outer = Hash()
        for index in pad.indices { pad[index] ^= 0x36 }
        inner.update(data: pad)
        for index in pad.indices { pad[index] ^= 0x36 ^ 0x5c }
        outer.update(data: pad)
        for index in pad.indices { pad[index] = 0 }
        return (inner, outer)
    }
}
