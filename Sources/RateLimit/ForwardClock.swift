import HardeningCore

/// The time a shard decides by: nanoseconds that have passed as far as the shard has seen.
///
/// When the clock behind it steps back, this one stands still for that step and then goes on at normal speed.
/// So a step back admits nothing extra, and delays a refused client by no more than what it still had to wait.
struct ForwardClock: BitwiseCopyable {
    private var reading: Int64
    private(set) var now: Int64 = 0

    init(_ reading: MonotonicTime) {
        self.reading = reading.nanoseconds
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
