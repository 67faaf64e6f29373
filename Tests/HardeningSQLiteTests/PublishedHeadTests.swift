import CostTracker
import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct PublishedHeadTests {
    /// A ledger whose head was published after its second charge, and one charge more.
    private func published() async throws -> (bench: FileBench, head: ContentHash, line: UInt64) {
        let bench = try FileBench()
        for index in 0..<2 { try await charge(bench, "\(index)") }
        let report = try await bench.ledger.verify()
        try await charge(bench, "later")
        return (bench, report.head, report.lines)
    }

    private func charge(_ bench: FileBench, _ key: String, _ tokens: Int64 = 10) async throws {
        try await bench.ledger.settle(bench.ledger.hold(10, key), usage: TokenUsage(input: tokens))
    }

    private func tool(_ arguments: [String]) throws -> (status: Int32, output: [String]) {
        let child = try ChildProcess(ChildProcess.executable("LedgerTool"), arguments, mergesErrors: true)
        let lines = child.lines()
        return (child.status, lines)
    }

    @Test func `every head that was ever true is a line of the chain, and no other hash is`() async throws {
        let (bench, head, line) = try await published()
        let file = bench.folder.ledger
        #expect(try LedgerArchive.verify(file, through: head).line == line)
        for known in try await bench.store.journal(after: 0, limit: 100) {
            let (report, line) = try LedgerArchive.verify(file, through: known.hash)
            #expect(report.isSound && line == known.entry.sequence)
        }
        #expect(try LedgerArchive.verify(file, through: ContentHash(of: "another".utf8)).line == nil)
        #expect(try LedgerArchive.verify(file, through: #require(ContentHash(String(repeating: "0", count: 64)))).line == 0)
    }

    @Test func `the tool prints the head, and exits with 1 when an earlier one is not in the chain`() async throws {
        let (bench, head, line) = try await published()
        let file = bench.folder.ledger
        let current = try await bench.ledger.verify().head
        let sound = try tool(["verify", file])
        #expect(sound.status == 0 && sound.output.first?.hasSuffix("head \(current)") == true, "\(sound)")
        let through = try tool(["verify", file, "--through", head.description.uppercased()])
        #expect(through.status == 0 && through.output.last == "passes through \(head) at line \(line)", "\(through)")
        let other = ContentHash(of: "another".utf8)
        let not = try tool(["verify", file, "--through", other.description])
        #expect(not.status == 1 && not.output.last?.hasPrefix("NOT THROUGH \(other)") == true, "\(not)")
        for wrong in [["--through", "abc"], ["--through"], ["--trough", head.description]] {
            #expect(try tool(["verify", file] + wrong).status == 64)
        }
    }

    /// What the chain alone cannot show: all of it was computed anew.
    @Test func `a history written anew is sound in itself, and not through the published head`() async throws {
        let (bench, head, _) = try await published()
        let forged = try FileBench()
        for (key, tokens) in [("0", 10), ("1", 9), ("later", 10)] as [(String, Int64)] { try await charge(forged, key, tokens) }
        let (report, line) = try LedgerArchive.verify(forged.folder.ledger, through: head)
        #expect(report.isSound && line == nil)
        #expect(try tool(["verify", forged.folder.ledger, "--through", head.description]).status == 1)
        #expect(try tool(["verify", bench.folder.ledger, "--through", head.description]).status == 0)
    }

    @Test func `an unsound file fails even if the head stands before the bad line`() async throws {
        let (bench, head, line) = try await published()
        try SQLite.execute(
            "DROP TRIGGER journal_is_not_changed; UPDATE journal SET hash = zeroblob(32) WHERE sequence = \(line + 1)",
            in: bench.folder.ledger)
        let (report, found) = try LedgerArchive.verify(bench.folder.ledger, through: head)
        #expect(report.fault?.sequence == line + 1 && found == line)
        #expect(try tool(["verify", bench.folder.ledger, "--through", head.description]).status == 1)
        #expect(
            try LedgerArchive.verify(bench.folder.ledger, through: #require(ContentHash(bytes: [UInt8](repeating: 0, count: 32)))).line == 0
        )
    }

    @Test(arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "0", count: 63), String(repeating: "é", count: 32)])
    func `only 64 hexadecimal digits are a hash`(text: String) {
        #expect(ContentHash(text) == nil)
    }

    @Test func `a hash is read back from its description`() {
        let hash = ContentHash(of: "abc".utf8)
        #expect(ContentHash(hash.description) == hash)
        #expect(ContentHash(hash.description.uppercased()) == hash)
    }
}
