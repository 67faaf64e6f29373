public import HTTPTypes
package import HardeningCore
public import RateLimit

/// The header fields that tell a client how much it may still ask.
///
/// Where several decisions concern one answer, such as the address and then the user, the tightest
/// wins in each family, and the lists of the drafts name all of them.
public struct RateLimitFields: Sendable {
    /// How `X-RateLimit-Reset` is written.
    public enum Reset: Sendable, Hashable {
        /// Seconds from now, rounded up. Needs no agreement about clocks.
        case deltaSeconds
        /// Seconds since 1970, rounded up: what some older clients expect.
        case epoch
    }

    private let dialects: RateLimitDialect
    private let reset: Reset
    private let time: TimeSource

    /// - Parameters:
    ///   - dialects: which families to send.
    ///   - reset: concerns ``RateLimitDialect/common`` only; the drafts fix it as seconds from now.
    public init(_ dialects: RateLimitDialect = [.common, .perWindow], reset: Reset = .deltaSeconds) {
        self.init(dialects, reset: reset, time: .system)
    }

    package init(_ dialects: RateLimitDialect, reset: Reset, time: TimeSource) {
        self.dialects = dialects
        self.reset = reset
        self.time = time
    }

    /// Adds what `quota` says to the fields of an answer.
    ///
    /// - Complexity: O(windows).
    public func apply(_ quota: RateLimitDecision.Quota, to fields: inout HTTPFields) {
        guard let binding = quota.binding else { return }
        if dialects.contains(.common), Self.isTighter(binding.remaining, than: fields[.xRateLimitRemaining]) {
            fields[.xRateLimitLimit] = String(binding.limit)
            fields[.xRateLimitRemaining] = String(binding.remaining)
            fields[.xRateLimitReset] = String(resetValue(binding.reset))
        }
        if dialects.contains(.perWindow) {
            for window in quota { applyWindow(window, to: &fields) }
        }
        if let draft = dialects.draft {
            RateLimitDraftFields.apply(quota.map { item($0, in: quota) }, binding: item(binding, in: quota), dialect: draft, to: &fields)
        }
    }

    private func applyWindow(_ window: RateLimitDecision.Quota.Window, to fields: inout HTTPFields) {
        if window.length == .seconds(60), Self.isTighter(window.remaining, than: fields[.xRateLimitRemainingMinute]) {
            fields[.xRateLimitLimitMinute] = String(window.limit)
            fields[.xRateLimitRemainingMinute] = String(window.remaining)
        } else if window.length == .seconds(3600), Self.isTighter(window.remaining, than: fields[.xRateLimitRemainingHour]) {
            fields[.xRateLimitLimitHour] = String(window.limit)
            fields[.xRateLimitRemainingHour] = String(window.remaining)
        }
    }

    /// A policy of one window is called by its name, one of several by its name and seconds: `global-60`.
    private func item(_ window: RateLimitDecision.Quota.Window, in quota: RateLimitDecision.Quota) -> RateLimitDraftFields.Item {
        let seconds = Self.secondsRoundedUp(window.length.saturatingNanoseconds)
        let isOnly = quota.count { $0.policy == window.policy } == 1
        return RateLimitDraftFields.Item(
            name: isOnly ? window.policy : "\(window.policy)-\(seconds)", limit: window.limit, windowSeconds: seconds,
            remaining: window.remaining, resetSeconds: Self.secondsRoundedUp(window.reset.saturatingNanoseconds))
    }

    /// Whether less remains than an earlier decision of the same answer said; true when none did.
    static func isTighter(_ remaining: Int, than sent: (some StringProtocol)?) -> Bool {
        guard let sent, let earlier = Int(sent) else { return true }
        return remaining < earlier
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
