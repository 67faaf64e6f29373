import HardeningCore

/// One limit over one stretch of time, and how it is counted.
///
/// A window is (now − length, now]: what is exactly `length` old no longer counts. It is a plain value and may
/// hold nonsense; ``RateLimitPolicy`` checks it.
public struct RateLimitWindow: Sendable, Hashable {
    /// How units are counted; all windows of one policy use one algorithm.
    public struct Algorithm: Sendable, Hashable, BitwiseCopyable {
        let number: UInt8

        /// Exact, 8 bytes a request.
        public static let slidingWindow = Algorithm(number: 0)
        /// Never too much, up to a thirteenth too long, 64 bytes whatever the limit.
        public static let slidingCounter = Algorithm(number: 1)
        /// A steady rate with bursts, no memory beyond the client's entry.
        public static let gcra = Algorithm(number: 2)
    }

    /// Units admitted within ``length``; 0 refuses everything.
    public let limit: Int
    /// How far back the window looks; whole nanoseconds count, what is finer is cut off.
    public let length: Duration
    public let algorithm: Algorithm
    /// Units that may come at once under ``Algorithm/gcra``; ``limit`` under the others.
    public let burst: Int

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

    /// The sliding counter: never more than `limit` units in any stretch of `length`, in 64 bytes however large the limit.
    ///
    /// It counts by thirteenths of the window instead of by moments. A unit counts until its whole thirteenth has
    /// left, so a client waits up to ⌈length / 13⌉ longer than under ``slidingWindow(_:per:)``; what an exact window of
    /// length + ⌈length / 13⌉ admits is never refused. For limits too large to log; for small ones the exact window is
    /// cheaper and sharper.
    ///
    /// - Parameters:
    ///   - limit: units, 0…4,294,967,295.
    ///   - length: from 1 ns to 366 days.
    public static func slidingCounter(_ limit: Int, per length: Duration) -> RateLimitWindow {
        RateLimitWindow(limit: limit, length: length, algorithm: .slidingCounter)
    }

    /// The generic cell rate algorithm: `limit` units per `length` at a steady rate, up to `burst` of them at once.
    ///
    /// At most burst + ⌊w × limit / length⌋ units in any stretch of w, so in one of `length` up to burst + limit. A unit
    /// is back every length / limit, exactly. For smoothing what flows on to something slow; where the number in
    /// the contract is “so many in any hour”, take a window.
    ///
    /// In answers its limit is the burst, and its length the time in which a used burst is back: burst × length / limit.
    ///
    /// - Parameters:
    ///   - limit: units, 0…4,294,967,295; 0 refuses everything.
    ///   - length: from 1 ns to 366 days.
    ///   - burst: units, 0…4,294,967,295; 0 refuses everything. A used burst must be back within 366 days.
    public static func gcra(_ limit: Int, per length: Duration, burst: Int) -> RateLimitWindow {
        RateLimitWindow(limit: limit, length: length, algorithm: .gcra, burst: burst)
    }

    init(limit: Int, length: Duration, algorithm: Algorithm = .slidingWindow, burst: Int? = nil) {
        self.limit = limit
        self.length = length
        self.algorithm = algorithm
        self.burst = burst ?? limit
    }
}

extension RateLimitWindow: CustomStringConvertible {
    /// The textual form of ``RateLimitPolicy/init(_:parsing:enforcement:)``: `30/minute`, `100000/day counter`,
    /// `10/second burst 20`.
    public var description: String { WindowText.render(self) }
}

extension RateLimitWindow.Algorithm: CustomStringConvertible {
    public var description: String { ["sliding window", "sliding counter", "GCRA"][min(2, Int(number))] }
}
