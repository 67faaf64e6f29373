#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A token taken apart at its two dots: step 1 of the verification order.
///
/// Borrows the bytes.
struct CompactToken {
    /// 8 KiB: what fits a request header everywhere.
    ///
    /// Ours have about 350 bytes.
    static let maximumByteCount = 8_192

    let header: UnsafeRawBufferPointer
    let payload: UnsafeRawBufferPointer
    let signature: UnsafeRawBufferPointer
    /// Header, dot and payload as they arrived: what the signature covers.
    let signed: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) throws(TokenError) {
        guard bytes.count <= Self.maximumByteCount else { throw TokenError(.tooLarge) }
        // A third dot is then a foreign byte of the signature.
        guard let first = Self.dot(in: bytes, from: 0), let second = Self.dot(in: bytes, from: first &+ 1), first > 0, second > first &+ 1,
            second < bytes.count &- 1
        else { throw TokenError(Self.fault(in: bytes)) }
        header = UnsafeRawBufferPointer(rebasing: bytes[..<first])
        payload = UnsafeRawBufferPointer(rebasing: bytes[(first &+ 1)..<second])
        signature = UnsafeRawBufferPointer(rebasing: bytes[(second &+ 1)...])
        signed = UnsafeRawBufferPointer(rebasing: bytes[..<second])
        guard Self.isBase64URL(header), Self.isBase64URL(payload), Self.isBase64URL(signature) else {
            throw TokenError(Self.fault(in: bytes))
        }
    }

    @inline(__always)
    private static func dot(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress, let found = memchr(base + start, 0x2e, bytes.count &- start) else {
            return nil
        }
        return UnsafeRawPointer(found) - base
    }

    /// Whether every byte is in the alphabet.
    private static func isBase64URL(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let block = 16
        guard bytes.count >= block else { return foreignBits(in: bytes, 0..<bytes.count) == 0 }
        // The last block overlaps the ones before it, so that no byte is taken alone.
        let wholeBlocks = foreignBits(in: bytes, 0..<bytes.count & ~(block - 1))
        return wholeBlocks | foreignBits(in: bytes, bytes.count &- block..<bytes.count) == 0
    }

    /// Not 0 when a byte is not in the alphabet; without exit or branch, so that a block is taken at once.
    @inline(__always)
    private static func foreignBits(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt8 {
        var foreign: UInt8 = 0
        for index in range {
            let byte = bytes[index]
            // How far the byte is from each kind of character: 0 when it is one.
            let fromLetters = max((byte | 0x20) &- UInt8(ascii: "a"), 25) &- 25
            let fromDigits = max(byte &- UInt8(ascii: "0"), 9) &- 9
            foreign |= min(min(fromLetters, fromDigits), min(byte ^ UInt8(ascii: "-"), byte ^ UInt8(ascii: "_")))
        }
        return foreign
    }

    /// Which rule of step 1 a token breaks that breaks one.
    private static func fault(in bytes: UnsafeRawBufferPointer) -> TokenError.Rule {
        var dots = 0
        for index in 0..<bytes.count {
            if bytes[index] == UInt8(ascii: ".") {
                dots += 1
            } else if !isBase64URL(UnsafeRawBufferPointer(rebasing: bytes[index...index])) {
                return .badCharacter
            }
        }
        return dots == 2 ? .emptyPart : .notThreeParts
    }
}
