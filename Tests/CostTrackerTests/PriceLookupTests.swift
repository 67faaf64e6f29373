import CostTracker
import HardeningCore
import Testing

@Suite struct PriceLookupTests {
    private func listed(_ name: String, at time: Timestamp = start) -> String? {
        (try? PriceTable.bundled.price(of: name, at: time))?.model
    }

    @Test(arguments: [
        ("claude-3-5-sonnet", "claude-3-5-sonnet"), ("anthropic/claude-3-5-sonnet", "claude-3-5-sonnet"),
        ("claude-3-5-sonnet-20241022", "claude-3-5-sonnet"), ("claude-3-5-sonnet-latest", "claude-3-5-sonnet"),
        ("claude-3-5-haiku-20241022", "claude-3-5-haiku-latest"), ("claude-3-5-haiku", "claude-3-5-haiku-latest"),
        ("gpt-4o-2024-08-06", "gpt-4o"), ("openai/gpt-4o-2024-08-06", "gpt-4o"), ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("claude-opus-4-20250514", "claude-opus-4-0"), ("claude-sonnet-4-0", "claude-sonnet-4-0"),
    ])
    func `a model is found by its exact name, qualified, dated or latest`(name: String, model: String) {
        #expect(listed(name) == model)
    }

    @Test(arguments: [
        "", "claude", "Claude-3-5-Sonnet", "claude-3-5-sonnet ", "claude-3-5-sonnet-2024", "claude-3-5-sonnet-20241322",
        "claude-3-5-sonnet-20240230", "claude-3-5-sonnet-2024102", "claude-3-5-sonnetx20241022", "gpt-4o-2024-08-6", "gpt-4o-extra",
        "gpt-4o-2024-08-06-2024-08-06", "anthropic/gpt-4o", "gpt-4o-latest-latest", "-latest", "-20241022", "2024-08-06",
        String(repeating: "x", count: 100_000),
    ])
    func `nothing else is guessed`(name: String) async {
        #expect(await failure { () throws(PricingError) in try PriceTable.bundled.price(of: name, at: start) }?.code == .modelUnknown)
    }

    @Test func `a snapshot that is known to cost more than its base name is unknown rather than undercharged`() {
        #expect(listed("gpt-4o-2024-05-13") == nil)
        #expect(listed("openai/gpt-4o-2024-05-13") == nil)
    }

    @Test func `prices change at midnight UTC on their day, both ends included`() throws {
        let change = Timestamp(secondsSince1970: 1_796_083_200)  // 2026-12-01T00:00:00Z
        let before = change.advanced(by: .nanoseconds(-1))
        func input(_ time: Timestamp) throws -> Int64? {
            try PriceTable.bundled.price(of: "gemini-4-argon", at: time).rates(promptTokens: 1).input
        }
        #expect(try input(before) == 2_000_000)
        #expect(try input(change) == 4_000_000)
    }

    @Test func `a dated row comes before the row without days`() throws {
        let dated = Timestamp(secondsSince1970: 1_749_513_599)  // 2025-06-09T23:59:59Z
        #expect(try PriceTable.bundled.price(of: "o3", at: dated).rates(promptTokens: 1).input == 10_000_000)
        #expect(try PriceTable.bundled.price(of: "o3", at: dated.advanced(by: .seconds(1))).rates(promptTokens: 1).input == 2_000_000)
    }

    @Test func `a model that is listed but not yet in effect says so`() async {
        let error = await failure { () throws(PricingError) in try PriceTable.bundled.price(of: "claude-opus-5-5", at: start) }
        #expect(error?.code == .notInEffect)
        #expect(listed("claude-opus-5-5", at: Timestamp(secondsSince1970: 1_790_035_200)) == "claude-opus-5-5")  // 2026-09-22
    }

    @Test func `a name that two providers list is found only qualified`() async throws {
        let table = try PriceTable(csv: "provider,model,input\na,m,1\nb,m,2\n".utf8)
        #expect(await failure { () throws(PricingError) in try table.price(of: "m", at: start) }?.code == .modelUnknown)
        #expect(try table.price(of: "b/m", at: start).rates(promptTokens: 1).input == 2_000_000)
    }

    @Test(arguments: [-1, 0, 1]) func `days before 1970 and at the ends of time do not trap`(offset: Int64) throws {
        for time in [Timestamp.distantPast, .distantFuture, Timestamp(nanosecondsSince1970: offset)] {
            #expect(try PriceTable.bundled.price(of: "gpt-4o", at: time).model == "gpt-4o")
        }
    }
}
