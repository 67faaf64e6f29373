import HardeningCore

/// The rule for all years to come: a POSIX TZ string with the extensions of RFC 9636 §3.3.1, such as
/// `EET-2EEST,M4.5.5/0,M10.5.4/24`.
struct DaylightRule: Sendable, Equatable {
    /// A day of every year and a time of that day.
    struct Moment: Sendable, Equatable {
        enum Day: Sendable, Equatable {
            /// `Jn`: 1…365, where 29 February is never counted.
            case withoutLeapDay(Int)
            /// `n`: 0…365, where it is.
            case withLeapDay(Int)
            /// `Mm.w.d`: weekday 0 (Sunday) … 6 of week 1 … 5 (the last) of a month.
            case weekday(month: Int, week: Int, day: Int)
        }

        let day: Day
        /// In seconds of local time, −167…167 hours.
        let time: Int64

        /// Seconds since 1970 on a clock that shows local time.
        func localTime(year: Int) -> Int64 {
            func days(_ month: Int, _ day: Int) -> Int64 { CivilDate(year: year, month: month, day: day).daysSince1970 }
            let date: Int64
            switch day {
            case .withoutLeapDay(let day):
                let isLeap = days(3, 1) - days(2, 28) == 2
                date = days(1, 1) + Int64(day - 1) + (isLeap && day > 59 ? 1 : 0)
            case .withLeapDay(let day):
                date = days(1, 1) + Int64(day)
            case .weekday(let month, let week, let day):
                let first = days(month, 1)
                let weekdayOfFirst = ((first + 4) % 7 + 7) % 7  // 1970-01-01 was a Thursday
                var date0 = first + (Int64(day) - weekdayOfFirst + 7) % 7 + Int64(week - 1) * 7
                let next = month == 12 ? CivilDate(year: year + 1, month: 1, day: 1).daysSince1970 : days(month + 1, 1)
                if date0 >= next { date0 -= 7 }
                date = date0
            }
            return date * 86_400 + time
        }
    }

    /// In seconds east of UTC.
    let standard: Int64
    let daylight: Int64
    /// When daylight saving begins and ends; nil: never.
    let span: (start: Moment, end: Moment)?

    static func == (left: DaylightRule, right: DaylightRule) -> Bool {
        left.standard == right.standard && left.daylight == right.daylight && left.span?.start == right.span?.start
            && left.span?.end == right.span?.end
    }

    func offset(at time: Int64) -> Int64 {
        guard span != nil else { return standard }
        return transitions(around: time, and: time).last { $0.at <= time }?.offset ?? standard
    }

    /// Those of the years of two moments, and of the years beside them, in order.
    func transitions(around start: Int64, and end: Int64) -> [TimeZoneRules.Transition] {
        guard let span else { return [] }
        var result: [TimeZoneRules.Transition] = []
        for year in Self.year(of: start) - 1...max(Self.year(of: start) - 1, Self.year(of: end) + 1) {
            result.append(.init(at: span.end.localTime(year: year) - daylight, offset: standard))
            result.append(.init(at: span.start.localTime(year: year) - standard, offset: daylight))
        }
        // Where one year's end meets the next one's start, daylight saving goes on.
        return result.sorted { ($0.at, $0.offset == daylight ? 1 : 0) < ($1.at, $1.offset == daylight ? 1 : 0) }
    }

    private static func year(of time: Int64) -> Int {
        CivilDate(daysSince1970: time.dividedRoundingDown(by: 86_400)).year
    }
}

extension Int64 {
    func dividedRoundingDown(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
