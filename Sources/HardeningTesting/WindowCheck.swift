public import HardeningCore

/// Checks all windows of what a limiter admitted: never more than the limit in any of them.
///
/// The admissions alone are enough, in any order, from any number of tasks. It does not say whether more could have been
/// admitted; ``RateLimitTrace`` does.
public enum WindowCheck {
    /// A window that holds too much: all that was admitted in (`end` − length, `end`].
    public struct Violation: Sendable, Hashable, CustomStringConvertible {
        public let end: MonotonicTime
        public let units: Int
        public let limit: Int

        public var description: String { "\(units) units, \(limit) allowed, in the window that ends at \(end.nanoseconds) ns" }
    }

    /// The windows with more than `limit` units, one for every moment at which such a window ends.
    ///
    /// - Complexity: O(n log n) to sort, then O(n).
    public static func violations(of admitted: [(moment: MonotonicTime, units: Int)], limit: Int, length: Duration) -> [Violation] {
        let sorted = admitted.sorted { $0.moment < $1.moment }
        let length = length.saturatingNanoseconds
        var violations: [Violation] = []
        var (oldest, units) = (0, 0)
        for (index, event) in sorted.enumerated() {
            units += event.units
            while oldest <= index, event.moment.nanoseconds.subtractingSaturating(sorted[oldest].moment.nanoseconds) >= length {
                units -= sorted[oldest].units
                oldest += 1
            }
            let isLastOfItsMoment = index + 1 == sorted.count || sorted[index + 1].moment != event.moment
            if isLastOfItsMoment && units > limit { violations.append(Violation(end: event.moment, units: units, limit: limit)) }
        }
        return violations
    }
}
