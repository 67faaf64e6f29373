public import HardeningCore

/// Says when days and months begin and end: the time zone of the budgets.
///
/// ``utc`` is exact integer arithmetic; ``init(zone:tzif:)`` reads the time zone database; a calendar of your own is two functions.
public struct BudgetCalendar: Sendable {
    /// From the first instant of a window up to, not including, the first of the next.
    public struct Span: Sendable, Hashable, BitwiseCopyable {
        public var start: Timestamp
        public var end: Timestamp

        public init(start: Timestamp, end: Timestamp) {
            self.start = start
            self.end = end
        }

        @inline(__always)
        func contains(_ moment: Timestamp) -> Bool { start <= moment && moment < end }

        /// From ``Timestamp/distantPast`` to ``Timestamp/distantFuture``, written out: a constant, not something made on first use.
        static let lifetime = Span(start: Timestamp(nanosecondsSince1970: .min), end: Timestamp(nanosecondsSince1970: .max))
    }

    /// A name for explanations, such as `UTC` or `Africa/Cairo`.
    public let name: String
    private let day: @Sendable (Timestamp) -> Span
    private let month: @Sendable (Timestamp) -> Span

    /// - Parameters:
    ///   - day: the local day that contains a moment. It starts at the first instant of the local
    ///     date, which is not 00:00 where clocks jump over midnight.
    ///   - month: the local month that contains a moment.
    public init(name: String, day: @escaping @Sendable (Timestamp) -> Span, month: @escaping @Sendable (Timestamp) -> Span) {
        self.name = name
        self.day = day
        self.month = month
    }

    /// The window of that kind that contains `moment`.
    ///
    /// A lifetime has no ends. Of a rolling window, the oldest account is meant: the one that limits.
    public func span(of window: BudgetWindow, containing moment: Timestamp) -> Span {
        switch window {
        case .day: day(moment)
        case .month: month(moment)
        default: Self.span(ofRolling: window, phase: BudgetWindow.rollingQuarters, containing: moment)
        }
    }

    /// One of the overlapping accounts of a rolling window; of any other window, a lifetime.
    ///
    /// - Parameter phase: 0 for the newest, ``BudgetWindow/rollingQuarters`` for the oldest.
    @inline(__always)
    static func span(ofRolling window: BudgetWindow, phase: Int, containing moment: Timestamp) -> Span {
        guard window.seconds > 0 else { return .lifetime }
        let quarter = Int64(window.seconds) / Int64(BudgetWindow.rollingQuarters)
        let newest = moment.secondsSince1970.dividedRoundingDown(by: quarter) * quarter
        let start = newest - Int64(phase) * quarter
        return Span(
            start: Timestamp(secondsSince1970: start), end: Timestamp(secondsSince1970: start + Int64(window.seconds) + quarter))
    }

    /// Days and months of Coordinated Universal Time.
    public static let utc = BudgetCalendar(
        name: "UTC",
        day: { moment in
            let day = moment.utcDay
            return Span(start: midnight(ofDay: day), end: midnight(ofDay: day + 1))
        },
        month: { moment in
            let day = moment.utcDay
            let date = CivilDate(daysSince1970: day)
            let first = day - Int64(date.day - 1)
            return Span(start: midnight(ofDay: first), end: midnight(ofDay: first + length(ofMonth: date.month, year: date.year)))
        }
    )

    private static func length(ofMonth month: Int, year: Int) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func midnight(ofDay day: Int64) -> Timestamp {
        Timestamp(secondsSince1970: day * 86_400)
    }
}
