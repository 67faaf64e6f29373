import CostTracker
import HardeningCore
import Testing

@Suite struct PricingTests {
    /// The price of a row computed independently: 128-bit products of the listed rates.
    private func reference(_ rates: TokenRates, _ usage: TokenUsage) -> Int128? {
        let reasoning = rates.reasoning ?? rates.output
        let parts: [(Int64, Int64?)] = [
            (usage.input, rates.input), (usage.cacheRead, rates.cacheRead), (usage.cacheWrite5m, rates.cacheWrite5m),
            (usage.cacheWrite1h, rates.cacheWrite1h), (usage.cacheWrite12h, rates.cacheWrite12h), (usage.output, rates.output),
            (usage.reasoning, reasoning), (usage.toolRequests, rates.toolRequest),
        ]
        var sum: Int128 = 0
        for (count, rate) in parts where count > 0 {
            guard let rate else { return nil }
            sum += Int128(count) * Int128(rate)
        }
        return sum > Int128(Int64.max) ? nil : sum
    }

    @Test(arguments: PriceTable.bundled.rows.indices)
    func `every row times random usage equals wide integer arithmetic`(row: Int) throws {
        let price = PriceTable.bundled.rows[row]
        var random = SeededGenerator(state: UInt64(row))
        for _ in 0..<60 {
            func count(_ present: Bool) -> Int64 {
                guard present, Bool.random(using: &random) else { return 0 }
                return Int64.random(in: 0...(1 << Int64.random(in: 0...45, using: &random)), using: &random)
            }
            let usage = try TokenUsage(
                input: count(true), cacheRead: count(true), cacheWrite5m: count(true), cacheWrite1h: count(true),
                cacheWrite12h: count(true), output: count(true), reasoning: count(true))
            for terms in [PriceTerms.standard, .batch, .priority, .flex, PriceTerms(region: "us")] {
                guard let rates = try? price.rates(promptTokens: usage.promptTokens, terms: terms) else { continue }
                let expected = reference(rates, usage)
                let actual = try? price.cost(of: usage, terms: terms)
                #expect(actual.map { Int128($0.picoUSD) } == expected)
                if let actual {
                    let lines = try price.lines(of: usage, terms: terms)
                    #expect(lines.reduce(Int128(0)) { $0 + Int128($1.amount.picoUSD) } == Int128(actual.picoUSD))
                }
            }
        }
    }

    @Test func `a prompt beyond the threshold reprices the whole request, cache included`() throws {
        let early = Timestamp(secondsSince1970: 1_767_225_600)  // the tier of claude-sonnet-4-6 ended on 2026-03-12
        let price = try PriceTable.bundled.price(of: "claude-sonnet-4-6", at: early)
        let at = try TokenUsage(input: 100_000, cacheRead: 100_000, output: 1000)
        let above = try TokenUsage(input: 100_000, cacheRead: 100_001, output: 1000)
        #expect(try price.cost(of: at) == .usd("0.345"))  // 0.3 + 0.03 + 0.015
        #expect(try price.cost(of: above) == .usd("0.6825006"))  // 0.6 + 0.0600006 + 0.0225
    }

    @Test func `listed rates are used as listed, not derived`() throws {
        let haiku = try PriceTable.bundled.price(of: "claude-3-haiku", at: start)
        let usage = try TokenUsage(cacheRead: 1_000_000, cacheWrite5m: 1_000_000)
        #expect(try haiku.cost(of: usage) == .usd("0.33"))  // 0.03 + 0.30, not 0.025 + 0.3125
        let batch = try PriceTable.bundled.price(of: "gpt-5.4", at: start)
        #expect(try batch.cost(of: TokenUsage(cacheRead: 200_000), terms: .batch) == .usd("0.026"))  // 0.13, not 0.125
    }

    @Test func `batch, priority, flex and regions have their own rates`() throws {
        let now = Timestamp(secondsSince1970: 1_795_000_000)  // November 2026
        let price = try PriceTable.bundled.price(of: "gpt-6.1-sol", at: now)
        let usage = try TokenUsage(input: 1_000_000 / 4, output: 1_000_000)
        #expect(try price.cost(of: usage) == .usd("10.5"))
        #expect(try price.cost(of: usage, terms: .batch) == .usd("5.25"))
        #expect(try price.cost(of: usage, terms: .priority) == .usd("21"))
        #expect(try price.cost(of: usage, terms: .flex) == .usd("5.25"))
        #expect(try price.cost(of: TokenUsage(cacheWrite12h: 1_000_000 / 4)) == .usd("1.25"))
        let regional = try PriceTable.bundled.price(of: "claude-sonnet-5-5", at: now)
        #expect(try regional.cost(of: TokenUsage(input: 1_000_000), terms: PriceTerms(region: "us")) == .usd("2.2"))
    }

    @Test func `what has no listed rate is an error, never free`() async throws {
        let price = try PriceTable.bundled.price(of: "gpt-4o", at: start)
        func code(_ usage: TokenUsage, _ terms: PriceTerms = .standard) async -> PricingError.Code? {
            await failure { () throws(PricingError) in try price.cost(of: usage, terms: terms) }?.code
        }
        #expect(await code(try TokenUsage(cacheWrite5m: 1)) == .rateNotListed)
        #expect(await code(try TokenUsage(cacheRead: 1), .batch) == .rateNotListed)
        #expect(await code(try TokenUsage(input: 1), .flex) == .rateNotListed)
        #expect(await code(try TokenUsage(toolRequests: 1)) == .rateNotListed)
        #expect(await code(try TokenUsage(input: 1), PriceTerms(region: "eu")) == .regionNotListed)
        #expect(await code(try TokenUsage(input: .max)) == .overflow)
        let haiku = try PriceTable.bundled.price(of: "claude-haiku-5-5", at: Timestamp(secondsSince1970: 1_795_000_000))
        let long = try TokenUsage(input: 100_001)
        #expect(await failure { () throws(PricingError) in try haiku.cost(of: long, terms: .batch) }?.code == .rateNotListed)
    }

    @Test func `no usage within the bounds costs more than the upper bound`() throws {
        let now = Timestamp(secondsSince1970: 1_795_000_000)
        var random = SeededGenerator(state: 3)
        for row in PriceTable.bundled.rows {
            guard let price = try? PriceTable.bundled.price(of: "\(row.provider)/\(row.model)", at: now) else { continue }
            for _ in 0..<40 {
                let bound = Int64.random(in: 0...600_000, using: &random)
                let output = Int64.random(in: 0...100_000, using: &random)
                guard let most = try? price.upperBound(input: .atMost(bound), maxOutput: output) else { continue }
                let first = Int64.random(in: 0...bound, using: &random)
                let second = Int64.random(in: 0...(bound - first), using: &random)
                for usage in [
                    try TokenUsage(input: bound, output: output), try TokenUsage(cacheRead: first, cacheWrite1h: second, output: output),
                    try TokenUsage(input: second, cacheWrite5m: first, output: 0, reasoning: output), try TokenUsage(cacheWrite12h: bound),
                ] {
                    if let cost = try? price.cost(of: usage) { #expect(cost <= most) }
                }
                let affordable = try price.affordableOutput(within: most, input: .atMost(bound))
                #expect(try price.upperBound(input: .atMost(bound), maxOutput: affordable) <= most)
                #expect(affordable >= min(output, price.maxOutputTokens ?? .max))
            }
        }
    }

    @Test func `where reasoning is dearer than output, a bound is for reasoning`() throws {
        let table = try PriceTable(csv: "provider,model,input,output,reasoning\np,m,1,2,5\np,n,1,5,2\n".utf8)
        for model in ["m", "n"] {
            let price = try table.price(of: model, at: start)
            #expect(try price.upperBound(input: .atMost(0), maxOutput: 1_000_000) == .usd("5"))
            #expect(try price.affordableOutput(within: .usd("5"), input: .atMost(0)) == 1_000_000)
        }
    }

    @Test func `a bound below zero is refused, and promising no cache writes holds less`() async throws {
        let price = try PriceTable.bundled.price(of: "claude-3-5-sonnet", at: start)
        func code(_ input: Int64, _ output: Int64) async -> PricingError.Code? {
            await failure { () throws(PricingError) in try price.upperBound(input: .atMost(input), maxOutput: output) }?.code
        }
        #expect(await code(-1, 0) == .boundInvalid)
        #expect(await code(0, -1) == .boundInvalid)
        #expect(await code(.max, 0) == .overflow)
        #expect(try price.upperBound(input: .atMost(1_000_000), maxOutput: 0) == .usd("6"))
        #expect(try price.upperBound(input: .atMostUncached(1_000_000), maxOutput: 0) == .usd("3"))
    }
}
