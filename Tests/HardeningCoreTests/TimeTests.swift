import HardeningCore
import Testing

@Suite struct TimeTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"),
        (1_795_176_000_123_000_000, "2026-11-20T12:00:00.123Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (.max, "2262-04-11T23:47:16.854Z"),
        (.min, "1677-09-21T00:12:43.145Z"),
    ])
    func timestampsPrintAsRFC3339(nanoseconds: Int64, text: String) {
        #expect(Timestamp(nanosecondsSince1970: nanoseconds).description == text)
    }

    @Test func secondsRoundTowardThePast() {
        #expect(Timestamp(nanosecondsSince1970: -1).secondsSince1970 == -1)
        #expect(Timestamp(nanosecondsSince1970: 1_999_999_999).secondsSince1970 == 1)
        #expect(Timestamp(secondsSince1970: .max) == .distantFuture)
    }

    @Test func civilDatesConvertBothWaysForFourCenturies() {
        var previous = CivilDate(daysSince1970: -146_098)
        for day in Int64(-146_097)...146_097 {
            let date = CivilDate(daysSince1970: day)
            #expect(date.daysSince1970 == day)
            let isNextDay = date.day == previous.day + 1 && date.month == previous.month
            let isNextMonth = date.day == 1 && previous.day >= 28
            if !isNextDay && !isNextMonth { Issue.record("\(previous) is followed by \(date)") }
            previous = date
        }
        #expect(CivilDate(year: 2024, month: 2, day: 29).daysSince1970 == 19_782)
    }

    @Test func arithmeticSaturatesAtBothEnds() {
        let eternity = Duration.seconds(Int64.max)
        #expect(Timestamp.distantFuture.advanced(by: .seconds(1)) == .distantFuture)
        #expect(Timestamp.distantPast.advanced(by: .seconds(-1)) == .distantPast)
        #expect(MonotonicTime(nanoseconds: 5).advanced(by: eternity) == .distantFuture)
        #expect(MonotonicTime(nanoseconds: -5).advanced(by: .seconds(Int64.min)) == .distantPast)
        #expect(MonotonicTime.distantFuture.duration(since: .distantPast) == .nanoseconds(Int64.max))
        #expect(MonotonicTime.distantPast.duration(since: .distantFuture) == .nanoseconds(Int64.min))
        #expect(Int64.min.multipliedSaturating(by: -1) == .max)
        #expect(Int64.min.multipliedSaturating(by: 2) == .min)
    }

    @Test func theSystemClockAdvancesAndMonotonicTimeNeverGoesBack() {
        let time = TimeSource.system
        var last = time.monotonic
        for _ in 0..<1000 {
            let now = time.monotonic
            #expect(now >= last)
            last = now
        }
        #expect(time.timestamp > Timestamp(secondsSince1970: 1_700_000_000))
    }

    @Test func manualTimeMovesOnlyWhenTold() {
        let manual = ManualTime()
        let time = TimeSource.manual(manual)
        let (wall, monotonic) = (time.timestamp, time.monotonic)
        manual.advance(by: .seconds(3))
        #expect(time.timestamp.duration(since: wall) == .seconds(3))
        #expect(time.monotonic.duration(since: monotonic) == .seconds(3))
        manual.stepWallClock(by: .seconds(-3600))
        #expect(time.timestamp.duration(since: wall) == .seconds(-3597))
        #expect(time.monotonic.duration(since: monotonic) == .seconds(3))
        manual.advance(by: .seconds(-1))
        #expect(time.monotonic.duration(since: monotonic) == .seconds(3))
    }
}
