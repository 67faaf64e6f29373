public import HTTPTypes
package import HardeningCore
public import RateLimit

/// The header fields that tell a client how much it may still ask.
///
/// `X-RateLimit-Limit`, `-Remaining` and `-Reset` describe the binding window, the one with the least
/// remaining; `-Limit-Minute`, `-Remaining-Minute` and the same for the hour describe the windows of
/// that length. Where several decisions concern one answer, the tightest wins in each family.
public struct RateLimitFields: Sendable {
    /// How `X-RateLimit-Reset` is written.
    public enum Reset: Sendable, Hashable {
        /// Seconds from now, rounded up. Needs no agreement about clocks.
        case deltaSeconds
        /// Seconds since 1970, rounded up: what some older clients expect.
        case epoch
    }

    private let reset: Reset
    private let time: TimeSource

    public init(reset: Reset = .deltaSeconds) {
        self.init(reset: reset, time: .system)
    }

    package init(reset: Reset, time: TimeSource) {
        self.reset = reset
        self.time = time
    }

    /// Adds what `quota` says to the fields of an answer.
    ///
    /// - Complexity: O(windows).
    public func apply(_ quota: RateLimitDecision.Quota, to fields: inout HTTPFields) {
        if let binding = quota.binding, isTighter(binding, than: fields[.xRateLimitRemaining]) {
            fields[.xRateLimitLimit] = String(binding.limit)
            fields[.xRateLimitRemaining] = String(binding.remaining)
            fields[.xRateLimitReset] = String(resetValue(binding.reset))
        }
        for window in quota {
            if window.length == .seconds(60), isTighter(window, than: fields[.xRateLimitRemainingMinute]) {
                fields[.xRateLimitLimitMinute] = String(window.limit)
                fields[.xRateLimitRemainingMinute] = String(window.remaining)
            } else if window.length == .seconds(3600), isTighter(window, than: fields[.xRateLimitRemainingHour]) {
                fields[.xRateLimitLimitHour] = String(window.limit)
                fields[.xRateLimitRemainingHour] = String(window.remaining)
            }
        }
    }

    private func isTighter(_ window: RateLimitDecision.Quota.Window, than sent: String?) -> Bool {
        guard let sent, let remaining = Int(sent) else { return true }
        return window.remaining < remaining
    }

    private func resetValue(_ wait: Duration) -> Int64 {
        switch reset {
        case .deltaSeconds: Self.secondsRoundedUp(wait.saturatingNanoseconds)
        case .epoch: Self.secondsRoundedUp(time.timestamp.advanced(by: wait).nanosecondsSince1970)
        }
    }

    private static func secondsRoundedUp(_ nanoseconds: Int64) -> Int64 {
        max(0, nanoseconds.addingSaturating(999_999_999) / 1_000_000_000)
    }
}
