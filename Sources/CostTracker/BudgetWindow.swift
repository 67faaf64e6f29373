/// The stretch of time a budget covers.
///
/// A new window is a new account; nothing is ever reset.
public struct BudgetWindow: Sendable, Hashable, BitwiseCopyable {
    let code: UInt8
    /// Of a rolling window.
    let seconds: UInt32

    /// As long as the scope exists: what a session budget uses.
    public static let lifetime = BudgetWindow(code: 0)
    /// One calendar day.
    public static let day = BudgetWindow(code: 1)
    /// One calendar month.
    public static let month = BudgetWindow(code: 2)

    /// Any stretch of that length, wherever it begins: no burst around midnight gets two budgets.
    ///
    /// Kept as accounts that overlap, a new one every quarter of the length, each a quarter longer than it;
    /// a request is charged to the five that contain it and checked against the oldest. Every stretch of the
    /// length lies within one account, so the limit holds in all of them; the price is that money comes back
    /// up to a quarter of the length late, never early.
    ///
    /// - Parameter length: a minute to 366 days, brought to the nearer end, and rounded up to a multiple of four seconds.
    public static func rolling(_ length: Duration) -> BudgetWindow {
        let seconds = Swift.min(31_622_400, Swift.max(60, length.components.seconds))
        return BudgetWindow(code: rollingCode, seconds: UInt32(truncatingIfNeeded: (seconds + 3) / 4 * 4))
    }

    static let rollingCode: UInt8 = 3
    /// How many accounts begin within the length of a rolling window.
    static let rollingQuarters = 4

    private static let names = ["lifetime", "day", "month"]

    private init(code: UInt8, seconds: UInt32 = 0) {
        self.code = code
        self.seconds = seconds
    }

    /// - Returns: nil for a name other than `lifetime`, `day`, `month` and `rolling_SECONDS`.
    public init?(rawValue: String) {
        if let code = Self.names.firstIndex(of: rawValue) {
            self.init(code: UInt8(code))
            return
        }
        guard rawValue.hasPrefix("rolling_"), let seconds = Int64(rawValue.dropFirst("rolling_".count)),
            Self.rolling(.seconds(seconds)).rawValue == rawValue
        else { return nil }
        self = .rolling(.seconds(seconds))
    }

    /// `lifetime`, `day`, `month`, or `rolling_86400` with the length in seconds.
    public var rawValue: String {
        code == Self.rollingCode ? "rolling_\(seconds)" : Self.names[Int(code)]
    }
}
