import HardeningCore
import Testing
import TokenAuth

/// The journal over a file in memory that can be damaged, fail, and lose power.
struct JournalTests {
    static let start = Timestamp(secondsSince1970: Fixture.start)
    let time = ManualTime()

    static func entry(_ index: Int, expires: Int = 900) -> Revocation {
        let id = TokenID(Fixture.base64URL((0..<16).map { UInt8(truncatingIfNeeded: index >> ($0 * 8)) })) ?? TokenID()
        return .token(issuer: "i", id: id, subject: "u\(index)", issuedAt: start, expiresAt: start.advanced(by: .seconds(expires)))
    }

    static let kinds: [Revocation] = [
        entry(1), .subject(issuer: "i", "grüße", through: start), .session(issuer: "i", "", at: start.advanced(by: .nanoseconds(1))),
        .key(issuer: "i", "k", through: .distantPast), .everything(through: .distantFuture),
    ]

    func journal(_ file: CrashingFile, minimumCompaction: Int = 1 << 20, maximum: Int = 1 << 30) throws -> RevocationJournal {
        try RevocationJournal(
            file: file, retention: JournalRetention(leeway: .seconds(30), maximumLifetime: .seconds(3_600), clockSkew: .seconds(60)),
            maximumByteCount: maximum, minimumCompaction: minimumCompaction, time: .manual(time))
    }

    static func entries(_ journal: RevocationJournal) async throws -> [Revocation] {
        var entries: [Revocation] = []
        try await journal.replay { entries.append($0) }
        return entries
    }

    static func code(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? JournalError)?.code ?? "\(error)"
        }
    }

    @Test func `every kind of entry comes back as it was, in order, after a restart`() async throws {
        let file = CrashingFile()
        let first = try journal(file)
        #expect(try await !first.recovery().isComplete)
        for entry in Self.kinds { try await first.append(entry) }
        #expect(file.isSynced)
        let second = try journal(file)
        #expect(try await second.recovery() == RevocationRecovery(isComplete: true, forgottenThrough: nil))
        #expect(try await Self.entries(second) == Self.kinds)
        #expect(second.sequence == 5)
    }

    @Test func `an end torn at any byte is cut off, keeps what was before, and is reported`() async throws {
        let file = CrashingFile()
        let whole = try journal(file)
        for index in 0..<3 { try await whole.append(Self.entry(index)) }
        let bytes = file.bytes
        let boundaries = [32] + (1...3).map { 32 + (bytes.count - 32) / 3 * $0 }
        for length in 0...bytes.count {
            let torn = CrashingFile(Array(bytes.prefix(length)))
            let opened = try journal(torn)
            let kept = max(0, boundaries.filter { $0 <= length }.count - 1)
            #expect(try await Self.entries(opened) == (0..<kept).map { Self.entry($0) })
            #expect(try await opened.recovery().isComplete == boundaries.contains(length))
            try await opened.append(Self.entry(9))
            #expect(try await Self.entries(journal(torn)).last == Self.entry(9))
        }
    }

    @Test func `damage before acknowledged entries is an error that says where, in the last entry a torn end`() async throws {
        let file = CrashingFile()
        let whole = try journal(file)
        for index in 0..<4 { try await whole.append(Self.entry(index)) }
        let bytes = file.bytes
        let size = (bytes.count - 32) / 4
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 0x10
            let code = await Self.code { _ = try journal(CrashingFile(damaged)) }
            if position < 32 {
                #expect(code == "JOURNAL_NOT_A_JOURNAL")
            } else if position < 32 + size * 3 {
                #expect(code == "JOURNAL_CORRUPT")
                #expect(throws: JournalError.corrupt(offset: 32 + (position - 32) / size * size)) { try journal(CrashingFile(damaged)) }
            } else {
                let opened = try journal(CrashingFile(damaged))
                #expect(try await !opened.recovery().isComplete && opened.sequence == 3)
            }
        }
    }

    @Test(.timeLimit(.minutes(60)), arguments: 0..<60) func `power lost at any moment loses nothing acknowledged`(_ seed: Int) async throws
    {
        var generator = SeededGenerator(state: UInt64(seed) &* 7_919 + 1)
        var file = CrashingFile()
        var acknowledged: [Revocation] = []
        var next = 0
        for _ in 0..<6 {
            let open = try journal(file, minimumCompaction: 2_000)
            #expect(try await Set(Self.entries(open)).isSuperset(of: acknowledged))
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                try await open.append(Self.entry(next))
                acknowledged.append(Self.entry(next))
                next += 1
            }
            // A batch that was written and never synced.
            let frames = (0..<Int.random(in: 0...4, using: &generator)).flatMap { _ in
                [UInt8]((0..<70).map { _ in UInt8.random(in: 0...255, using: &generator) })
            }
            file.change { $0.pending += frames }
            file = file.afterCrash(&generator)
        }
    }

    @Test func `a write that fails is refused, leaves no trace, and the next one works`() async throws {
        let file = CrashingFile()
        let open = try journal(file)
        try await open.append(Self.entry(0))
        file.change { $0.failingWrites = 1 }
        #expect(await Self.code { try await open.append(Self.entry(1)) } == "JOURNAL_SYSTEM")
        try await open.append(Self.entry(2))
        #expect(try await Self.entries(journal(file)) == [Self.entry(0), Self.entry(2)])
    }

    @Test func `after a failed sync everything is refused until the journal is opened anew`() async throws {
        let file = CrashingFile()
        let open = try journal(file)
        try await open.append(Self.entry(0))
        file.change { $0.failingSyncs = 1 }
        #expect(await Self.code { try await open.append(Self.entry(1)) } == "JOURNAL_SYSTEM")
        #expect(await Self.code { try await open.append(Self.entry(2)) } == "JOURNAL_FAILED")
        let again = try journal(file)
        try await again.append(Self.entry(3))
        #expect(try await Self.entries(again) == [Self.entry(0), Self.entry(3)])
    }

    @Test func `an entry that is too large is refused, and what is no journal is left alone`() async throws {
        let open = try journal(CrashingFile())
        let long = String(repeating: "x", count: 5_000)
        #expect(await Self.code { try await open.append(.subject(issuer: "i", long, through: Self.start)) } == "JOURNAL_ENTRY_TOO_LARGE")
        let foreign = CrashingFile(Array(String(repeating: "# not a journal\n", count: 10).utf8))
        let before = foreign.bytes
        #expect(await Self.code { _ = try journal(foreign) } == "JOURNAL_NOT_A_JOURNAL")
        #expect(foreign.bytes == before)
    }

    @Test(.timeLimit(.minutes(60))) func `entries that arrive together share a sync and are all kept`() async throws {
        let file = CrashingFile()
        let open = try journal(file)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<500 { group.addTask { try await open.append(Self.entry(index)) } }
            try await group.waitForAll()
        }
        #expect(try await Set(Self.entries(journal(file))) == Set((0..<500).map { Self.entry($0) }))
        #expect(open.sequence == 500)
    }
}
