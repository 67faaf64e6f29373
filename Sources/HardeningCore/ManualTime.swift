import Synchronization

/// A pair of clocks that move only when told to.
///
/// `advance(by:)` moves both, as time does. `stepWallClock(by:)` moves only civil time, as an
/// administrator or NTP does. Safe to move from several tasks at once.
public final class ManualTime: Sendable {
    private struct Clocks {
        var timestamp: Timestamp
        var monotonic: MonotonicTime
    }

    private let clocks: Mutex<Clocks>

    /// - Parameters:
    ///   - timestamp: civil time at the start; 2026-01-01T00:00:00Z unless told otherwise.
    ///   - monotonic: the monotonic clock at the start. Deliberately unrelated to `timestamp`.
    public init(
        timestamp: Timestamp = Timestamp(secondsSince1970: 1_767_225_600),
        monotonic: MonotonicTime = MonotonicTime(nanoseconds: 1_000_000_000_000)
    ) {
        clocks = Mutex(Clocks(timestamp: timestamp, monotonic: monotonic))
    }

    public var timestamp: Timestamp { clocks.withLock { $0.timestamp } }
    public var monotonic: MonotonicTime { clocks.withLock { $0.monotonic } }

    /// Moves both clocks.
    ///
    /// A negative duration moves only civil time: monotonic time cannot go back.
    public func advance(by duration: Duration) {
        clocks.withLock { clocks in
            clocks.timestamp = clocks.timestamp.advanced(by: duration)
            if duration > .zero { clocks.monotonic = clocks.monotonic.advanced(by: duration) }
        }
    }

    /// Moves civil time alone, forward or back, leaving the monotonic clock where it is.
    public func stepWallClock(by duration: Duration) {
        clocks.withLock { $0.timestamp = $0.timestamp.advanced(by: duration) }
    }

    /// Moves the monotonic clock alone and even backward, which no real one does, to show that a
    /// rule survives it.
    public func stepMonotonicClock(by duration: Duration) {
        clocks.withLock { $0.monotonic = $0.monotonic.advanced(by: duration) }
    }
}
