import HardeningCore

/// A duration as an operator reads it: `90 s`, `1.5 s`, `250 ms`, `less than 1 ms`.
///
/// Rounded up to the unit shown, so that what is announced as over is over.
struct DurationWords: CustomStringConvertible {
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    var description: String {
        let nanoseconds = duration.saturatingNanoseconds
        if nanoseconds < 1_000_000 { return nanoseconds <= 0 ? "0 s" : "less than 1 ms" }
        if nanoseconds < 1_000_000_000 { return "\(Self.divideUp(nanoseconds, 1_000_000)) ms" }
        let tenths = Self.divideUp(nanoseconds, 100_000_000)
        return tenths % 10 == 0 || tenths >= 1_000 ? "\(Self.divideUp(tenths, 10)) s" : "\(tenths / 10).\(tenths % 10) s"
    }

    /// - Parameter value: not negative.
    fileprivate static func divideUp(_ value: Int64, _ divisor: Int64) -> Int64 {
        value / divisor + (value % divisor == 0 ? 0 : 1)
    }
}

extension Duration {
    /// Whole seconds, rounded up, at least 0: a client that waits them never comes too early.
    var secondsRoundedUp: Int64 {
        max(0, DurationWords.divideUp(saturatingNanoseconds, 1_000_000_000))
    }
}
