#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The one place where the suite reads clocks.
///
/// Everything that depends on time accepts one, `.system` by default. The rules themselves take
/// `now` as an argument; only the shell that holds their state asks a `TimeSource`.
///
/// Cost: one `clock_gettime` through the vDSO (about 20 ns), no allocation, no existential.
public struct TimeSource: Sendable {
    private enum Origin: Sendable {
        case system
        case manual(ManualTime)
    }

    private let origin: Origin

    /// The clocks of the operating system.
    public static let system = TimeSource(origin: .system)

    /// A clock that moves only when told to, for tests and simulations.
    public static func manual(_ time: ManualTime) -> TimeSource {
        TimeSource(origin: .manual(time))
    }

    /// Civil time now.
    ///
    /// It may step in either direction between two calls.
    public var timestamp: Timestamp {
        switch origin {
        case .system: Timestamp(nanosecondsSince1970: Self.read(CLOCK_REALTIME))
        case .manual(let time): time.timestamp
        }
    }

    /// Monotonic time now.
    ///
    /// It never goes back, whatever happens to the wall clock.
    public var monotonic: MonotonicTime {
        switch origin {
        case .system: MonotonicTime(nanoseconds: Self.read(CLOCK_MONOTONIC))
        case .manual(let time): time.monotonic
        }
    }

    @inline(__always)
    private static func read(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        clock_gettime(clock, &now)  // cannot fail for these two clocks
        return Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
    }
}
