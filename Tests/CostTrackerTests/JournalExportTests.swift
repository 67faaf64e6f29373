import CostTracker
import Foundation
import HardeningCore
import Testing

@Suite struct JournalExportTests {
    private func bench(session: String) async throws -> Bench {
        var bounds = InMemoryLedgerStore.Bounds()
        bounds.journalLines = 10_000
        let bench = try Bench(bounds: bounds)
        let hold = try await bench.reserve(40_000, session: session, key: "k")
        try await bench.ledger.dispatched(hold)
        let entry = try await bench.ledger.settle(hold, usage: TokenUsage(input: 20_000))
        try await bench.ledger.refund(.usd("0.01"), of: entry.id, key: "r")
        return bench
    }

    private func text(_ bench: Bench, _ format: JournalFormat, after sequence: UInt64 = 0) async throws -> (text: String, last: UInt64) {
        var bytes: [UInt8] = []
        let last = try await bench.ledger.exportJournal(as: format, after: sequence) { bytes += $0 }
        return (String(decoding: bytes, as: UTF8.self), last)
    }

    @Test func `the CSV has a header and a row for each line, whose four amounts add up to zero`() async throws {
        let bench = try await bench(session: "s")
        let (text, last) = try await text(bench, .csv)
        let rows = text.components(separatedBy: "\r\n").dropLast().map { $0.components(separatedBy: ",") }
        #expect(rows.first?[5...8].joined(separator: ",") == "budget,held,suspense,spent")
        #expect(rows.count == 1 + Int(last))
        for row in rows.dropFirst() {
            let sum = try row[5...8].reduce(Int64(0)) { try $0 + Money.usd($1).picoUSD }
            #expect(sum == 0, "\(row)")
        }
        let charge = try #require(rows.first { $0[2] == "charged" })
        #expect(charge[5...8] == ["0.05", "-0.1", "0", "0.05"])
        #expect(charge[10] == "20000")
        #expect(rows.last?[5...8] == ["0.01", "0", "0", "-0.01"])
    }

    @Test func `the JSON is one array of objects with exact amounts`() async throws {
        let bench = try await bench(session: "quote \" backslash \\ newline \n")
        let (text, last) = try await text(bench, .json)
        let array = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        #expect(array.count == Int(last))
        #expect(array.contains { ($0["account"] as? String)?.hasPrefix("session quote \" backslash \\ newline \n") == true })
        #expect(text.contains("\"held\":-0.1,"))
        #expect((array.last?["hash"] as? String)?.count == 64)
    }

    @Test func `an export goes on where the last one ended`() async throws {
        let bench = try await bench(session: "s")
        let (_, last) = try await text(bench, .csv)
        _ = try await bench.reserve(1, key: "next")
        let (rest, next) = try await text(bench, .csv, after: last)
        #expect(next == last + 1)
        #expect(rest.components(separatedBy: "\r\n").count == 3)  // header, row, end
        let (nothing, same) = try await text(bench, .json, after: next)
        #expect(same == next)
        #expect(nothing == "[\n]\n")
    }

    @Test(arguments: ["=", "+", "-", "@", "\t", "\r"])
    func `a scope that a spreadsheet would run as a formula is text`(sign: String) async throws {
        var bounds = InMemoryLedgerStore.Bounds()
        bounds.journalLines = 100
        let bench = try Bench([Budget(.named(sign + "1"), per: .day, limit: .usd("1"))], bounds: bounds)
        try await bench.ledger.track(.openAI(promptTokens: 1, completionTokens: 0), scope: CostScope(others: [.named(sign + "1"): "x"]))
        let (text, _) = try await text(bench, .csv)
        #expect(text.contains(",'\(sign)1") || text.contains(",\"'\(sign)1"))
        #expect(!text.contains(",\(sign)1 ") && !text.contains(",\"\(sign)1 "))
    }

    @Test func `a journal of several pages is exported whole`() async throws {
        let bench = try await bench(session: "s")
        for index in 0..<600 { try await bench.ledger.release(bench.reserve(1, key: "p\(index)")) }
        let (text, last) = try await text(bench, .csv)
        #expect(last > 1_200)
        let numbers = text.components(separatedBy: "\r\n").dropFirst().dropLast().compactMap { UInt64($0.prefix { $0 != "," }) }
        #expect(numbers == Array(1...last))
    }

    @Test func `a name that a spreadsheet would run or that has separators stays one harmless cell`() async throws {
        for (name, cell) in [("a,b", "\"session a,b\""), ("a\"b", "\"session a\"\"b\""), ("a\r\nb", "\"session a\r\nb\"")] {
            let (text, _) = try await text(bench(session: name), .csv)
            #expect(text.contains(cell))
        }
    }
}
