import Crypto
import HardeningCore

/// HMAC-SHA256 over a list of fields, each preceded by its length, so that no two lists are written alike.
struct KeyedDigest: Sendable {
    private let context: MACContext

    /// - Parameter purpose: the first field of every message, which keeps uses of one key apart.
    init(key: Secret) {
        context = MACContext(.hs256, secret: key)
    }

    /// 32 bytes.
    func digest(_ fields: [[UInt8]]) -> [UInt8] {
        Self.joined(fields).withUnsafeBytes { context.code(of: $0) }
    }

    /// Each field as its length in four bytes, most significant first, and its bytes.
    static func joined(_ fields: [[UInt8]]) -> [UInt8] {
        var message: [UInt8] = []
        message.reserveCapacity(fields.reduce(0) { $0 + $1.count + 4 })
        for field in fields {
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: field.count).bigEndian) { message.append(contentsOf: $0) }
            message.append(contentsOf: field)
        }
        return message
    }
}

/// Random bytes from the system's generator.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
