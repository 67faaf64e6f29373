import CostTracker
import HardeningCore
import Testing

@Suite struct PriceTableJSONTests {
    struct Malformed: Sendable, CustomTestStringConvertible {
        let json: String
        let code: PriceTableError.Code
        let path: String?
        let offset: Int?
        var testDescription: String { json }

        init(_ json: String, _ code: PriceTableError.Code, _ path: String?, _ offset: Int?) {
            (self.json, self.code, self.path, self.offset) = (json, code, path, offset)
        }
    }

    private static func row(_ fields: String) -> String { #"{"prices":[{"provider":"p","model":"m","input":1,"# + fields + "}]}" }

    @Test(arguments: [
        Malformed("", .malformedJSON, "$", 0), Malformed("[]", .malformedJSON, "$.prices", 0),
        Malformed(#"{"prices":[]}"#, .size, "$.prices", 10), Malformed(#"{"prices":{}}"#, .malformedJSON, "$.prices", 0),
        Malformed(#"{"prices":[1]}"#, .malformedJSON, "$.prices[0]", 11),
        Malformed(#"{"prices":[{"provider":"p","model":"m"}]}"#, .rate, "$.prices[0].input", 11),
        Malformed(#"{"prices":[{"model":"m","input":1}]}"#, .name, "$.prices[0].provider", 11),
        Malformed(row(#""notes":"\ud83d\u0041""#), .malformedJSON, "$.prices[0].notes", 58),
        Malformed(row(#""notes":"\udc00""#), .malformedJSON, "$.prices[0].notes", 58),
        Malformed(row(#""notes":"\u00g0""#), .malformedJSON, "$.prices[0].notes", 58),
        Malformed(row(#""inptu":1"#), .column, "$.prices[0].inptu", 49),
        Malformed(row(#""output":"0.0000001""#), .rate, "$.prices[0].output", 58),
        Malformed(row(#""output":1e3"#), .rate, "$.prices[0].output", 58),
        Malformed(row(#""output":-1"#), .rate, "$.prices[0].output", 58),
        Malformed(row(#""output":true"#), .malformedJSON, "$.prices[0].output", 58),
        Malformed(row(#""output":01"#), .malformedJSON, "$.prices[0].output", 58),
        Malformed(row(#""output":1."#), .malformedJSON, "$.prices[0].output", 58),
        Malformed(row(#""input":2"#), .malformedJSON, "$.prices[0]", 49),
        Malformed(row(#""output":1,"#), .malformedJSON, "$.prices[0]", 60),
        Malformed(row(#""notes":"\ud800""#), .malformedJSON, "$.prices[0].notes", 58),
        Malformed(row(#""notes":"\x""#), .malformedJSON, "$.prices[0].notes", 58),
        Malformed(row("\"notes\":\"a\nb\""), .malformedJSON, "$.prices[0].notes", 59),
        Malformed(row(#""notes":"x"#), .malformedJSON, "$.prices[0].notes", 57),
        Malformed(row(#""effective_from":"2026-02-30""#), .date, "$.prices[0].effective_from", 66),
        Malformed(
            #"{"prices":[{"provider":"p","model":"m","input":1},{"provider":"p","model":"m","input":2}]}"#, .overlap,
            "$.prices[1].effective_from", 50),
        Malformed(#"{"prices":[]} x"#, .malformedJSON, "$", 14),
        Malformed(String(repeating: "[", count: 100), .malformedJSON, "$" + String(repeating: "[0]", count: 64), 64),
    ])
    func `a malformed table is refused with path and byte`(table: Malformed) async {
        let error = await failure { () throws(PriceTableError) in try PriceTable(json: table.json.utf8) }
        #expect(error?.code == table.code)
        #expect(error?.path == table.path)
        #expect(error?.byteOffset == table.offset)
        #expect(error?.row == nil)
    }

    @Test func `a refusal reads well`() async {
        let error = await failure { () throws(PriceTableError) in try PriceTable(json: Self.row(#""output":"x""#).utf8) }
        #expect(error?.description == "PRICES_RATE, $.prices[0].output, byte 58, \"x\": \"x\" is not a decimal amount such as 0.50")
    }

    @Test func `JSON and CSV of the same rows price the same`() throws {
        let json = #"""
            {"comment": "\u0041\ud83d\ude00 é", "prices": [
              {"provider": "p", "model": "m", "input": 1.50, "output": "3", "cache_read": null, "priority_cache_read": 0.3,
               "priority_input": 2, "regional_multiplier": "us:1.1", "max_output": 4096},
              {"provider": "p", "model": "n", "effective_from": "2026-01-01", "input": 0.000001}]}
            """#
        let csv = """
            provider,model,effective_from,input,output,priority_input,priority_cache_read,regional_multiplier,max_output
            p,m,,1.50,3,2,0.3,us:1.1,4096
            p,n,2026-01-01,0.000001,,,,,

            """
        let tables = (try PriceTable(json: json.utf8), try PriceTable(csv: csv.utf8))
        for terms in [PriceTerms.standard, .priority, PriceTerms(region: "us")] {
            #expect(
                try tables.0.price(of: "m", at: start).rates(promptTokens: 1, terms: terms)
                    == tables.1.price(of: "m", at: start).rates(promptTokens: 1, terms: terms))
        }
        #expect(try tables.0.price(of: "m", at: start).rates(promptTokens: 1, terms: .priority).cacheRead == 300_000)
        #expect(try tables.0.price(of: "m", at: start).maxOutputTokens == 4096)
        #expect(try tables.0.price(of: "n", at: start).rates(promptTokens: 1).input == 1)
        #expect(tables.0.contentHash == ContentHash(of: json.utf8))
    }

    @Test func `corrupted tables never trap`() {
        var json = Array(Self.row(#""output":"1.5","notes":"\u00e9 \"x\"","regional_multiplier":"us:1.1""#).utf8)
        for length in json.indices { _ = try? PriceTable(json: json[..<length]) }
        var random = SeededGenerator(state: 8)
        for _ in 0..<2000 {
            let index = Int.random(in: json.indices, using: &random)
            let old = json[index]
            json[index] = UInt8.random(in: .min ... .max, using: &random)
            _ = try? PriceTable(json: json)
            json[index] = old
        }
    }
}

@Suite struct PriceOverlayTests {
    private let own = Result { () throws(PriceTableError) in
        try PriceTable(
            csv: "provider,model,effective_from,input,output\nopenai,gpt-4o,2026-01-01,2,8\nacme,small,,0.1,0.2\nacme,o3,,1,1\n".utf8)
    }

    @Test func `listed models are priced by the overlay alone, the others as before`() async throws {
        let prices = PriceTable.bundled.overlaid(by: try own.get())
        #expect(try prices.price(of: "gpt-4o-2024-08-06", at: start).rates(promptTokens: 1).output == 8_000_000)
        #expect(try prices.price(of: "small", at: start).provider == "acme")
        #expect(try prices.price(of: "claude-3-5-sonnet", at: start).tableHash == PriceTable.bundled.contentHash)
        #expect(try prices.price(of: "claude-opus-4", at: start).model == "claude-opus-4-0")
        let before = start.advanced(by: .seconds(-1))
        #expect(await failure { () throws(PricingError) in try prices.price(of: "gpt-4o", at: before) }?.code == .notInEffect)
        #expect(await failure { () throws(PricingError) in try prices.price(of: "gpt-4o-2024-05-13", at: start) }?.code == .modelUnknown)
    }

    @Test func `a name of two providers needs its qualifier`() async throws {
        let prices = PriceTable.bundled.overlaid(by: try own.get())
        #expect(await failure { () throws(PricingError) in try prices.price(of: "o3", at: start) }?.code == .modelUnknown)
        #expect(try prices.price(of: "acme/o3", at: start).rates(promptTokens: 1).input == 1_000_000)
        #expect(try prices.price(of: "openai/o3", at: start).rates(promptTokens: 1).input == 2_000_000)
    }

    @Test func `the combination has a hash of its own, and rows keep the hash of their document`() throws {
        let own = try own.get()
        let prices = PriceTable.bundled.overlaid(by: own)
        #expect(prices.contentHash != own.contentHash && prices.contentHash != PriceTable.bundled.contentHash)
        #expect(prices.contentHash == PriceTable.bundled.overlaid(by: own).contentHash)
        #expect(prices.contentHash != own.overlaid(by: .bundled).contentHash)
        #expect(try prices.price(of: "gpt-4o", at: start).tableHash == own.contentHash)
    }
}
