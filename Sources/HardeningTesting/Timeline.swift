public import HardeningCore
public import RateLimit

/// Draws what a limiter does: a line of requests in, a line of outcomes out.
///
/// ```
/// x x x . . x x       3/minute, a column is ten seconds
/// ✓ ✓ ✓ . . ✗ ✓
/// ```
/// Columns are separated by spaces. In a column `x` is a request, a digit a request of that cost, `r` a refund of
/// one unit, `<` a monotonic clock that steps back an hour and `.` nothing; `xx` are two requests in one column.
public struct Timeline {
    private let limiter: any RateLimiting
    private let time: ManualTime
    private let column: Duration

    /// - Parameters:
    ///   - limiter: a limiter that reads `time`.
    ///   - column: how long a column is.
    public init(_ limiter: any RateLimiting, on time: ManualTime, column: Duration) {
        self.limiter = limiter
        self.time = time
        self.column = column
    }

    /// The outcomes: `✓` admitted, `✗` refused, all other signs as they were.
    ///
    /// - Throws: what the limiter throws.
    public func draw(_ requests: String, _ checks: [RateLimitCheck]) async throws -> String {
        var columns: [String] = []
        for signs in requests.split(separator: " ") {
            var drawn = ""
            for sign in signs {
                if let cost = sign == "x" ? 1 : sign.wholeNumberValue {
                    drawn += try await limiter.admit(checks, cost: cost).isAdmitted ? "✓" : "✗"
                } else {
                    if sign == "r" { try await limiter.refund(checks, cost: 1) }
                    if sign == "<" { time.stepMonotonicClock(by: .seconds(-3600)) }
                    drawn.append(sign)
                }
            }
            columns.append(drawn)
            time.advance(by: column)
        }
        return columns.joined(separator: " ")
    }
}
