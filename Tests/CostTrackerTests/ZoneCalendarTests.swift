import CostTracker
import HardeningCore
import Testing

@Suite struct ZoneCalendarTests {
    private static func calendar(_ zone: String) throws -> BudgetCalendar {
        try BudgetCalendar(zone: zone, tzif: ZoneFixtures.bytes(zone))
    }

    /// A local date: the first second of the day, of the next day, of the month, of the next month.
    ///
    /// Found by stepping second by second through Python 3.11's `zoneinfo`.
    struct LocalDay: Sendable, CustomTestStringConvertible {
        let zone: String
        let date: String
        let day: Range<Int64>
        let month: Range<Int64>
        var testDescription: String { "\(zone) \(date)" }

        init(_ zone: String, _ date: String, _ day: Int64, _ nextDay: Int64, _ month: Int64, _ nextMonth: Int64) {
            (self.zone, self.date, self.day, self.month) = (zone, date, day..<nextDay, month..<nextMonth)
        }
    }

    @Test(arguments: [
        // 23 and 25 hours, the ends of months and of a year, and days after the last transition in the file.
        LocalDay("America/New_York", "2026-03-08", 1_772_946_000, 1_773_028_800, 1_772_341_200, 1_775_016_000),
        LocalDay("America/New_York", "2026-11-01", 1_793_505_600, 1_793_595_600, 1_793_505_600, 1_796_101_200),
        LocalDay("America/New_York", "2026-02-28", 1_772_254_800, 1_772_341_200, 1_769_922_000, 1_772_341_200),
        LocalDay("America/New_York", "2026-12-31", 1_798_693_200, 1_798_779_600, 1_796_101_200, 1_798_779_600),
        LocalDay("America/New_York", "2040-03-11", 2_215_054_800, 2_215_137_600, 2_214_190_800, 2_216_865_600),
        LocalDay("America/New_York", "2040-11-04", 2_235_614_400, 2_235_704_400, 2_235_355_200, 2_237_950_800),
        LocalDay("America/New_York", "1969-12-31", -68_400, 18_000, -2_660_400, 18_000),
        // The spring day begins at 01:00; in autumn 24:00 becomes 23:00 of the same day.
        LocalDay("Africa/Cairo", "2026-04-24", 1_776_981_600, 1_777_064_400, 1_774_994_400, 1_777_582_800),
        LocalDay("Africa/Cairo", "2026-10-29", 1_793_221_200, 1_793_311_200, 1_790_802_000, 1_793_484_000),
        LocalDay("Africa/Cairo", "2026-10-30", 1_793_311_200, 1_793_397_600, 1_790_802_000, 1_793_484_000),
        LocalDay("Africa/Cairo", "2026-04-30", 1_777_496_400, 1_777_582_800, 1_774_994_400, 1_777_582_800),
        LocalDay("Africa/Cairo", "2014-05-16", 1_400_191_200, 1_400_274_000, 1_398_895_200, 1_401_570_000),
        LocalDay("Africa/Cairo", "2045-04-28", 2_376_943_200, 2_377_026_000, 2_374_610_400, 2_377_198_800),
        LocalDay("Africa/Cairo", "2045-10-26", 2_392_578_000, 2_392_668_000, 2_390_418_000, 2_393_100_000),
        LocalDay("Asia/Tokyo", "2026-02-28", 1_772_204_400, 1_772_290_800, 1_769_871_600, 1_772_290_800),
        LocalDay("Asia/Tokyo", "2026-03-08", 1_772_895_600, 1_772_982_000, 1_772_290_800, 1_774_969_200),
        LocalDay("Asia/Tokyo", "2026-12-31", 1_798_642_800, 1_798_729_200, 1_796_050_800, 1_798_729_200),
        LocalDay("Asia/Tokyo", "1951-05-06", -588_848_400, -588_765_600, -589_280_400, -586_605_600),
        LocalDay("UTC", "2024-02-29", 1_709_164_800, 1_709_251_200, 1_706_745_600, 1_709_251_200),
        LocalDay("UTC", "2026-03-08", 1_772_928_000, 1_773_014_400, 1_772_323_200, 1_775_001_600),
        LocalDay("UTC", "2026-12-31", 1_798_675_200, 1_798_761_600, 1_796_083_200, 1_798_761_600),
    ])
    func `days and months begin at the first instant of their local date`(local: LocalDay) throws {
        let calendar = try Self.calendar(local.zone)
        for second in [local.day.lowerBound, local.day.lowerBound + 3601, local.day.upperBound - 1] {
            let moment = Timestamp(secondsSince1970: second).advanced(by: .nanoseconds(999_999_999))
            let day = calendar.span(of: .day, containing: moment)
            #expect(day.start.secondsSince1970..<day.end.secondsSince1970 == local.day)
            let month = calendar.span(of: .month, containing: moment)
            #expect(month.start.secondsSince1970..<month.end.secondsSince1970 == local.month)
        }
    }

    @Test func `where clocks go back over midnight, the repeated minutes belong to the day that had started`() throws {
        // St John's, 2010-11-07: at 00:01 back to 23:01 of the sixth.
        let first = Timestamp(secondsSince1970: 1_289_097_000)
        let calendar = try Self.calendar("America/St_Johns")
        #expect(calendar.span(of: .day, containing: first).start == first)
        #expect(calendar.span(of: .day, containing: first.advanced(by: .seconds(600))).start == first)
        #expect(calendar.span(of: .day, containing: first.advanced(by: .seconds(-1))).end == first)
    }

    @Test func `a date that was skipped is no day`() throws {
        // Apia left out 2011-12-30.
        let calendar = try Self.calendar("Pacific/Apia")
        let change = Timestamp(secondsSince1970: 1_325_239_200)
        #expect(calendar.span(of: .day, containing: change).start == change)
        #expect(calendar.span(of: .day, containing: change.advanced(by: .seconds(-1))).start == Timestamp(secondsSince1970: 1_325_152_800))
    }

    @Test(arguments: ["America/New_York", "Africa/Cairo", "Asia/Tokyo", "UTC", "America/St_Johns", "Pacific/Apia"])
    func `days and months tile time without gaps`(zone: String) throws {
        let calendar = try Self.calendar(zone)
        var moment = Timestamp(secondsSince1970: -3_000_000_000)
        for _ in 0..<350 {
            for window in [BudgetWindow.day, .month] {
                let span = calendar.span(of: window, containing: moment)
                #expect(span.start <= moment && moment < span.end)
                #expect(calendar.span(of: window, containing: span.end).start == span.end)
                #expect(calendar.span(of: window, containing: span.end.advanced(by: .nanoseconds(-1))) == span)
            }
            moment = moment.advanced(by: .seconds(86_400 * 199 + 5_003))
        }
    }

    @Test func `UTC from the database is the built-in calendar, and the ends of time do not trap`() throws {
        let read = try Self.calendar("UTC")
        for second in stride(from: Int64(-9_000_000_000), through: 9_000_000_000, by: 200_000_003) {
            let moment = Timestamp(secondsSince1970: second)
            for window in [BudgetWindow.day, .month] {
                #expect(read.span(of: window, containing: moment) == BudgetCalendar.utc.span(of: window, containing: moment))
            }
        }
        for zone in ["America/New_York", "Africa/Cairo", "Asia/Tokyo"] {
            let calendar = try Self.calendar(zone)
            for moment in [Timestamp.distantPast, .distantFuture] {
                let span = calendar.span(of: .day, containing: moment)
                #expect(span.start <= moment && moment <= span.end)
            }
        }
    }

    @Test func `a daily budget in Cairo is new at 01:00 of the spring date`() async throws {
        let time = ManualTime(timestamp: Timestamp(secondsSince1970: 1_776_981_599))
        let ledger = try CostLedger(budgets: [.daily(.usd("0.10"))], calendar: Self.calendar("Africa/Cairo"), time: .manual(time))
        func reserve(_ key: String) async -> LedgerError.Code? {
            await failure { () throws(LedgerError) in
                try await ledger.reserve(CostScope(), model: "gpt-4o", input: .atMost(40_000), maxOutput: 0, key: key)
            }?.code
        }
        #expect(await reserve("a") == nil)
        #expect(await reserve("b") == .budgetExceeded)
        time.advance(by: .seconds(1))
        #expect(await reserve("c") == nil)
    }
}

@Suite struct TimeZoneDataTests {
    private func code(_ bytes: [UInt8]) async -> TimeZoneDataError.Code? {
        await failure { () throws(TimeZoneDataError) in try BudgetCalendar(zone: "x", tzif: bytes) }?.code
    }

    /// The file of Tokyo with another footer.
    private func tokyo(footer: String) -> [UInt8] {
        Array(ZoneFixtures.bytes("Asia/Tokyo").dropLast("\nJST-9\n".utf8.count)) + Array("\n\(footer)\n".utf8)
    }

    @Test func `what is not a sound TZif file is refused`() async {
        let good = ZoneFixtures.bytes("Asia/Tokyo")
        #expect(await code(good) == nil)
        #expect(await code([]) == .size)
        #expect(await code(Array("TZig".utf8) + good.dropFirst(4)) == .format)
        #expect(await code(Array("TZif\0".utf8) + good.dropFirst(5)) == .format)
        #expect(await code([UInt8](repeating: 0, count: 1 << 16 + 1)) == .size)
        #expect(await code(Array(good.dropLast())) == .footer)
        for length in 0..<good.count { #expect(await code(Array(good[..<length])) != nil) }

        let second = 51  // 44 bytes of header, 7 of the empty block
        var leap = good
        leap[second + 31] = 1
        #expect(await code(leap) == .leapSeconds)
        var unordered = good
        unordered.replaceSubrange(second + 44..<second + 52, with: [0x7f, 255, 255, 255, 255, 255, 255, 255])
        #expect(await code(unordered) == .inconsistent)
    }

    @Test(arguments: [
        "", "UTC0", "<+0330>-3:30", "CET-1CEST,M3.5.0,M10.5.0/3", "XXX3EDT4,0/0,J365/23", "A-BC", "AB1", "EST5EDT", "EST25",
        "EST5EDT,M13.1.0,M1.1.0", "EST5EDT,M3.6.0,M1.1.0", "EST5EDT,M3.2.7,M1.1.0", "EST5EDT,J0,J1", "EST5EDT,366,1",
        "EST5EDT,M3.2.0/168,J1",
        "EST5EDT,M3.2.0,M11.1.0 ", "<>5", "<+1",
    ])
    func `a footer is a POSIX TZ string or refused`(footer: String) async {
        let good: Set = ["", "UTC0", "<+0330>-3:30", "CET-1CEST,M3.5.0,M10.5.0/3", "XXX3EDT4,0/0,J365/23"]
        #expect(await code(tokyo(footer: footer)) == (good.contains(footer) ? nil : .footer))
    }

    @Test func `corrupted files never trap`() {
        var random = SeededGenerator(state: 9)
        for zone in ["Asia/Tokyo", "Africa/Cairo"] {
            var bytes = ZoneFixtures.bytes(zone)
            for _ in 0..<1500 {
                let index = Int.random(in: bytes.indices, using: &random)
                let old = bytes[index]
                bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                if let calendar = try? BudgetCalendar(zone: zone, tzif: bytes) {
                    for moment in [Timestamp.distantPast, start, .distantFuture] {
                        _ = calendar.span(of: .day, containing: moment)
                        _ = calendar.span(of: .month, containing: moment)
                    }
                }
                bytes[index] = old
            }
        }
    }
}
