import CostTracker
import HardeningCore
import Testing

@Suite struct PriceTableTests {
    struct Malformed: Sendable, CustomTestStringConvertible {
        let csv: String
        let code: PriceTableError.Code
        let row: Int?
        let column: String?
        var testDescription: String { "\(code.rawValue) \(csv.debugDescription)" }

        init(_ csv: String, _ code: PriceTableError.Code, _ row: Int?, _ column: String?) {
            (self.csv, self.code, self.row, self.column) = (csv, code, row, column)
        }
    }

    @Test(arguments: [
        Malformed("", .size, nil, nil), Malformed("provider,model,input\n", .size, nil, nil),
        Malformed("provider,model\np,m\n", .column, 1, "input"), Malformed("provider,model,input,inptu\np,m,1,1\n", .column, 1, "inptu"),
        Malformed("provider,model,input,input\np,m,1,1\n", .column, 1, "input"),
        Malformed("provider,model,input\np,m\n", .fieldCount, 2, nil),
        Malformed("provider,model,input\np,m,1\np,n,1,\n", .fieldCount, 3, nil),
        Malformed("provider,model,input\np,m,1\n\n", .fieldCount, 3, nil),
        Malformed("provider,model,input\np,\"m,1\n", .malformedCSV, 2, "model"),
        Malformed("provider,model,input\np,m\"x,1\n", .malformedCSV, 2, "model"),
        Malformed("provider,model,input\np,\"m\"x,1\n", .malformedCSV, 2, "model"),
        Malformed("provider,model,input\np,m,1\rp,n,2\n", .malformedCSV, 2, "#4"),
        Malformed("provider,model,input\np,,1\n", .name, 2, "model"), Malformed("provider,model,input\np,a b,1\n", .name, 2, "model"),
        Malformed("provider,model,input\np,m,\n", .rate, 2, "input"), Malformed("provider,model,input\np,m,x\n", .rate, 2, "input"),
        Malformed("provider,model,input\np,m,-1\n", .rate, 2, "input"),
        Malformed("provider,model,input,output\np,m,1,2\np,n,1,0.0000001\n", .rate, 3, "output"),
        Malformed("provider,model,input\np,m,99999999\n", .rate, 2, "input"),
        Malformed("provider,model,input,batch_output\np,m,1,1e3\n", .rate, 2, "batch_output"),
        Malformed("provider,model,input,cache_write_other\np,m,1,6h:2\n", .rate, 2, "cache_write_other"),
        Malformed("provider,model,input,effective_from\np,m,1,2026-02-29\n", .date, 2, "effective_from"),
        Malformed("provider,model,input,effective_from\np,m,1,2026-2-9\n", .date, 2, "effective_from"),
        Malformed("provider,model,input,effective_from,effective_to\np,m,1,2026-02-02,2026-02-01\n", .date, 2, "effective_to"),
        Malformed("provider,model,input,max_input\np,m,1,-5\n", .tokens, 2, "max_input"),
        Malformed("provider,model,input,max_input\np,m,1,+5\n", .tokens, 2, "max_input"),
        Malformed("provider,model,input,long_input\np,m,1,2\n", .longContext, 2, "long_ctx_threshold_tokens_gt"),
        Malformed("provider,model,input,long_ctx_threshold_tokens_gt\np,m,1,200000\n", .longContext, 2, "long_ctx_threshold_tokens_gt"),
        Malformed("provider,model,input,regional_multiplier\np,m,1,us\n", .region, 2, "regional_multiplier"),
        Malformed("provider,model,input,regional_multiplier\np,m,0.000001,us:1.1\n", .region, 2, "regional_multiplier"),
        Malformed("provider,model,input\np,m,1\np,m,2\n", .overlap, 3, "effective_from"),
        Malformed(
            "provider,model,input,effective_from,effective_to\np,m,1,,2026-02-02\np,m,2,2026-02-02,\n", .overlap, 3, "effective_from"),
    ])
    func `a malformed table is refused with row and column`(table: Malformed) async {
        let error = await failure { () throws(PriceTableError) in try PriceTable(csv: table.csv.utf8) }
        #expect(error?.code == table.code)
        #expect(error?.row == table.row)
        #expect(error?.column == table.column)
    }

    @Test func `bytes that are not UTF-8 are refused`() async {
        let bytes = Array("provider,model,input\np,m".utf8) + [0xff] + Array(",1\n".utf8)
        let error = await failure { () throws(PriceTableError) in try PriceTable(csv: bytes) }
        #expect(error?.code == .malformedCSV)
        #expect(error?.description.hasPrefix("PRICES_MALFORMED_CSV, row 2, column model") == true)
    }

    @Test func `a table beyond its bounds is refused`() async {
        let header = "provider,model,input\n"
        let rows = (0..<10_001).map { "p,m\($0),1\n" }.joined()
        #expect(await failure { () throws(PriceTableError) in try PriceTable(csv: (header + rows).utf8) }?.code == .size)
        let large = [UInt8](repeating: 65, count: 4 << 20 + 1)
        #expect(await failure { () throws(PriceTableError) in try PriceTable(csv: large) }?.code == .size)
    }

    @Test func `quotes, doubled quotes, commas and both line ends are read as RFC 4180 says`() throws {
        let csv = "provider,model,input,notes\r\np,\"m\",1,\"a \"\"quoted\"\", \r\nnote\"\np,n,2,last without line end"
        let table = try PriceTable(csv: csv.utf8)
        #expect(table.rows.map(\.model) == ["m", "n"])
    }

    @Test func `the hash names the bytes`() throws {
        let one = try PriceTable(csv: "provider,model,input\np,m,1\n".utf8)
        let two = try PriceTable(csv: "provider,model,input\r\np,m,1\r\n".utf8)
        #expect(one.contentHash != two.contentHash)
        #expect(one.rows.first?.tableHash == one.contentHash)
    }

    /// No input may trap: every prefix and many corruptions of a real table either parse or say where they fail.
    @Test func `corrupted tables never trap`() {
        var csv = Array(
            "provider,model,effective_from,input,cache_write_other,regional_multiplier,notes\r\np,m,2026-01-01,1.5,12h:2,us:1.1,\"x, \"\"y\"\"\"\r\n"
                .utf8)
        for length in csv.indices { _ = try? PriceTable(csv: csv[..<length]) }
        var random = SeededGenerator(state: 7)
        for _ in 0..<3000 {
            let index = Int.random(in: csv.indices, using: &random)
            let old = csv[index]
            csv[index] = UInt8.random(in: .min ... .max, using: &random)
            _ = try? PriceTable(csv: csv)
            csv[index] = old
        }
    }
}
