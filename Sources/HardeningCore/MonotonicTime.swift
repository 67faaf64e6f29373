/// A moment on a clock that only moves forward: nanoseconds since an arbitrary origin.
///
/// Every local decision about waiting uses it (rate windows, open breakers, leases), because a
/// wall clock that steps an hour back would lock clients out, and one that steps forward would
/// mint permits. It means nothing outside this process and this boot, so it is a type of its own:
/// mixing it with ``Timestamp`` does not compile.
///
/// Arithmetic saturates and never traps.
@frozen
public struct MonotonicTime: Sendable, Hashable, BitwiseCopyable {
    public var nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static let distantPast = MonotonicTime(nanoseconds: .min)
    public static let distantFuture = MonotonicTime(nanoseconds: .max)

    @inlinable
    public func advanced(by duration: Duration) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds.addingSaturating(duration.saturatingNanoseconds))
    }

    /// How long after `earlier` this moment is; negative when it is before.
    @inlinable
    public func duration(since earlier: MonotonicTime) -> Duration {
        .nanoseconds(nanoseconds.subtractingSaturating(earlier.nanoseconds))
    }
}

extension MonotonicTime: Comparable {
    @inlinable
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
