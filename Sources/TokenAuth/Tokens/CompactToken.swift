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

    /// Whether every byte is in the alphabet; without exit or branch, so that many bytes are taken at once.
    @inline(__always)
    private static func isBase64URL(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var foreign: UInt8 = 0
        for index in 0..<bytes.count {
            let byte = bytes[index]
            let isLetter: UInt8 = (byte | 0x20) &- UInt8(ascii: "a") < 26 ? 1 : 0
            let isDigit: UInt8 = byte &- UInt8(ascii: "0") < 10 ? 1 : 0
            let isHyphen: UInt8 = byte == UInt8(ascii: "-") ? 1 : 0
            let isUnderscore: UInt8 = byte == UInt8(ascii: "_") ? 1 : 0
            foreign |= 1 ^ (isLetter | isDigit | isHyphen | isUnderscore)
        }
        return foreign == 0
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
