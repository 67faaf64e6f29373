import HardeningCore
import Testing
import TokenAuth

/// Several instances over one log.
struct FollowerTests {
    @Test func `a logout on one instance reaches the other when it has caught up`() async throws {
        let journal = try JournalTests().journal(CrashingFile())
        let writer = try Fixture(list: RevocationList(log: journal))
        let reader = try Fixture()
        let follower = RevocationFollower(list: reader.list, log: journal, time: .manual(reader.time))
        var tokens: [String] = []
        for index in 0..<25 {
            let token = try writer.service.issue(subject: "u\(index)").token
            try await writer.service.revoke(writer.service.verify(token))
            tokens.append(token)
            #expect(reader.refusal(token) == nil)
            if index % 7 == 0 {
                try await follower.catchUp()
                #expect(reader.refusal(token) == .revoked)
            }
        }
        try await follower.catchUp()
        #expect(tokens.allSatisfy { reader.refusal($0) == .revoked })
        #expect(follower.position == 25 && journal.sequence == 25)
    }

    @Test(arguments: [1, 2, 3, 100]) func `pages of any size add up to the log, also across a compaction`(_ limit: Int) async throws {
        let base = JournalTests()
        let journal = try base.journal(CrashingFile())
        for index in 0..<7 { try await journal.append(JournalTests.entry(index, expires: index == 2 ? 10 : 900)) }
        var seen: [UInt64] = []
        var position: UInt64 = 0
        while true {
            let page = try await journal.entries(after: position, limit: limit)
            seen += page.entries.map(\.sequence)
            position = page.position
            if seen.count == limit {
                base.time.advance(by: .seconds(100))
                try await journal.compact()
            }
            if page.isLast { break }
        }
        let expected: [UInt64] = limit < 3 ? [1, 2, 4, 5, 6, 7] : [1, 2, 3, 4, 5, 6, 7]
        #expect(seen == expected)
        #expect(position == 7)
    }

    @Test func `routes refuse by how stale the list is, to the nanosecond`() async throws {
        let journal = try JournalTests().journal(CrashingFile())
        let time = ManualTime()
        let follower = RevocationFollower(list: RevocationList(), log: journal, bound: .seconds(5), time: .manual(time))
        func allows(_ policy: StalenessPolicy) -> Bool { (try? follower.require(policy)) != nil }
        #expect(!allows(.strict) && !allows(.bounded(.seconds(1_000_000))) && allows(.open))
        try await follower.catchUp()
        #expect(allows(.strict) && allows(.bounded(.zero)))
        time.advance(by: .seconds(5))
        #expect(allows(.strict) && !allows(.bounded(.seconds(4))))
        time.advance(by: .nanoseconds(1))
        #expect(!allows(.strict) && allows(.bounded(.seconds(6))) && allows(.open))
        #expect(throws: RevocationsStale(staleness: .seconds(5) + .nanoseconds(1), bound: .seconds(5), retryAfter: .seconds(1))) {
            try follower.require(.strict)
        }
        // Civil time has no say in it.
        time.stepWallClock(by: .seconds(-100_000))
        #expect(!allows(.strict))
        try await follower.catchUp()
        #expect(allows(.strict))
    }

    struct Unreachable: SequencedRevocationLog {
        struct Down: Error {}
        func append(_ revocation: Revocation) throws { throw Down() }
        func replay(_ entry: (Revocation) -> Void) throws { throw Down() }
        func entries(after sequence: UInt64, limit: Int) throws -> RevocationPage { throw Down() }
    }

    @Test func `a log that cannot be reached leaves the list stale, never fresh`() async throws {
        let follower = RevocationFollower(list: RevocationList(), log: Unreachable(), time: .manual(ManualTime()))
        await #expect(throws: Unreachable.Down.self) { try await follower.catchUp() }
        #expect(follower.staleness == nil)
        #expect(throws: RevocationsStale.self) { try follower.require(.strict) }
    }

    @Test func `an incomplete log refuses every older token unless that is waived`() async throws {
        let fixture = try Fixture()
        let token = try fixture.service.issue(subject: "u").token
        let strict = try Fixture(list: RevocationList(log: VolatileRevocationLog()))
        try await strict.list.restore(now: strict.time.timestamp)
        #expect(strict.refusal(token) == .everythingRevoked)
        #expect(try strict.refusal(strict.service.issue(subject: "u").token) == nil)
        let waived = try Fixture(list: RevocationList(log: VolatileRevocationLog()))
        try await waived.list.restore(now: waived.time.timestamp, ifIncomplete: .acceptOlderTokens)
        #expect(waived.refusal(token) == nil)
    }
}
