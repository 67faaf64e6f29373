import HardeningCore

extension Timestamp {
    /// Days since 1970-01-01 UTC, rounded toward the past.
    var utcDay: Int64 {
        let seconds = secondsSince1970
        return seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }
}
