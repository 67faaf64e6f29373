extension DaylightRule {
    /// - Returns: nil for an empty footer: nothing is known about the years after the last transition.
    /// - Throws: ``TimeZoneDataError``, `footer`.
    init?(footer: String) throws(TimeZoneDataError) {
        if footer.isEmpty { return nil }
        var parser = DaylightRuleParser(rest: Substring(footer).utf8[...])
        guard let rule = parser.rule(), parser.rest.isEmpty else {
            throw TimeZoneDataError(code: .footer, message: "\"\(footer.prefix(64))\" is not a POSIX TZ string")
        }
        self = rule
    }
}

/// Reads a POSIX TZ string from the front; every part is nil when it is malformed.
private struct DaylightRuleParser {
    var rest: Substring.UTF8View

    mutating func rule() -> DaylightRule? {
        guard skipName(), let west = time(hours: 24) else { return nil }
        if rest.isEmpty { return DaylightRule(standard: -west, daylight: -west, span: nil) }
        guard skipName() else { return nil }
        var daylight = 3600 - west
        if rest.first != UInt8(ascii: ",") {
            guard let west = time(hours: 24) else { return nil }
            daylight = -west
        }
        guard take(","), let start = moment(), take(","), let end = moment() else { return nil }
        return DaylightRule(standard: -west, daylight: daylight, span: (start, end))
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// Three letters or more, or anything printable between angle brackets.
    private mutating func skipName() -> Bool {
        if take("<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")), end != rest.startIndex else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }
        let letters = rest.prefix { (65...90).contains($0) || (97...122).contains($0) }
        rest = rest[letters.endIndex...]
        return letters.count >= 3
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix { (48...57).contains($0) }
        guard (1...3).contains(digits.count) else { return nil }
        rest = rest[digits.endIndex...]
        let value = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        return range.contains(value) ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    private mutating func time(hours: Int) -> Int64? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard let hour = number(0...hours) else { return nil }
        var seconds = hour * 3600
        if take(":") {
            guard let minute = number(0...59) else { return nil }
            seconds += minute * 60
            if take(":") {
                guard let second = number(0...59) else { return nil }
                seconds += second
            }
        }
        return Int64(isNegative ? -seconds : seconds)
    }

    private mutating func moment() -> DaylightRule.Moment? {
        let day: DaylightRule.Moment.Day
        if take("M") {
            guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6) else {
                return nil
            }
            day = .weekday(month: month, week: week, day: weekday)
        } else if take("J") {
            guard let number = number(1...365) else { return nil }
            day = .withoutLeapDay(number)
        } else {
            guard let number = number(0...365) else { return nil }
            day = .withLeapDay(number)
        }
        guard take("/") else { return DaylightRule.Moment(day: day, time: 7200) }
        return time(hours: 167).map { DaylightRule.Moment(day: day, time: $0) }
    }
}
