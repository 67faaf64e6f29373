import HardeningCore

/// One limit over one stretch of time: at most `limit` units in any `length`.
///
/// A window is (now − length, now]: what is exactly `length` old no longer counts. It is a plain value and may
/// hold nonsense; ``RateLimitPolicy`` checks it.
public struct RateLimitWindow: Sendable, Hashable {
    /// Units admitted within ``length``; 0 refuses everything.
    public let limit: Int
    /// How far back the window looks; whole nanoseconds count, what is finer is cut off.
    public let length: Duration

    /// The exact sliding window: never more than `limit` units in any stretch of `length`, wherever it begins.
    ///
    /// It remembers the moment of every admitted request, 8 bytes each. That is right up to tens of thousands of
    /// requests per client and window; ``RateLimitPolicy`` says where it refuses.
    ///
    /// - Parameters:
    ///   - limit: units, at least 0.
    ///   - length: from 1 ns to 366 days.
    public static func slidingWindow(_ limit: Int, per length: Duration) -> RateLimitWindow {
        RateLimitWindow(limit: limit, length: length)
    }

    init(limit: Int, length: Duration) {
        self.limit = limit
        self.length = length
    }
}

extension RateLimitWindow: CustomStringConvertible {
    /// The textual form of ``RateLimitPolicy/init(_:parsing:enforcement:)``: `30/minute`, `5/10 seconds`.
    public var description: String { WindowText.render(limit: limit, nanoseconds: length.saturatingNanoseconds) }
}
