import CostTracker
import HardeningCore
import Testing

@Suite struct BundledPricesTests {
    @Test func `the bundled table is the pinned one`() {
        #expect(PriceTable.bundled.contentHash.description == "2430eef109fff4405ca35421071f897964cea045ee4d00a049968a9e05a9ca80")
        #expect(PriceTable.bundled.rows.count == 81)
    }

    @Test(arguments: [
        ("claude-3-5-sonnet", 3_000_000, 15_000_000), ("gpt-4o", 2_500_000, 10_000_000), ("text-embedding-3-large", 130_000, 0),
    ])
    func `the list prices are exact in pico-dollars per token`(model: String, input: Int64, output: Int64) throws {
        let rates = try PriceTable.bundled.price(of: model, at: start).rates(promptTokens: 1)
        #expect(rates.input == input)
        #expect(rates.output == output)
    }

    @Test func `1500 input and 800 output tokens of Claude 3.5 Sonnet cost exactly 0.0165`() throws {
        let usage = try TokenUsage(input: 1500, output: 800)
        #expect(try PriceTable.bundled.cost(of: usage, model: "claude-3-5-sonnet", at: start) == .usd("0.0165"))
    }

    @Test func `one token of text-embedding-3-large costs exactly 0.00000013`() throws {
        let usage = try TokenUsage(input: 1)
        #expect(try PriceTable.bundled.cost(of: usage, model: "text-embedding-3-large", at: start) == .usd("0.00000013"))
    }
}
