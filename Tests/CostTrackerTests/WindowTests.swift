import CostTracker
import HardeningCore
import Testing

@Suite struct WindowTests {
    private static let midnight = Timestamp(secondsSince1970: 1_769_904_000)  // 2026-02-01T00:00:00Z, a month's start too

    private func bench(_ budgets: [Budget]) throws -> Bench {
        let bench = try Bench(budgets)
        bench.time.advance(by: Self.midnight.duration(since: start) - .seconds(1))
        return bench
    }

    @Test func `a settlement after midnight posts to the day and month that held it`() async throws {
        let bench = try bench([.daily(.usd("0.10")), .monthly(.usd("0.10"))])
        let hold = try await bench.reserve(40_000, key: "a")
        try await bench.ledger.dispatched(hold)
        bench.time.advance(by: .seconds(2))
        try await bench.ledger.settle(hold, usage: TokenUsage(input: 40_000))

        let yesterday = Self.midnight.advanced(by: .seconds(-1))
        #expect(try await bench.ledger.summary(day: yesterday).used == .usd("0.10"))
        #expect(try await bench.ledger.summary(month: yesterday).used == .usd("0.10"))
        #expect(try await bench.ledger.status().day.used == .zero)
        #expect(try await bench.ledger.status().month.used == .zero)
    }

    @Test func `a new day has its whole budget at its first instant, and not before`() async throws {
        let bench = try bench([.daily(.usd("0.10"))])
        _ = try await bench.reserve(40_000, key: "a")
        bench.time.advance(by: .nanoseconds(999_999_999))
        #expect(await failure { () throws(LedgerError) in try await bench.reserve(40_000, key: "b") }?.code == .budgetExceeded)
        bench.time.advance(by: .nanoseconds(1))
        _ = try await bench.reserve(40_000, key: "c")
        let days = try await bench.ledger.summaries(by: .everyone, per: .day)
        #expect(days.map(\.account.start) == [Self.midnight, Self.midnight.advanced(by: .seconds(-86_400))])
    }

    @Test func `a refusal says when the window ends`() async throws {
        let bench = try bench([.daily(.usd("0.01"))])
        let error = await failure { () throws(LedgerError) in try await bench.reserve(40_000, key: "b") }
        #expect(error?.refusal?.failing.first?.windowEnd == Self.midnight)
    }

    @Test(arguments: [
        (0, 0, 31), (951_782_400, 951_782_400, 29),  // 1970-01-01; 2000-02-29
        (1_709_164_800, 1_709_164_800, 29),  // 2024-02-29
        (4_107_542_399, 4_107_456_000, 28),  // 2100-02-28T23:59:59Z
        (1_798_761_599, 1_798_675_200, 31),  // 2026-12-31T23:59:59Z
        (-1, -86_400, 31),  // 1969-12-31T23:59:59Z
    ])
    func `UTC days and months have the right ends`(seconds: Int64, day: Int64, monthDays: Int64) {
        let moment = Timestamp(secondsSince1970: seconds)
        let span = BudgetCalendar.utc.span(of: .day, containing: moment)
        #expect(span.start.secondsSince1970 == day)
        #expect(span.end.secondsSince1970 == day + 86_400)
        let month = BudgetCalendar.utc.span(of: .month, containing: moment)
        #expect(month.end.duration(since: month.start) == .seconds(monthDays * 86_400))
        #expect(month.start <= moment && moment < month.end)
    }

    @Test func `another calendar decides when days begin`() async throws {
        let cairo = BudgetCalendar(
            name: "+02:00",
            day: { moment in
                let shifted = BudgetCalendar.utc.span(of: .day, containing: moment.advanced(by: .seconds(7200)))
                return .init(start: shifted.start.advanced(by: .seconds(-7200)), end: shifted.end.advanced(by: .seconds(-7200)))
            }, month: { BudgetCalendar.utc.span(of: .month, containing: $0) })
        let time = ManualTime(timestamp: Self.midnight.advanced(by: .seconds(-7201)))
        let ledger = try CostLedger(budgets: [.daily(.usd("0.10"))], calendar: cairo, time: .manual(time))
        func reserve(_ key: String) async -> LedgerError? {
            await failure { () throws(LedgerError) in
                try await ledger.reserve(CostScope(), model: "gpt-4o", input: .atMost(40_000), maxOutput: 0, key: key)
            }
        }
        #expect(await reserve("a") == nil)
        #expect(await reserve("b")?.code == .budgetExceeded)
        time.advance(by: .seconds(1))
        #expect(await reserve("c") == nil)
    }

    @Test func `the ends of time do not trap`() {
        for moment in [Timestamp.distantPast, .distantFuture] {
            for window in [BudgetWindow.day, .month, .lifetime] {
                let span = BudgetCalendar.utc.span(of: window, containing: moment)
                #expect(span.start <= moment && moment <= span.end)
            }
        }
    }
}
