public import HTTPTypes
public import HardeningCore
import Synchronization

/// The name of one request in logs, error bodies and the `X-Request-Id` header.
///
/// A client's own id is kept when it is harmless, so that its log and ours can be joined; anything
/// else is replaced, because the id is written into logs and echoed in a header.
public struct RequestIdentifier: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// Accepts an id that matches `[A-Za-z0-9._-]{1,64}`, or returns nil.
    public init?(accepting text: String) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        description = text
    }

    /// A new id: `req_` and 26 characters that sort by time, 48 bits of milliseconds then 80 bits that
    /// nobody can guess, in Crockford's base 32 (the layout of ULID).
    ///
    /// The 80 bits are a keyed hash of a counter: unique within the process, and no system call each.
    public init(at now: Timestamp) {
        let count = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        let hash = withUnsafeBytes(of: count) { Self.key.fingerprint(of: $0) }
        let milliseconds = UInt128(UInt64(max(0, now.nanosecondsSince1970 / 1_000_000)) & 0xffff_ffff_ffff)
        let random = UInt128(hash.high) << 16 | UInt128(hash.low & 0xffff)
        let bits = milliseconds << 80 | random
        description = String(unsafeUninitializedCapacity: 30) { buffer in
            _ = buffer.update(fromContentsOf: "req_".utf8)
            for position in 0..<26 {
                buffer[4 + position] = Self.alphabet[Int(truncatingIfNeeded: bits >> UInt128((25 - position) * 5)) & 31]
            }
            return 30
        }
    }

    /// The id of a request: the client's if exactly one acceptable header came, else a new one.
    public init(of fields: HTTPFields, at now: Timestamp) {
        if let sent = fields[.xRequestID], let accepted = RequestIdentifier(accepting: sent) {
            self = accepted
        } else {
            self.init(at: now)
        }
    }

    private static let counter = Atomic<UInt64>(0)
    private static let key = FingerprintKey()
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
