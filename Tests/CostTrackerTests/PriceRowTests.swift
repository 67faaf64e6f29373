import CostTracker
import Foundation
import HardeningCore
import Testing

/// Every row of the bundled table, under every condition: its listed rate, or an error that says what is not listed.
@Suite struct PriceRowTests {
    private static let tiers: [(tier: PriceTerms.Tier, prefix: String)] = [
        (.standard, ""), (.batch, "batch_"), (.priority, "priority_"), (.flex, "flex_"),
    ]

    private static let parts: [(column: String, part: PriceLine.Part, usage: @Sendable (Int64) throws -> TokenUsage)] = [
        ("input", .input, { try TokenUsage(input: $0) }), ("cache_read", .cacheRead, { try TokenUsage(cacheRead: $0) }),
        ("cache_write_5m", .cacheWrite5m, { try TokenUsage(cacheWrite5m: $0) }),
        ("cache_write_1h", .cacheWrite1h, { try TokenUsage(cacheWrite1h: $0) }),
        ("cache_write_other", .cacheWrite12h, { try TokenUsage(cacheWrite12h: $0) }), ("output", .output, { try TokenUsage(output: $0) }),
        ("output", .reasoning, { try TokenUsage(reasoning: $0) }), ("tool_request", .toolRequests, { try TokenUsage(toolRequests: $0) }),
    ]

    @Test(arguments: PriceTable.bundled.rows.indices)
    func `a row prices what it lists, and refuses the rest by name`(index: Int) throws {
        let row = try #require(ExactnessTests.rows.dropFirst(index).first)
        let price = PriceTable.bundled.rows[index]
        for (tier, prefix) in Self.tiers {
            let isListed = prefix.isEmpty || row.keys.contains { $0.hasPrefix(prefix) }
            for (column, part, usage) in Self.parts {
                let error = failure(price, try usage(1), PriceTerms(tier: tier))
                let missing = isListed ? part.rawValue : tier.rawValue
                if row[prefix + column] == nil {
                    #expect(error?.code == .rateNotListed && error?.message.hasPrefix(price.model) == true, "\(part) \(tier)")
                    #expect(error?.message.contains(missing) == true, "\(part) \(tier): \(String(describing: error))")
                } else {
                    #expect(error == nil, "\(part) \(tier)")
                }
            }
        }
        let regional = failure(price, try TokenUsage(input: 1), PriceTerms(region: "us"))
        #expect(regional?.code == (row["regional_multiplier"] == nil ? .regionNotListed : nil))
        #expect(failure(price, try TokenUsage(input: 1), PriceTerms(region: "mars"))?.message.contains("mars") == true)
    }

    @Test(arguments: PriceTable.bundled.rows.indices)
    func `beyond its threshold a row has the long rates, or says from which length on it has none`(index: Int) throws {
        let row = try #require(ExactnessTests.rows.dropFirst(index).first)
        let price = PriceTable.bundled.rows[index]
        guard let threshold = price.longContextThreshold else {
            #expect(!row.keys.contains { $0.hasPrefix("long_") })
            return
        }
        let (short, long) = (try TokenUsage(input: threshold), try TokenUsage(input: threshold + 1))
        #expect(failure(price, short, .standard) == nil)
        #expect(failure(price, long, .standard)?.code == (row["long_input"] == nil ? .rateNotListed : nil))
        for (tier, prefix) in Self.tiers where !prefix.isEmpty || row["long_input"] == nil {
            let error = failure(price, long, PriceTerms(tier: tier))
            #expect(error?.code == .rateNotListed)
            #expect(error?.message.contains("\(tier.rawValue) rates beyond \(threshold) prompt tokens") == true)
        }
    }

    /// Conditions that stand only in a note: each is a column, a refusal, or no condition, and a new one fails here.
    @Test(arguments: PriceTable.bundled.rows.indices)
    func `whatever a note says about money is a column or refused`(index: Int) throws {
        let row = try #require(ExactnessTests.rows.dropFirst(index).first)
        let price = PriceTable.bundled.rows[index]
        let informative = [
            "deprecation ", "price history: ", "legacy/retired", "SEED MODEL", "historical", "embedding", "absent from litellm",
            "limited availability", "FUTURE-DATED", "promo rate; litellm", "promo rate", "litellm 1.109.1 lists", ">200K tier removed",
            "cache_read was ", "a flat map cannot", "long_output: litellm=- ",
        ]
        // Published rates that follow no rule stand in their columns as published.
        let published = ["cache rates are published", "batch/flex cached", "flex cached", "batch cached read"]
        for note in row["notes"]?.components(separatedBy: CharacterSet(charactersIn: "|;")) ?? [] {
            let note = note.trimmingCharacters(in: .whitespaces)
            if note.hasPrefix("fast") {
                let fast = Array(#"{"usage":{"input_tokens":1,"output_tokens":1,"speed":"fast"}}"#.utf8)
                #expect(throws: UsageError.self) { try TokenUsage.reported(in: fast, as: .anthropicMessages) }
                #expect(price.provider == "anthropic")
            } else if note.hasPrefix("batch rates for this date range not modelled") {
                #expect(failure(price, try TokenUsage(input: 1), .batch)?.code == .rateNotListed)
            } else if note.hasPrefix("DISAGREE long_input") {
                #expect(failure(price, try TokenUsage(input: 200_001), .standard)?.code == .rateNotListed)
            } else if note.hasPrefix("whole request at 5x when prompt > 100,000") {
                let (short, long) = (try TokenUsage(input: 100_000, output: 1), try TokenUsage(input: 100_001, output: 1))
                #expect(try price.cost(of: short).picoUSD == 100_000 * 100_000 + 500_000)
                #expect(try price.cost(of: long).picoUSD == 5 * (100_001 * 100_000 + 500_000))
            } else {
                #expect((informative + published).contains { note.hasPrefix($0) }, "\(price.model): \(note)")
            }
        }
    }

    @Test func `an answer in fast mode, which costs twice the listed rates, has no price`() throws {
        func usage(_ speed: String) throws -> AnthropicUsage {
            try JSONDecoder().decode(
                AnthropicUsage.self, from: Data(#"{"input_tokens":1,"output_tokens":1,"speed":\#(speed)}"#.utf8))
        }
        for speed in [#""standard""#, "null"] { #expect(try TokenUsage(anthropic: usage(speed)) == TokenUsage(input: 1, output: 1)) }
        for speed in [#""fast""#, #""""#, #""turbo""#] {
            #expect { try TokenUsage(anthropic: usage(speed)) } throws: { ($0 as? UsageError)?.code == .unpriced }
        }
    }

    private func failure(_ price: ModelPrice, _ usage: TokenUsage, _ terms: PriceTerms) -> PricingError? {
        do {
            _ = try price.cost(of: usage, terms: terms)
            return nil
        } catch {
            return error
        }
    }
}
