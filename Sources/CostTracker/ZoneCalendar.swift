import HardeningCore

/// When local days and months begin in one time zone.
struct ZoneCalendar: Sendable {
    let rules: TimeZoneRules

    /// The local date at a moment, or the one before or after it where clocks went back over midnight.
    ///
    /// - Returns: days since 1970-01-01, in local time: the last day that has started.
    func day(containing time: Int64) -> Int64 {
        var day = (time + rules.offset(at: time)).dividedRoundingDown(by: 86_400) + 1
        while start(ofDay: day) > time { day -= 1 }
        return day
    }

    /// The first instant whose local date is that day or, where the day was skipped, a later one.
    func start(ofDay day: Int64) -> Int64 {
        let midnight = day * 86_400
        // Offsets stay below 26 hours, so the answer lies within these.
        var (from, offset) = (midnight - 100_000, rules.offset(at: midnight - 100_000))
        let never = TimeZoneRules.Transition(at: .max, offset: 0)
        for transition in rules.transitions(after: from, through: midnight + 100_000) + [never] {
            let start = max(from, midnight - offset)
            if start < transition.at { return start }
            (from, offset) = (transition.at, transition.offset)
        }
        return from
    }

    func daySpan(containing moment: Timestamp) -> BudgetCalendar.Span {
        let day = day(containing: moment.secondsSince1970)
        return span(from: day, to: day + 1)
    }

    func monthSpan(containing moment: Timestamp) -> BudgetCalendar.Span {
        let date = CivilDate(daysSince1970: day(containing: moment.secondsSince1970))
        let next = date.month == 12 ? (date.year + 1, 1) : (date.year, date.month + 1)
        return span(
            from: CivilDate(year: date.year, month: date.month, day: 1).daysSince1970,
            to: CivilDate(year: next.0, month: next.1, day: 1).daysSince1970)
    }

    private func span(from first: Int64, to next: Int64) -> BudgetCalendar.Span {
        BudgetCalendar.Span(start: Timestamp(secondsSince1970: start(ofDay: first)), end: Timestamp(secondsSince1970: start(ofDay: next)))
    }
}

extension BudgetCalendar {
    /// Days and months of a time zone, with its daylight saving past and to come.
    ///
    /// ```swift
    /// let bytes = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Africa/Cairo"))
    /// let calendar = try BudgetCalendar(zone: "Africa/Cairo", tzif: bytes)
    /// ```
    ///
    /// A day starts at the first instant of the local date: at 01:00 in Cairo on its spring date, where 00:00
    /// does not exist. Days have 23 and 25 hours where clocks change. Where they go back over midnight, the
    /// repeated hour belongs to the day that had started.
    ///
    /// - Parameters:
    ///   - name: for explanations; it is not looked up.
    ///   - bytes: a TZif file of version 2 or later, at most 64 KiB; the library reads no files.
    /// - Throws: ``TimeZoneDataError``.
    public init(zone name: String, tzif bytes: some Collection<UInt8>) throws(TimeZoneDataError) {
        let calendar = ZoneCalendar(rules: try TimeZoneRules(tzif: bytes))
        self.init(name: name, day: calendar.daySpan(containing:), month: calendar.monthSpan(containing:))
    }
}
