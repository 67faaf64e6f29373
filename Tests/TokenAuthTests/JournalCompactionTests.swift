import HardeningCore
import Testing
import TokenAuth

struct JournalCompactionTests {
    let base = JournalTests()
    var time: ManualTime { base.time }

    @Test func `what could still refuse a token is kept to the second, the rest is dropped`() async throws {
        let file = CrashingFile()
        let open = try base.journal(file)
        try await open.append(JournalTests.entry(0, expires: 100))
        try await open.append(JournalTests.entry(1, expires: 101))
        try await open.append(.subject(issuer: "i", "u", through: JournalTests.start))
        // Expiry, leeway of 30 s and skew of 60 s.
        time.advance(by: .seconds(190) - .nanoseconds(1))
        try await open.compact()
        #expect(try await JournalTests.entries(open).count == 3)
        time.advance(by: .nanoseconds(1))
        try await open.compact()
        #expect(
            try await JournalTests.entries(open) == [
                JournalTests.entry(1, expires: 101), .subject(issuer: "i", "u", through: JournalTests.start),
            ])
        time.advance(by: .seconds(3_600))
        try await open.compact()
        #expect(try await JournalTests.entries(open).isEmpty)
        #expect(open.byteCount == 32 && open.sequence == 3)
        try await open.append(JournalTests.entry(2))
        #expect(try base.journal(file).sequence == 4)
    }

    @Test func `of watermarks with one name the latest stays, whichever came last`() async throws {
        let open = try base.journal(CrashingFile())
        func mark(_ name: String, _ second: Int64) -> Revocation {
            .subject(issuer: "i", name, through: JournalTests.start.advanced(by: .seconds(second)))
        }
        for entry in [
            mark("a", 5), mark("a", 9), mark("a", 7), mark("b", 1), mark("a", 9), .session(issuer: "i", "a", at: JournalTests.start),
        ] {
            try await open.append(entry)
        }
        try await open.compact()
        #expect(try await JournalTests.entries(open) == [mark("a", 9), mark("b", 1), .session(issuer: "i", "a", at: JournalTests.start)])
    }

    @Test func `a token whose entry was dropped stays refused when the clock is set back before the restart`() async throws {
        let file = CrashingFile()
        let before = try Fixture(list: RevocationList(log: base.journal(file)))
        let token = try before.service.issue(subject: "u").token
        try await before.service.revoke(before.service.verify(token))
        time.advance(by: .seconds(990))
        try await base.journal(file).compact()
        #expect(file.bytes.count == 32)
        let after = try Fixture(list: RevocationList(log: base.journal(file)))
        try await after.list.restore(now: after.time.timestamp)
        #expect(after.refusal(token) == .revoked)
    }

    @Test func `the file shortens itself as it grows, and refuses when nothing has expired`() async throws {
        let file = CrashingFile()
        let open = try base.journal(file, minimumCompaction: 4_000, maximum: 8_000)
        for index in 0..<2_000 {
            time.advance(by: .seconds(10))
            let expiry = Int(time.timestamp.secondsSince1970 - Fixture.start) + 60
            try await open.append(JournalTests.entry(index, expires: expiry))
        }
        #expect(open.byteCount < 8_000)
        var refused: String?
        for index in 0..<200 where refused == nil {
            refused = await JournalTests.code { try await open.append(JournalTests.entry(index, expires: 1_000_000)) }
        }
        #expect(refused == "JOURNAL_FULL")
        #expect(open.byteCount <= 8_000)
    }

    @Test func `a compaction that fails leaves the old file in force`() async throws {
        let file = CrashingFile()
        let open = try base.journal(file)
        try await open.append(JournalTests.entry(0))
        file.change { $0.failingReplacements = 1 }
        #expect(await JournalTests.code { try await open.compact() } == "JOURNAL_SYSTEM")
        try await open.append(JournalTests.entry(1))
        #expect(try await JournalTests.entries(base.journal(file)) == [JournalTests.entry(0), JournalTests.entry(1)])
    }
}
