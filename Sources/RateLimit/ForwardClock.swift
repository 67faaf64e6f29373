import HardeningCore

/// The time a shard decides by: nanoseconds that have passed as far as the shard has seen.
///
/// When the clock behind it steps back, this one stands still for that step and then goes on at normal speed.
/// So a step back admits nothing extra, and delays a refused client by no more than what it still had to wait.
struct ForwardClock: BitwiseCopyable {
    private var reading: Int64
    private(set) var now: Int64

    /// - Parameters:
    ///   - reading: what the clock says.
    ///   - wall: where to begin counting; two processes that begin at the wall clock's time agree on what a moment is called.
    init(_ reading: MonotonicTime, wall: Timestamp) {
        self.reading = reading.nanoseconds
        // Far enough from 0 that no moment of interest lies before it, and from the end that it is never reached.
        now = min(max(4 * WindowRule.maximumLength, wall.nanosecondsSince1970), .max / 4)
    }

    @inline(__always)
    mutating func advance(to latest: MonotonicTime) -> Int64 {
        let step = latest.nanoseconds.subtractingSaturating(reading)
        reading = latest.nanoseconds
        // Half the range, 146 years, leaves room to add any window without a check.
        if step > 0 { now = min(now.addingSaturating(step), .max / 2) }
        return now
    }
}
