import CostTracker
import Foundation
import HardeningCore
import Testing

/// Prices against arithmetic on decimal digits, read from the bundled table by a reader of its own.
@Suite struct ExactnessTests {
    /// The bundled table as this file reads it: one dictionary per row, split at commas outside quotes.
    static let rows: [[String: String]] = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/CostTracker/prices.csv")
        guard let text = try? String(contentsOf: path, encoding: .utf8) else { return [] }
        let records = text.split(whereSeparator: \.isNewline).map { line in
            var (fields, isQuoted) = ([""], false)
            for character in line {
                switch character {
                case "\"": isQuoted.toggle()
                case "," where !isQuoted: fields.append("")
                default: fields[fields.count - 1].append(character)
                }
            }
            return fields
        }
        return records.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(records[0], $0)).filter { !$0.value.isEmpty } }
    }()

    @Test func `the test reads the rows that the library reads`() {
        #expect(Self.rows.count == PriceTable.bundled.rows.count)
        for (row, price) in zip(Self.rows, PriceTable.bundled.rows) {
            #expect(row["model"] == price.model && row["provider"] == price.provider)
        }
    }

    /// USD, digit by digit: tokens × listed rate ÷ 1,000,000.
    private func reference(_ row: [String: String], _ usage: TokenUsage, prefix: String, factor: String) -> BigDecimal? {
        let disputed = row["notes"]?.contains("DISAGREE long_input") == true ? "200000" : nil
        let isLong = (row["long_ctx_threshold_tokens_gt"] ?? disputed).flatMap { Int64($0) }.map { usage.promptTokens > $0 } ?? false
        if isLong, !prefix.isEmpty { return nil }
        let prefix = isLong ? "long_" : prefix
        let twelve = prefix.isEmpty ? row["cache_write_other"].map { String($0.dropFirst(4)) } : nil
        let parts: [(Int64, String?)] = [
            (usage.input, row[prefix + "input"]), (usage.cacheRead, row[prefix + "cache_read"]),
            (usage.cacheWrite5m, row[prefix + "cache_write_5m"]), (usage.cacheWrite1h, row[prefix + "cache_write_1h"]),
            (usage.cacheWrite12h, twelve), (usage.output, row[prefix + "output"]), (usage.reasoning, row[prefix + "output"]),
        ]
        guard let millionth = BigDecimal("0.000001"), let multiplier = BigDecimal(factor), var sum = BigDecimal("0") else { return nil }
        for (count, rate) in parts where count > 0 {
            guard let rate = rate.flatMap({ BigDecimal($0) }), let count = BigDecimal(String(count)) else { return nil }
            sum = sum + count * rate * millionth * multiplier
        }
        return sum
    }

    /// Every tier that a row lists, with its prefix in the table, and the long context.
    private static let tiers: [(terms: PriceTerms, prefix: String)] = [
        (.standard, ""), (.batch, "batch_"), (.priority, "priority_"), (.flex, "flex_"), (.standard, "long_"),
    ]

    private static let kinds = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write_other"]

    @Test(arguments: PriceTable.bundled.rows.indices)
    func `every price row times random usage equals big-integer arithmetic, digit by digit`(index: Int) throws {
        let row = try #require(Self.rows.dropFirst(index).first)
        var random = SeededGenerator(state: UInt64(index) + 1)
        for (terms, prefix) in Self.tiers {
            let listed = Self.kinds.indices.filter { row[prefix + Self.kinds[$0]] != nil }
            for region in [nil, "us"] where !listed.isEmpty && (region == nil || row["regional_multiplier"] != nil) {
                let terms = PriceTerms(tier: terms.tier, region: region)
                let priced = try pricedKinds(row, PriceTable.bundled.rows[index], terms, prefix: prefix, listed: listed, &random)
                #expect(priced == Set(listed), "\(prefix) \(region ?? "")")
            }
        }
    }

    /// Compares random usages, and returns the kinds of tokens in those that have a price.
    private func pricedKinds(
        _ row: [String: String], _ price: ModelPrice, _ terms: PriceTerms, prefix: String, listed: [Int], _ random: inout SeededGenerator
    ) throws -> Set<Int> {
        let beyond = prefix == "long_" ? try #require(price.longContextThreshold) + 1 : 0
        var priced: Set<Int> = []
        for step in 0..<10 {
            let largest: Int64 = step < 8 ? 14 : 20  // 2¹⁴ of each kind stay below every threshold
            // Each listed kind in turn and some others, so that the sum exists; once any kind at all.
            let counts = Self.kinds.indices.map { kind in
                let isCertain = kind == listed[step % listed.count]
                guard isCertain || (listed.contains(kind) || step == 9) && Bool.random(using: &random) else { return Int64(0) }
                return Int64.random(in: 1...(1 << Int64.random(in: 0...largest, using: &random)), using: &random)
            }
            let usage = try TokenUsage(
                input: counts[0] + beyond, cacheRead: counts[2], cacheWrite5m: counts[3], cacheWrite1h: counts[4],
                cacheWrite12h: counts[5], output: counts[1], reasoning: counts[1] / 3)
            let expected = reference(
                row, usage, prefix: prefix == "long_" ? "" : prefix, factor: terms.region == nil ? "1" : "1.1")
            let actual = try? price.cost(of: usage, terms: terms)
            #expect(actual?.description == expected?.description)
            if actual != nil { priced.formUnion(Self.kinds.indices.filter { counts[$0] > 0 }) }
        }
        return priced
    }

    /// 20,000 entries by default, so that the suite stays quick in debug builds; set COST_TRACKER_ENTRIES=1000000 for the million.
    @Test func `totals over very many entries are exact`() async throws {
        let count = ProcessInfo.processInfo.environment["COST_TRACKER_ENTRIES"].flatMap { Int($0) } ?? 20_000
        let bench = try Bench()
        let models = ["gpt-4o", "claude-3-5-sonnet", "text-embedding-3-large", "gpt-5-nano"]
        let prices = try models.map { try PriceTable.bundled.price(of: $0, at: start).rates(promptTokens: 1) }
        var random = SeededGenerator(state: 42)
        var sums = [Int128](repeating: 0, count: models.count)
        var tokens: Int128 = 0
        for _ in 0..<count {
            let model = Int.random(in: models.indices, using: &random)
            let (input, output) = (Int64.random(in: 0...5_000, using: &random), Int64.random(in: 0...1_000, using: &random))
            sums[model] += Int128(input) * Int128(prices[model].input ?? 0) + Int128(output) * Int128(prices[model].output ?? 0)
            tokens += Int128(input)
            try await bench.ledger.track(ModelUsage(model: models[model], usage: TokenUsage(input: input, output: output)), session: "s")
        }
        for (model, sum) in zip(models, sums) {
            #expect(try await Int128(bench.ledger.summary(model: model).used.picoUSD) == sum)
        }
        let session = try await bench.ledger.summary(session: "s")
        #expect(Int128(session.used.picoUSD) == sums.reduce(0, +))
        #expect(session.requests == Int64(count))
        #expect(Int128(session.inputTokens) == tokens)
    }

    @Test func `digits on paper add and multiply as they should`() throws {
        let big = try #require(BigDecimal("99999999999999999999"))
        #expect((big * big).description == "9999999999999999999800000000000000000001")
        let (left, right) = (try #require(BigDecimal("0.000001")), try #require(BigDecimal("12.50")))
        #expect((left * right).description == "0.0000125")
        #expect((left + right).description == "12.500001")
        #expect(BigDecimal("0.0")?.description == "0")
        #expect(BigDecimal("1.") == nil)
    }
}
