/// The id of one token (`jti`): 128 bits, what revocation is keyed by.
///
/// Written as 22 characters of base64url. A UUID is read too; both spellings, and either case of a
/// UUID, are the same id, so that respelling a token's id cannot dodge its revocation.
public struct TokenID: Sendable, Hashable, BitwiseCopyable {
    let high: UInt64
    let low: UInt64

    /// A fresh id from the system's random generator.
    public init() {
        var generator = SystemRandomNumberGenerator()
        high = generator.next()
        low = generator.next()
    }

    /// Reads 22 characters of canonical base64url or a UUID of 36.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let id = bytes.withUnsafeBytes({ TokenID(utf8: $0) }) else { return nil }
        self = id
    }

    init?(utf8 text: UnsafeRawBufferPointer) {
        var words: (UInt64, UInt64) = (0, 0)
        let isValid = withUnsafeMutableBytes(of: &words) { output in
            switch text.count {
            case 22: Base64URL.decode(text, into: output) == 16
            case 36: Self.decodeUUID(text, into: output)
            default: false
            }
        }
        guard isValid else { return nil }
        high = UInt64(bigEndian: words.0)
        low = UInt64(bigEndian: words.1)
    }

    /// RFC 9562 §4: hexadecimal digits of either case in groups of 8, 4, 4, 4 and 12.
    private static func decodeUUID(_ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Bool {
        var read = 0
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 {
                guard text[read] == UInt8(ascii: "-") else { return false }
                read += 1
            }
            guard let upper = JSONReader.hexadecimalValue(text[read]), let lower = JSONReader.hexadecimalValue(text[read + 1]) else {
                return false
            }
            output[index] = upper << 4 | lower
            read += 2
        }
        return true
    }

    /// The 16 bytes, most significant first.
    var bytes: [UInt8] {
        (0..<16).map { index in
            UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> (56 - 8 * (UInt64(index) & 7)))
        }
    }
}

extension TokenID: CustomStringConvertible {
    /// 22 characters of base64url.
    public var description: String {
        var text: [UInt8] = []
        Base64URL.encode(bytes, onto: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
