/// A moment of civil time: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Use it for what people and other machines see: token lifetimes, ledger entries, budget days,
/// log lines. Do not use it to measure how long something took or when to retry: the system's
/// wall clock steps; ``MonotonicTime`` does not.
///
/// Covers 1677–2262. Arithmetic saturates at both ends and never traps.
@frozen
public struct Timestamp: Sendable, Hashable, BitwiseCopyable {
    public var nanosecondsSince1970: Int64

    @inlinable
    public init(nanosecondsSince1970: Int64) {
        self.nanosecondsSince1970 = nanosecondsSince1970
    }

    /// A moment given in whole seconds, as JWT and HTTP write them.
    @inlinable
    public init(secondsSince1970: Int64) {
        self.nanosecondsSince1970 = secondsSince1970.multipliedSaturating(by: 1_000_000_000)
    }

    public static let distantPast = Timestamp(nanosecondsSince1970: .min)
    public static let distantFuture = Timestamp(nanosecondsSince1970: .max)

    /// Whole seconds, rounded toward the past, so that moments before 1970 stay in order.
    @inlinable
    public var secondsSince1970: Int64 {
        let (quotient, remainder) = nanosecondsSince1970.quotientAndRemainder(dividingBy: 1_000_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    @inlinable
    public func advanced(by duration: Duration) -> Timestamp {
        Timestamp(nanosecondsSince1970: nanosecondsSince1970.addingSaturating(duration.saturatingNanoseconds))
    }

    /// How long after `earlier` this moment is; negative when it is before.
    @inlinable
    public func duration(since earlier: Timestamp) -> Duration {
        .nanoseconds(nanosecondsSince1970.subtractingSaturating(earlier.nanosecondsSince1970))
    }
}

extension Timestamp: Comparable {
    @inlinable
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.nanosecondsSince1970 < right.nanosecondsSince1970
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, truncated: `2026-11-20T12:00:00.123Z`.
    public var description: String {
        String(unsafeUninitializedCapacity: 24) { buffer in
            writeRFC3339(to: buffer)
            return 24
        }
    }

    /// Writes the 24 ASCII bytes of ``description`` without allocating.
    ///
    /// - Parameter buffer: at least 24 bytes; a shorter one is left untouched.
    package func writeRFC3339(to buffer: UnsafeMutableBufferPointer<UInt8>) {
        guard buffer.count >= 24 else { return }
        let seconds = secondsSince1970
        let secondOfDay = Int((seconds % 86_400 + 86_400) % 86_400)
        let nanosecondOfSecond = (nanosecondsSince1970 % 1_000_000_000 + 1_000_000_000) % 1_000_000_000
        let millisecond = Int(nanosecondOfSecond / 1_000_000)
        let date = CivilDate(daysSince1970: (seconds - Int64(secondOfDay)) / 86_400)
        Self.write(date.year / 100, to: buffer, at: 0)
        Self.write(date.year % 100, to: buffer, at: 2)
        buffer[4] = UInt8(ascii: "-")
        Self.write(date.month, to: buffer, at: 5)
        buffer[7] = UInt8(ascii: "-")
        Self.write(date.day, to: buffer, at: 8)
        buffer[10] = UInt8(ascii: "T")
        Self.write(secondOfDay / 3600, to: buffer, at: 11)
        buffer[13] = UInt8(ascii: ":")
        Self.write(secondOfDay / 60 % 60, to: buffer, at: 14)
        buffer[16] = UInt8(ascii: ":")
        Self.write(secondOfDay % 60, to: buffer, at: 17)
        buffer[19] = UInt8(ascii: ".")
        buffer[20] = UInt8(truncatingIfNeeded: 48 + millisecond / 100)
        Self.write(millisecond % 100, to: buffer, at: 21)
        buffer[23] = UInt8(ascii: "Z")
    }

    /// Two decimal digits; `value` is 0…99 by construction.
    @inline(__always)
    private static func write(_ value: Int, to buffer: UnsafeMutableBufferPointer<UInt8>, at position: Int) {
        buffer[position] = UInt8(truncatingIfNeeded: 48 + value / 10)
        buffer[position + 1] = UInt8(truncatingIfNeeded: 48 + value % 10)
    }
}
